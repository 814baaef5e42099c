import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Option, SubCommand } from 'nest-commander';
import type { Change, FieldChange } from './configuration/change';
import type { Applied } from './configuration/configuration';
import type { PlaceholderValues } from './configuration/placeholders';
import { CommandFailed } from './failure';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

interface ApplyCommandOptions extends OutputOptions {
  readonly file?: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly set?: PlaceholderValues;
}

const SIGNS = { add: '+', change: '~', remove: '-' } as const;

/** Makes the server what a file says. */
@SubCommand({
  name: 'apply',
  description: 'make roles, resource servers, clients, people and trusted issuers what a file says',
})
export class ApplyCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({ flags: '-f, --file <file>', description: 'YAML or JSON; - is standard input (needed)' })
  parseFile(value: string): string {
    return value;
  }

  @Option({ flags: '--dry-run', description: 'show what would change, and change nothing' })
  parseDryRun(): boolean {
    return true;
  }

  @Option({ flags: '--prune', description: 'remove what the sections of the file do not name' })
  parsePrune(): boolean {
    return true;
  }

  @Option({
    flags: '--set <name=value>',
    // eslint-disable-next-line no-template-curly-in-string -- placeholders look like this
    description: 'what ${name} stands for in the texts of the file; give the option once for each',
  })
  parseSet(value: string, before: PlaceholderValues = new Map()): PlaceholderValues {
    const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(value) ?? [];
    if (name === undefined || text === undefined) {
      throw new CommandFailed('--set takes a name of letters and digits, = and a value.', 2);
    }
    return new Map([...before, [name, text]]);
  }

  async run(_words: string[], options: ApplyCommandOptions): Promise<void> {
    const { file, dryRun = false, prune = false, set: values = new Map() } = options;
    if (file === undefined) this.command.error('error: --file is needed');
    const content = await read(file);
    const applied = await this.operations.run(({ configuration }) =>
      configuration.apply(content, { dryRun, prune, values }),
    );
    this.print(options, dataOf(applied, dryRun), textOf(applied, dryRun));
  }
}

async function read(file: string): Promise<string> {
  try {
    return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
  } catch {
    throw new CommandFailed(`The file ${file} cannot be read.`);
  }
}

function dataOf({ changes, secrets }: Applied, dryRun: boolean): Record<string, unknown> {
  const shown = changes.map(({ action, kind, name, fields }) => ({ action, kind, name, fields }));
  return { dryRun, changes: shown, secrets };
}

function textOf({ changes, secrets }: Applied, dryRun: boolean): string {
  const count = `${changes.length} change${changes.length === 1 ? '' : 's'}`;
  return [
    ...changes.flatMap(linesOf),
    ...secrets.map(
      ({ client_id: id, client_secret: secret }) => `client_secret of ${id}: ${secret}   (not shown again)`,
    ),
    dryRun && changes.length > 0 ? `${count} to be made` : count,
  ].join('\n');
}

function linesOf({ action, kind, name, fields }: Change): string[] {
  return [`${SIGNS[action]} ${kind} ${name}`, ...fields.map((field) => `    ${lineOf(field)}`)];
}

function lineOf({ name, before, after }: FieldChange): string {
  if (before === undefined && after === undefined) return `${name}: another one`;
  return `${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
}
