import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { Client } from '../../clients/client';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { verdictOnJwt } from '../../protocol/jwt-verdict';
import { InvalidGrant } from '../../protocol/request-errors';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { TrustedIssuerKeys } from '../../trusted-issuers/trusted-issuer-keys';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer-store';
import { type AuthorizationAssertion, readAuthorizationAssertion } from './authorization-assertion';

/** What is told of a claim that does not hold; only whoever has an assertion that a trusted issuer has signed hears it. */
const FAULTS: Readonly<Record<string, string>> = {
  sub: 'The assertion must name a subject as sub (RFC 7523 §3).',
  aud: 'The aud of the assertion must be the issuer of this server, and nothing else (RFC 7523bis §4).',
  exp: 'The assertion has expired, or exp is missing or farther ahead than this issuer is trusted with.',
  nbf: 'The assertion is from the future: compare your clock.',
  iat: 'The assertion is from the future: compare your clock.',
  jti: 'The assertion needs a jti of its own (RFC 7523 §3).',
};

/** What a good assertion says. */
export interface VerifiedAssertion {
  readonly trusted: TrustedIssuer;
  readonly subject: string;
  /** What it is known by: good for one use. */
  readonly jti: string;
  /** Epoch milliseconds after which nobody would take it. */
  readonly forgottenAt: number;
}

/** Checks assertions by which clients ask for tokens (RFC 7521 §4.1, RFC 7523 §3). */
@Injectable()
export class AuthorizationAssertionVerifier {
  private readonly audience: string;
  private readonly tolerance: number;

  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly keys: TrustedIssuerKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) { issuer, tokens }: Settings,
  ) {
    this.audience = issuer;
    this.tolerance = tokens.clockTolerance;
  }

  /** @throws {InvalidGrant} where it is not one that this client may present, or it does not hold now and here */
  async verify(token: string, client: Client): Promise<VerifiedAssertion> {
    const assertion = readAuthorizationAssertion(token);
    const trusted = await this.issuers.find(assertion.issuer);
    if (trusted === null) throw notTrusted('no such issuer');
    if (!trusted.clients.includes(client.id)) throw notTrusted('not for this client');
    // RFC 8725 §3.1: the algorithm is the issuer's, not the token's; each has a key pair.
    if (!trusted.algorithms.includes(assertion.alg)) throw notTrusted('alg is not one of the issuer');
    const claims = await this.signedClaims(assertion, await this.keys.find(trusted, assertion));
    return this.checked(claims, trusted);
  }

  /** The claims, once the signature is good. Only then is somebody told what is wrong with them. */
  private async signedClaims(
    { token, alg, issuer }: AuthorizationAssertion,
    keys: readonly KeyObject[],
  ): Promise<JWTPayload> {
    const expected = {
      algorithms: [alg],
      issuer,
      requiredClaims: ['sub', 'aud', 'exp', 'jti'],
      currentDate: new Date(this.clock.now()),
      clockTolerance: this.tolerance,
    };
    const verdict = await verdictOnJwt(token, keys, expected);
    if (verdict.outcome === 'good') return verdict.claims;
    if (verdict.outcome === 'claim') throw faulty(verdict.claim);
    throw notTrusted('no key of the issuer made the signature');
  }

  private checked({ sub, aud, exp = 0, iat, jti }: JWTPayload, trusted: TrustedIssuer): VerifiedAssertion {
    const now = this.clock.now() / 1_000;
    const named = (Array.isArray(aud) ? aud : [aud]) as unknown[];
    // RFC 7523bis §4: whoever talks an issuer into naming more audiences could use the assertion elsewhere.
    if (named.length !== 1 || named[0] !== this.audience) throw faulty('aud');
    // RFC 7523 §3: unreasonably far in the future.
    if (exp > now + trusted.assertionLifetime + this.tolerance) throw faulty('exp');
    if (iat !== undefined && !(iat <= now + this.tolerance)) throw faulty('iat');
    if (typeof sub !== 'string' || sub === '') throw faulty('sub');
    if (typeof jti !== 'string' || jti === '') throw faulty('jti');
    return { trusted, subject: sub, jti, forgottenAt: Math.ceil(exp + this.tolerance + 1) * 1_000 };
  }
}

function faulty(claim: string): InvalidGrant {
  return new InvalidGrant(FAULTS[claim] ?? 'The claims of the assertion do not hold.', `claim ${claim}`);
}

/** One sentence, so that nobody learns who is trusted, and with whom. */
function notTrusted(detail: string): InvalidGrant {
  return new InvalidGrant(
    'The assertion is not one of an issuer that is trusted here to vouch to this client.',
    detail,
  );
}
