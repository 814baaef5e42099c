import { Option, SubCommand } from 'nest-commander';
import { isEncryptionKey, KEY_NAMES, type KeyName } from '../keys/signing-key-material';
import type { KeyRotation, RotationOptions, RotationOutcome } from '../keys/key-rotation';
import { CommandFailed } from './failure';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

interface RotateOptions extends OutputOptions {
  readonly now?: boolean;
  readonly revoke?: boolean;
  readonly algorithm?: KeyName;
}

/** Lets the next signing keys sign. */
@SubCommand({ name: 'rotate', description: 'sign with the next keys from now on, and make others' })
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

  @Option({ flags: '--algorithm <name>', description: `of one algorithm only: ${KEY_NAMES.join(', ')}` })
  parseAlgorithm(name: string): KeyName {
    const algorithm = KEY_NAMES.find((known) => known === name);
    if (algorithm === undefined) {
      throw new CommandFailed(`--algorithm must be one of ${KEY_NAMES.join(', ')}.`);
    }
    return algorithm;
  }

  async run(_words: string[], { now = false, revoke = false, algorithm, ...output }: RotateOptions): Promise<void> {
    const options = { atOnce: now, revoke, origin: COMMAND_LINE };
    const rotated = await this.operations.run(async ({ keys, keyRing }) => {
      await keyRing.complete();
      return rotateAll(keys, algorithm, options);
    });
    const before = revoke
      ? 'the one before is taken for nothing any more'
      : 'the one before verifies until its last token has expired';
    const lines = rotated.map(({ kid, algorithm: name }) =>
      isEncryptionKey(name)
        ? `The key ${kid} is what others encrypt to now (${name}).`
        : `The key ${kid} signs with ${name} now; ${before}.`,
    );
    this.print(output, { keys: rotated, revoked: revoke }, lines.join('\n'));
  }
}

/** A key that signs from now on. */
interface RotatedKey {
  readonly algorithm: KeyName;
  readonly kid: string;
}

/** @throws {CommandFailed} when the keys of an algorithm cannot be moved along */
async function rotateAll(
  keys: KeyRotation,
  only: KeyName | undefined,
  options: RotationOptions,
): Promise<RotatedKey[]> {
  const present = new Set((await keys.list()).map(({ alg }) => alg));
  const algorithms = only === undefined ? KEY_NAMES.filter((name) => present.has(name)) : [only];
  if (algorithms.length === 0) throw new CommandFailed(NO_KEY);
  const rotated: RotatedKey[] = [];
  for (const algorithm of algorithms) {
    rotated.push({ algorithm, kid: keyOf(await keys.rotate({ ...options, algorithm })) });
  }
  return rotated;
}

const NO_KEY = 'There is no key to go on to: start the server once, which makes the keys.';

function keyOf(outcome: RotationOutcome): string {
  switch (outcome.outcome) {
    case 'rotated':
      return outcome.kid;
    case 'too-soon':
      throw new CommandFailed(
        `The next key was made so recently that clients may not have seen it: try again in ${outcome.seconds} s, or add --now.`,
      );
    case 'not-due':
      throw new CommandFailed(NO_KEY);
  }
}
