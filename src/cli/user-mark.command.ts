import { SubCommand } from 'nest-commander';
import { CommandFailed } from './failure';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';
import { WHO, WHO_DESCRIPTION } from './who';

const about = { arguments: WHO, argsDescription: WHO_DESCRIPTION };

/** Keeps somebody out, or lets them in again. */
abstract class MarkCommand extends OperatorCommand {
  protected abstract readonly mark: 'disabled' | 'locked';
  protected abstract readonly set: boolean;

  constructor(private readonly operations: Operations) {
    super();
  }

  async run([who]: [string], options: OutputOptions): Promise<void> {
    const { mark, set } = this;
    const { user, outcome } = await this.operations.onAccount(who, async (found, { accounts }) => ({
      user: found,
      outcome: await accounts.mark(found.id, mark, set, COMMAND_LINE),
    }));
    const { id, username } = user;
    if (outcome === 'last-administrator') {
      throw new CommandFailed(`${username} is the last administrator: make another one first, with admin create.`);
    }
    const state = `${username} is ${outcome === 'unchanged' ? 'already ' : ''}${set ? '' : 'not '}${mark}`;
    const sentence =
      outcome === 'unchanged' ? `${state}.` : `${state}${set ? '; all their sessions have ended' : ' any more'}.`;
    this.print(options, { id, username, [mark]: set, changed: outcome === 'changed' }, sentence);
  }
}

/** An administrator's decision: no sign-in, and no token works. */
@SubCommand({ name: 'disable', description: 'let nobody use the account', ...about })
export class DisableCommand extends MarkCommand {
  protected readonly mark = 'disabled';
  protected readonly set = true;

  constructor(operations: Operations) {
    super(operations);
  }
}

/** Takes back {@link DisableCommand}. */
@SubCommand({ name: 'enable', description: 'let the account be used again', ...about })
export class EnableCommand extends MarkCommand {
  protected readonly mark = 'disabled';
  protected readonly set = false;

  constructor(operations: Operations) {
    super(operations);
  }
}

/** For the owner's safety: no sign-in and no refresh; also for the last administrator. */
@SubCommand({ name: 'lock', description: 'hold the account back for its owner’s safety', ...about })
export class LockCommand extends MarkCommand {
  protected readonly mark = 'locked';
  protected readonly set = true;

  constructor(operations: Operations) {
    super(operations);
  }
}

/** Takes back {@link LockCommand}. */
@SubCommand({ name: 'unlock', description: 'give the account back to its owner', ...about })
export class UnlockCommand extends MarkCommand {
  protected readonly mark = 'locked';
  protected readonly set = false;

  constructor(operations: Operations) {
    super(operations);
  }
}
