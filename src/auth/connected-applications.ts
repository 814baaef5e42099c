import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { type Client, labelOf, mayBeServed } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import type { Consent } from '../consents/consent.entity';
import { ConsentStore } from '../consents/consent.store';
import { UnitOfWork } from '../database/unit-of-work';
import { storedScopes } from '../protocol/scope';
import { TokenFamilies } from '../tokens/token-families';
import { TokenRevoker } from '../tokens/token-revoker';

/** A client that a person has let have something. */
export interface ConnectedApplication {
  readonly clientId: string;
  readonly name: string;
  readonly homePage: string | null;
  /** Where a person is sent who wants to be signed in to it from here (OpenID Connect Core §4); null where that cannot be. */
  readonly initiateLoginUri: string | null;
  /** The scopes that the person has agreed to, wherever they count. */
  readonly scopes: readonly string[];
  /** When the person first let it have something, epoch milliseconds. */
  readonly since: number;
}

/** The clients that people have let have something, and the end of it. */
@Injectable()
export class ConnectedApplications {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly consents: ConsentStore,
    private readonly clients: ClientStore,
    private readonly families: TokenFamilies,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** The applications of a person by name; the server's own are no guests and not among them. */
  async list(userId: string): Promise<ConnectedApplication[]> {
    const consents = await this.consents.listOf(userId);
    const alive = await this.families.clientsOf(userId);
    const ids = new Set([...consents.map(({ client_id }) => client_id), ...alive.map(({ client_id }) => client_id)]);
    const found: ConnectedApplication[] = [];
    for (const id of ids) {
      const client = await this.clients.find(id);
      if (client === null || client.firstParty) continue;
      const since = alive.flatMap((family) => (family.client_id === id ? [family.since] : []));
      found.push(
        applicationOf(
          client,
          consents.filter(({ client_id }) => client_id === id),
          since,
        ),
      );
    }
    return found.sort((one, other) => one.name.localeCompare(other.name) || (one.clientId < other.clientId ? -1 : 1));
  }

  /**
   * Takes back all that a person has let a client have: what it was granted, its refresh tokens, and its access tokens.
   * @returns false where there was nothing
   */
  disconnect(userId: string, clientId: string, origin: RequestOrigin): Promise<boolean> {
    return this.unitOfWork.run(async (transaction) => {
      const consented = await this.consents.withdraw(transaction, userId, clientId);
      const revoked = await this.revoker.revokeClientOf(transaction, clientId, userId, 'disconnected');
      if (!consented && revoked === 0) return false;
      await this.audit.record(transaction, { type: 'consent.withdrawn', outcome: 'success', userId, clientId, origin });
      return true;
    });
  }
}

function applicationOf(
  client: Client,
  consents: readonly Consent[],
  familiesSince: readonly number[],
): ConnectedApplication {
  const scopes = consents.flatMap((consent) => storedScopes(consent.scopes));
  return {
    clientId: client.id,
    name: labelOf(client),
    homePage: client.metadata.client_uri ?? null,
    initiateLoginUri: mayBeServed(client) ? (client.metadata.initiate_login_uri ?? null) : null,
    scopes: [...new Set(scopes)],
    since: Math.min(...consents.map(({ created_at }) => created_at), ...familiesSince),
  };
}
