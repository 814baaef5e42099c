import { Option } from 'nest-commander';
import type { CommanderCommand } from './command-group';
import { OperatorCommand, type OutputOptions } from './operator-command';
import type { PasswordOptions } from './password-source';

/** Options of a command that sets a password. */
export type PasswordCommandOptions = OutputOptions & PasswordOptions;

/** Why a password among the arguments is refused. */
export const PASSWORD_REFUSED =
  'error: a password is not taken from the command line, where shell histories and process lists show it: leave --password out to be asked, or use --password-stdin or --generate-password';

/** A command that sets a password, which comes from a terminal, from standard input, or from chance. */
export abstract class PasswordCommand extends OperatorCommand {
  override setCommand(command: CommanderCommand): this {
    command.addOption(command.createOption('-p, --password [password]').hideHelp());
    command.on('option:password', () => command.error(PASSWORD_REFUSED));
    return super.setCommand(command);
  }

  @Option({ flags: '--password-stdin', description: 'read the password from standard input' })
  parsePasswordStdin(): boolean {
    return true;
  }

  @Option({ flags: '--generate-password', description: 'make a password and print it, once' })
  parseGeneratePassword(): boolean {
    return true;
  }
}
