import { Option, SubCommand } from 'nest-commander';
import { duration } from '../config/value-parsers';
import { SettingProblem } from '../config/setting';
import { clientFailure, WHICH_CLIENT, WHICH_CLIENT_DESCRIPTION } from './client-failures';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

interface RotateOptions extends OutputOptions {
  readonly overlap?: string;
}

const readOverlap = duration('0s', '365d');

/** Gives a client another secret. */
@SubCommand({
  name: 'rotate-secret',
  description: 'give an application another secret',
  arguments: WHICH_CLIENT,
  argsDescription: WHICH_CLIENT_DESCRIPTION,
})
export class ClientRotateSecretCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({
    flags: '--overlap <time>',
    description: 'how long the secret from before is good beside it, such as 2h or 7d (default: 0s)',
  })
  parseOverlap(value: string): string {
    return value;
  }

  async run([id]: [string], options: RotateOptions): Promise<void> {
    const overlap = this.overlapOf(options.overlap ?? '0s');
    const changed = await this.operations.run(({ registrations }) =>
      registrations.rotateSecret(id, overlap, COMMAND_LINE),
    );
    if (changed.outcome !== 'done') throw clientFailure(id, changed);
    const before =
      overlap === 0 ? 'the one before is good no more' : `the one before is good for ${options.overlap} more`;
    this.print(
      options,
      { client_id: id, client_secret: changed.secret, overlap },
      `${id} has another secret; ${before}.\nclient_secret: ${changed.secret}`,
    );
  }

  private overlapOf(text: string): number {
    try {
      return readOverlap(text);
    } catch (error) {
      if (error instanceof SettingProblem) this.command.error(`error: --overlap ${error.message}`);
      throw error;
    }
  }
}
