import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { Envelope } from '../crypto/envelope';
import { randomSecret } from '../crypto/random-id';
import { UnitOfWork } from '../database/unit-of-work';
import { asStartupError } from './key-encryption';

/** Symmetric secrets (256 bits) that all nodes share, made when first asked for. */
@Injectable()
export class ServerSecrets {
  private readonly known = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly envelope: Envelope,
    private readonly clock: Clock,
  ) {}

  /**
   * The secret of that name, the same on all nodes and after every restart.
   * @throws {StartupError} when it was encrypted with a key that is not among ours
   */
  get(name: string): Promise<Buffer> {
    let secret = this.known.get(name);
    if (secret === undefined) {
      secret = this.load(name).catch((error: unknown) => {
        throw asStartupError(error);
      });
      secret.catch(() => this.known.delete(name));
      this.known.set(name, secret);
    }
    return secret;
  }

  private load(name: string): Promise<Buffer> {
    const purpose = `server secret ${name}`;
    return this.unitOfWork.run(async (transaction) => {
      // The first node's insert wins; every node reads what is there afterwards.
      await transaction.change(
        'INSERT INTO server_secrets (name, value_sealed, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING',
        [name, this.envelope.seal(purpose, randomSecret()), this.clock.now()],
      );
      const [row] = await transaction.query<{ value_sealed: string }>(
        'SELECT value_sealed FROM server_secrets WHERE name = ?',
        [name],
      );
      const value = this.envelope.open(purpose, row!.value_sealed);
      if (this.envelope.isOutdated(row!.value_sealed)) {
        await transaction.change('UPDATE server_secrets SET value_sealed = ? WHERE name = ?', [
          this.envelope.seal(purpose, value),
          name,
        ]);
      }
      return value;
    });
  }
}
