import { writeFileSync } from 'node:fs';
import { Option, SubCommand } from 'nest-commander';
import { stringify } from 'yaml';
import { CommandFailed } from './failure';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

interface ExportOptions extends OutputOptions {
  readonly output?: string;
}

const KEEP_IT =
  'Note: this holds hashes of passwords, which can be guessed at. Keep it out of repositories, or take the lines password_hash out first.\n';

/** Writes the file that `apply` would make the same server of. */
@SubCommand({ name: 'export', description: 'write what apply reads: secrets and passwords as digests alone' })
export class ExportCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({ flags: '-o, --output <file>', description: 'where to, instead of standard output' })
  parseOutput(value: string): string {
    return value;
  }

  async run(_words: string[], { output, ...options }: ExportOptions): Promise<void> {
    const content = await this.operations.run(({ configuration }) => configuration.export());
    if (holdsPasswordHashes(content)) process.stderr.write(KEEP_IT);
    const text = options.json === true ? JSON.stringify(content, null, 2) : stringify(content).trimEnd();
    if (output === undefined) return this.print(options, content, text);
    try {
      // Because of them the file is for its owner.
      writeFileSync(output, `${text}\n`, { mode: 0o600 });
    } catch {
      throw new CommandFailed(`The file ${output} cannot be written.`);
    }
    const { length } = Object.values(content).flat();
    process.stdout.write(`Wrote ${length} entries to ${output}.\n`);
  }
}

function holdsPasswordHashes({ users = [] }: Readonly<Record<string, readonly object[]>>): boolean {
  return users.some((user) => 'password_hash' in user);
}
