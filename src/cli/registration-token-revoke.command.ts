import { SubCommand } from 'nest-commander';
import { CommandFailed } from './failure';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

/** Takes a token back. */
@SubCommand({
  name: 'revoke',
  arguments: '<id>',
  description: 'take a token back; clients that were registered with it stay',
})
export class RegistrationTokenRevokeCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  async run([id = '']: string[], options: OutputOptions): Promise<void> {
    const isRevoked = await this.operations.run(({ registrationTokens }) =>
      registrationTokens.revoke(id, COMMAND_LINE),
    );
    if (!isRevoked) throw new CommandFailed(`There is no token with the id ${JSON.stringify(id)}.`);
    this.print(options, { id }, 'Taken back.');
  }
}
