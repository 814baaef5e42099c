import { SubCommand } from 'nest-commander';
import { clientFailure, WHICH_CLIENT, WHICH_CLIENT_DESCRIPTION } from './client-failures';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

/** Removes a client for good. */
@SubCommand({
  name: 'delete',
  description: 'remove an application, its secrets, and all that people have let it have',
  arguments: WHICH_CLIENT,
  argsDescription: WHICH_CLIENT_DESCRIPTION,
})
export class ClientDeleteCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  async run([id]: [string], options: OutputOptions): Promise<void> {
    const outcome = await this.operations.run(({ registrations }) => registrations.remove(id, COMMAND_LINE));
    if (outcome.outcome !== 'removed') throw clientFailure(id, outcome);
    this.print(options, { client_id: id, deleted: true }, `${id} is deleted; its tokens are taken back.`);
  }
}
