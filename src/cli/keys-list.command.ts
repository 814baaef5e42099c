import { SubCommand } from 'nest-commander';
import type { KeyDescription } from '../keys/key-rotation';
import { isEncryptionKey } from '../keys/signing-key-material';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

/** Lists the signing keys. */
@SubCommand({ name: 'list', description: 'list the signing keys and what they are there for' })
export class KeysListCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  async run(_words: string[], options: OutputOptions): Promise<void> {
    const keys = await this.operations.run(async ({ keys: rotation, keyRing }) => {
      await keyRing.complete();
      return rotation.list();
    });
    this.print(options, keys.map(viewOf), keys.map(lineOf).join('\n'));
  }
}

function viewOf({ kid, alg, state, created_at, activated_at, expires_at }: KeyDescription): Record<string, unknown> {
  return {
    kid,
    alg,
    state,
    createdAt: instantOf(created_at),
    activatedAt: instantOf(activated_at),
    expiresAt: instantOf(expires_at),
  };
}

function lineOf({ kid, alg, state, created_at, activated_at, expires_at }: KeyDescription): string {
  const since = {
    next: `made ${instantOf(created_at)}, signs from the next rotation on`,
    active: `${isEncryptionKey(alg) ? 'is encrypted to' : 'signs'} since ${instantOf(activated_at)}`,
    retiring: `${isEncryptionKey(alg) ? 'opens' : 'verifies'} until ${instantOf(expires_at)}`,
  }[state];
  return `${kid}  ${alg}  ${state.padEnd('retiring'.length)}  ${since}`;
}

/** RFC 3339, UTC. */
function instantOf(epochMilliseconds: number | null): string | null {
  return epochMilliseconds === null ? null : new Date(epochMilliseconds).toISOString();
}
