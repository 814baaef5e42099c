import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import type { KnownSecret } from '../../clients/client';
import { Clock } from '../../config/clock';
import { Problem } from '../../http/problem';
import { ClientRegistrations } from '../../oauth/client-registration/client-registrations';
import { AdministeredClients, done } from './administered-clients';

/** A secret that was just made. */
export interface MadeSecret {
  readonly value: string;
  readonly known: KnownSecret;
}

const LAST = 'The client would be left without a secret that stays good: give it another one first.';

/** The secrets of clients as administrators work with them; what they are, nobody sees twice. */
@Injectable()
export class AdministeredSecrets {
  constructor(
    private readonly clients: AdministeredClients,
    private readonly registrations: ClientRegistrations,
    private readonly clock: Clock,
  ) {}

  /** Those that are good. @throws {Problem} not_found where there is no such client */
  async list(clientId: string): Promise<KnownSecret[]> {
    const { secrets } = await this.clients.read(clientId);
    return secrets.filter(({ expires_at }) => expires_at === null || expires_at > this.clock.now());
  }

  /** One of those that are good. @throws {Problem} not_found */
  async read(clientId: string, id: string): Promise<KnownSecret> {
    const found = (await this.list(clientId)).find((secret) => secret.id === id);
    if (found === undefined) throw new Problem('not_found');
    return found;
  }

  /**
   * Gives a client another secret.
   * @param overlap for how many seconds those from before are good beside it
   * @throws {Problem} not_found; validation_failed where the client is one without secrets
   */
  async rotate(clientId: string, overlap: number, by: EventOrigin): Promise<MadeSecret> {
    const { client, secret, secretId } = done(await this.registrations.rotateSecret(clientId, overlap, by));
    return { value: secret ?? '', known: client.secrets.find(({ id }) => id === secretId)! };
  }

  /** Takes a secret away. @throws {Problem} not_found; conflict where the client would be left without one */
  async remove(clientId: string, id: string, by: EventOrigin): Promise<void> {
    const outcome = await this.registrations.removeSecret(clientId, id, by);
    if (outcome === 'unknown') throw new Problem('not_found');
    if (outcome === 'last') throw new Problem('conflict', { detail: LAST });
  }
}
