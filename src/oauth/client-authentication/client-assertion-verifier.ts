import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { Client } from '../../clients/client';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { audiencesOf } from '../../protocol/audience';
import { verdictOnJwt } from '../../protocol/jwt-verdict';
import { InvalidClient } from '../../protocol/request-errors';
import { UsedIdentifiers } from '../../replay/used-identifiers';
import type { ClientAssertion } from './client-assertion';

/** How far `exp` may lie ahead, in seconds: for so long the assertion is remembered (DOS-05). Old clients have it set to an hour. */
const FARTHEST_EXPIRY = { 'oauth2.1': 600, compat: 3_600 };

/** What is told of a claim that does not hold; only whoever has the key hears it. */
const FAULTS: Readonly<Record<string, string>> = {
  iss: 'The iss and the sub of the client assertion must be the client_id (RFC 7523 §3).',
  sub: 'The iss and the sub of the client assertion must be the client_id (RFC 7523 §3).',
  aud: 'The aud of the client assertion must be the issuer of this server, and nothing else (RFC 7523bis §4).',
  exp: 'The client assertion has expired, or exp is missing or too far ahead (10 minutes; an hour for clients of the compat profile).',
  nbf: 'The client assertion is from the future: compare your clock.',
  iat: 'The client assertion is from the future: compare your clock.',
  jti: 'The client assertion needs a jti of its own (RFC 7523 §3).',
};

const REPLAYED = 'The client assertion was used before: make a new one for each request.';

/** Checks client assertions (RFC 7521 §4.2, RFC 7523 §3, draft-ietf-oauth-rfc7523bis §4), whatever their keys are. */
@Injectable()
export class ClientAssertionVerifier {
  private readonly issuer: string;
  private readonly tolerance: number;

  constructor(
    private readonly used: UsedIdentifiers,
    private readonly clock: Clock,
    @Inject(SETTINGS) { issuer, tokens }: Settings,
  ) {
    this.issuer = issuer;
    this.tolerance = tokens.clockTolerance;
  }

  /**
   * Takes an assertion that one of these keys has signed, once.
   * @param algorithms those that the client may sign with
   * @throws {InvalidClient} where it is not the client's, does not hold now and here, or was used before
   */
  async verify(
    assertion: ClientAssertion,
    client: Client,
    keys: readonly (KeyObject | Uint8Array)[],
    algorithms: readonly string[],
  ): Promise<void> {
    // RFC 8725 §3.1: the algorithm is the client's, not the token's.
    if (!algorithms.includes(assertion.alg)) throw notTheirs('alg is not one of the client');
    const claims = await this.signedClaims(assertion, client, keys);
    this.assertClaims(claims, client);
    const forgotten = Math.ceil(claims.exp! + this.tolerance + 1) * 1_000;
    // RFC 7523 §3 lets a server see to it that a jti is used once; nobody but its client can use it up.
    if (!(await this.used.use('client-assertion', client.id, claims.jti!, forgotten))) {
      throw new InvalidClient(REPLAYED);
    }
  }

  /** The claims, once the signature is good. Only then is somebody told what is wrong with them. */
  private async signedClaims(
    { token, alg }: ClientAssertion,
    { id }: Client,
    keys: readonly (KeyObject | Uint8Array)[],
  ): Promise<JWTPayload> {
    const expected = {
      algorithms: [alg],
      issuer: id,
      subject: id,
      requiredClaims: ['aud', 'exp', 'jti'],
      currentDate: new Date(this.clock.now()),
      clockTolerance: this.tolerance,
    };
    const verdict = await verdictOnJwt(token, keys, expected);
    if (verdict.outcome === 'good') return verdict.claims;
    if (verdict.outcome === 'claim') throw faulty(verdict.claim);
    throw notTheirs('no key of the client made the signature');
  }

  private assertClaims({ aud, exp = 0, jti }: JWTPayload, { metadata: { profile } }: Client): void {
    const now = this.clock.now() / 1_000;
    if (!this.isMeantForUs(aud, profile === 'compat')) throw faulty('aud');
    // RFC 7523 §3: unreasonably far in the future.
    if (exp > now + FARTHEST_EXPIRY[profile] + this.tolerance) throw faulty('exp');
    if (typeof jti !== 'string' || jti === '') throw faulty('jti');
  }

  /**
   * RFC 7523bis §4: the issuer as the sole audience, alone or in a list of one, to the letter. Whoever talks a client into naming more audiences could
   * use the assertion elsewhere. Deviation: old clients (`compat`) name the token endpoint, as RFC 7523 §3 and OpenID Connect Core §9 had it.
   */
  private isMeantForUs(audience: unknown, isCompat: boolean): boolean {
    const named = audiencesOf(audience);
    const accepted: readonly unknown[] = isCompat ? [this.issuer, `${this.issuer}/oauth/token`] : [this.issuer];
    return named.length > 0 && named.length <= accepted.length && named.every((each) => accepted.includes(each));
  }
}

function faulty(claim: string): InvalidClient {
  return new InvalidClient(FAULTS[claim] ?? 'The claims of the client assertion do not hold.', `claim ${claim}`);
}

function notTheirs(detail: string): InvalidClient {
  return new InvalidClient('Client authentication failed.', detail);
}
