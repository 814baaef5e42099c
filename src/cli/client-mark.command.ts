import { SubCommand } from 'nest-commander';
import { clientFailure, WHICH_CLIENT, WHICH_CLIENT_DESCRIPTION } from './client-failures';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

const about = { arguments: WHICH_CLIENT, argsDescription: WHICH_CLIENT_DESCRIPTION };

/** Keeps a client out, or lets it in again. */
abstract class ClientMarkCommand extends OperatorCommand {
  protected abstract readonly set: boolean;

  constructor(private readonly operations: Operations) {
    super();
  }

  async run([id]: [string], options: OutputOptions): Promise<void> {
    const { set } = this;
    const changed = await this.operations.run(({ registrations }) => registrations.setDisabled(id, set, COMMAND_LINE));
    if (changed.outcome !== 'done') throw clientFailure(id, changed);
    const text = set ? `${id} is disabled; its tokens are taken back.` : `${id} is enabled.`;
    this.print(options, { client_id: id, disabled: set }, text);
  }
}

/** An administrator's decision: no token for it, and those that it has work no more. */
@SubCommand({ name: 'disable', description: 'give an application no tokens, and take back what it has', ...about })
export class ClientDisableCommand extends ClientMarkCommand {
  protected readonly set = true;

  constructor(operations: Operations) {
    super(operations);
  }
}

/** Takes back {@link ClientDisableCommand}. */
@SubCommand({ name: 'enable', description: 'let an application have tokens again', ...about })
export class ClientEnableCommand extends ClientMarkCommand {
  protected readonly set = false;

  constructor(operations: Operations) {
    super(operations);
  }
}
