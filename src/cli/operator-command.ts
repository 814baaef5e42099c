import { CommandRunner, Option } from 'nest-commander';
import type { CommanderCommand } from './command-group';

/** What every command can be told. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** A command that does something and says what became of it. */
export abstract class OperatorCommand extends CommandRunner {
  override setCommand(command: CommanderCommand): this {
    return super.setCommand(command.exitOverride().allowExcessArguments(false));
  }

  @Option({ flags: '--json', description: 'print the outcome as JSON' })
  parseJson(): boolean {
    return true;
  }

  /** Prints what became of it: for people, or for programs with `--json`. */
  protected print(options: OutputOptions, data: unknown, text: string): void {
    process.stdout.write(`${options.json === true ? JSON.stringify(data, null, 2) : text}\n`);
  }
}
