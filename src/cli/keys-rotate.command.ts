import { Option, SubCommand } from 'nest-commander';
import type { RotationOutcome } from '../keys/key-rotation';
import { CommandFailed } from './failure';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

interface RotateOptions extends OutputOptions {
  readonly now?: boolean;
  readonly revoke?: boolean;
}

/** Lets the next signing key sign. */
@SubCommand({ name: 'rotate', description: 'sign with the next key from now on, and make another next one' })
export class KeysRotateCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({ flags: '--now', description: 'even if clients may not have seen the next key yet' })
  parseNow(): boolean {
    return true;
  }

  @Option({ flags: '--revoke', description: 'the key has leaked: now, and no token that it signed is taken any more' })
  parseRevoke(): boolean {
    return true;
  }

  async run(_words: string[], { now = false, revoke = false, ...output }: RotateOptions): Promise<void> {
    const outcome = await this.operations.run(({ keys }) => keys.rotate({ atOnce: now, revoke, origin: COMMAND_LINE }));
    const kid = keyOf(outcome);
    const before = revoke
      ? 'the one before is taken for nothing any more'
      : 'the one before verifies until its last token has expired';
    this.print(output, { kid, revoked: revoke }, `The key ${kid} signs now; ${before}.`);
  }
}

function keyOf(outcome: RotationOutcome): string {
  switch (outcome.outcome) {
    case 'rotated':
      return outcome.kid;
    case 'too-soon':
      throw new CommandFailed(
        `The next key was made so recently that clients may not have seen it: try again in ${outcome.seconds} s, or add --now.`,
      );
    case 'not-due':
      throw new CommandFailed('There is no key to go on to: start the server once, which makes the keys.');
  }
}
