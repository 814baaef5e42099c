import { SubCommand } from 'nest-commander';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import type { CommanderCommand } from './command-group';
import { PASSWORD_REFUSED, PasswordCommand, type PasswordCommandOptions } from './password-command';
import { PasswordSource } from './password-source';
import { WHO, WHO_DESCRIPTION } from './who';

/** Sets somebody's password and ends all their sessions. */
@SubCommand({
  name: 'password',
  description: 'set a new password and end all sessions of that person',
  arguments: WHO,
  argsDescription: WHO_DESCRIPTION,
})
export class UserPasswordCommand extends PasswordCommand {
  constructor(
    private readonly operations: Operations,
    private readonly passwords: PasswordSource,
  ) {
    super();
  }

  override setCommand(command: CommanderCommand): this {
    super.setCommand(command);
    command.allowExcessArguments();
    return this;
  }

  async run([who, ...more]: [string, ...string[]], options: PasswordCommandOptions): Promise<void> {
    if (more.length > 0) this.command.error(PASSWORD_REFUSED);
    const { password, generated } = await this.passwords.read(options);
    const { id, username } = await this.operations.onAccount(who, async (user, { accounts }) => {
      await accounts.setPassword(user.id, password, null, COMMAND_LINE);
      return user;
    });
    const text = `${username} has a new password; all their sessions have ended.`;
    this.print(
      options,
      { id, username, ...(generated ? { password } : {}) },
      [text, ...(generated ? [`Password: ${password}`] : [])].join('\n'),
    );
  }
}
