import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { type Client, mayBeServed } from '../../clients/client';
import { ClientSecrets } from '../../clients/client-secrets';
import { ClientStore } from '../../clients/client.store';
import { equalInConstantTime, sha256 } from '../../crypto/digest';
import { InvalidClientMetadata } from '../../protocol/request-errors';
import { ChangedTerms } from '../client-registration/changed-terms';
import { ClientRegistrations } from '../client-registration/client-registrations';
import { RegistrationLimits } from './registration-limits';
import { type Members, unknownToken } from './registration-request';
import { byWhom, refusalOf, SelfDescriptions } from './self-descriptions';
import { newRegistrationToken, type OwnedClient } from './self-registration';

/** RFC 7592 §2.2: what the server alone says of a registration. */
const OF_THE_SERVER = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/** Lets clients that have registered themselves read, change and remove their registration, and no other (RFC 7592 §2). */
@Injectable()
export class ClientConfigurations {
  constructor(
    private readonly clients: ClientStore,
    private readonly secrets: ClientSecrets,
    private readonly registrations: ClientRegistrations,
    private readonly terms: ChangedTerms,
    private readonly descriptions: SelfDescriptions,
    private readonly limits: RegistrationLimits,
  ) {}

  /**
   * The client whose registration access token this is.
   * @throws {InvalidToken} where it is of no client, or of another than this one (DCR-06)
   * @throws {Problem} rate_limited
   */
  async find(clientId: string, token: string, origin: RequestOrigin): Promise<Client> {
    const client = await this.clients.read(clientId);
    const digest = client?.registrationDigest ?? '';
    const isOwner = equalInConstantTime(Buffer.from(digest), Buffer.from(sha256(token)));
    // RFC 7592 §2.1: the same answer for all, whether there is such a client or not.
    if (client === null || client.origin !== 'dynamic' || !isOwner || !mayBeServed(client)) throw unknownToken();
    await this.limits.countConfiguration(clientId, origin);
    return client;
  }

  /**
   * Replaces what is registered (RFC 7592 §2.2): what the request leaves out is deleted, or as it is where nobody says anything. The token is good no more
   * afterwards, another takes its place.
   * @throws {InvalidRedirectUri} {InvalidClientMetadata} {InvalidSoftwareStatement} {UnapprovedSoftwareStatement}
   * @throws {InvalidToken} where another request with the same token was faster
   */
  async change(client: Client, token: string, members: Members, origin: RequestOrigin): Promise<OwnedClient> {
    this.assertOwn(client, members);
    const { metadata, statement } = await this.descriptions.admitted(members);
    const registrationToken = newRegistrationToken();
    const by = { ...origin, by: byWhom('itself', statement) };
    const softwareStatement = statement?.text ?? null;
    const { id, revision, metadata: before } = client;
    const made = await this.registrations.change(id, metadata, revision, by, 'client', async (transaction, now) => {
      const [from, to] = [sha256(token), sha256(registrationToken)];
      if (!(await this.clients.exchangeRegistrationToken(transaction, id, from, to, softwareStatement))) {
        throw unknownToken();
      }
      await this.terms.apply(transaction, id, before, now.metadata);
    });
    if (made.outcome === 'refused') throw refusalOf(made.problems);
    if (made.outcome !== 'done') throw unknownToken();
    return { client: { ...made.client, softwareStatement }, secret: made.secret, registrationToken };
  }

  /** Removes a client and all that it has (RFC 7592 §2.3). */
  async remove(client: Client, origin: RequestOrigin): Promise<void> {
    await this.registrations.remove(client.id, { ...origin, by: 'itself' });
  }

  /** @throws {InvalidClientMetadata} where a change is meant for another client, or for what a client cannot change */
  private assertOwn(client: Client, members: Members): void {
    // RFC 7592 §2.2: client_id is that of the registration, and so is client_secret where it is sent; it cannot be chosen.
    if (members['client_id'] !== client.id) {
      throw new InvalidClientMetadata('client_id must be that of the client (RFC 7592 §2.2).');
    }
    const { client_secret: secret } = members;
    if (secret !== undefined && !(typeof secret === 'string' && this.secrets.matches(client, secret))) {
      throw new InvalidClientMetadata('client_secret must be left out, or be that of the client (RFC 7592 §2.2).');
    }
    if (OF_THE_SERVER.some((name) => Object.hasOwn(members, name))) {
      throw new InvalidClientMetadata(`${OF_THE_SERVER.join(', ')} must be left out (RFC 7592 §2.2).`);
    }
  }
}
