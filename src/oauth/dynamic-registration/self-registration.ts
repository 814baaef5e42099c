import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import type { ClientMetadata, ClientProfile } from '../../clients/client-metadata';
import { InitialAccessTokens } from '../../clients/initial-access-tokens';
import { Clock } from '../../config/clock';
import { sha256 } from '../../crypto/digest';
import { randomSecret } from '../../crypto/random-id';
import { ClientRegistrations } from '../client-registration/client-registrations';
import type { Credentials } from './client-information';
import { RegistrationLimits } from './registration-limits';
import { type Members, unknownToken } from './registration-request';
import { byWhom, refusalOf, SelfDescriptions } from './self-descriptions';

/** How long a client is kept that is never used, in milliseconds; one that is used stays longer. */
const UNUSED = 7 * 86_400_000;

const PREFIX = 'ghr_';

/** A client that has registered itself or was changed by itself, and what its owner is shown once. */
export interface OwnedClient extends Credentials {
  readonly client: Client;
}

/** Makes a registration access token (RFC 7592 §3): 256 random bits, kept as a digest. */
export function newRegistrationToken(): string {
  return PREFIX + randomSecret().toString('base64url');
}

/** Registers applications that come by themselves with an initial access token (RFC 7591 §3). */
@Injectable()
export class SelfRegistration {
  constructor(
    private readonly initialTokens: InitialAccessTokens,
    private readonly limits: RegistrationLimits,
    private readonly descriptions: SelfDescriptions,
    private readonly registrations: ClientRegistrations,
    private readonly clock: Clock,
  ) {}

  /**
   * @param initialToken what the request brings
   * @throws {InvalidToken} where it is none, was used up, has expired or was taken back (DCR-04)
   * @throws {InvalidRedirectUri} {InvalidClientMetadata} {InvalidSoftwareStatement} {UnapprovedSoftwareStatement} where the client cannot be registered; no use is lost then
   * @throws {Problem} rate_limited
   */
  async register(initialToken: string, members: Members, origin: RequestOrigin): Promise<OwnedClient> {
    const token = await this.initialTokens.find(initialToken);
    if (token === null) throw unknownToken();
    await this.limits.countRegistration(origin);
    const registrationToken = newRegistrationToken();
    const { metadata, statement } = await this.descriptions.admitted(members);
    const registration = {
      metadata,
      origin: 'dynamic',
      decided: decidedBy(token.profile, metadata),
      registrationDigest: sha256(registrationToken),
      softwareStatement: statement?.text ?? null,
      expiresAt: this.clock.now() + UNUSED,
    } as const;
    const by = { ...origin, by: byWhom(`initial access token ${token.id}`, statement) };
    const made = await this.registrations.register(registration, by, async (transaction) => {
      if (!(await this.initialTokens.consume(transaction, token.id))) throw unknownToken();
    });
    if (made.outcome === 'refused') throw refusalOf(made.problems);
    if (made.outcome !== 'done') throw new Error(`A new client was not registered: ${made.outcome}`);
    return { client: made.client, secret: made.secret, registrationToken };
  }
}

/** RFC 9700 §2.1.1: an old client may do without PKCE, but none that has no credentials. */
function decidedBy(profile: ClientProfile, { token_endpoint_auth_method: method }: Members): Partial<ClientMetadata> {
  return profile === 'compat' ? { profile, require_pkce: method === 'none' } : {};
}
