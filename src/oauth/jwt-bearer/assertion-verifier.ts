import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { Client } from '../../clients/client';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { audiencesOf } from '../../protocol/audience';
import { InvalidGrant } from '../../protocol/request-errors';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { type TrustedJwtVerdict, TrustedJwtVerifier } from '../../trusted-issuers/trusted-jwt-verifier';

const MALFORMED = 'The assertion must be a signed JWT in compact serialization, of at most 8192 characters.';
const ODD_HEADER =
  'The header of the assertion must have alg, may have kid and typ (JWT), and must not bring a key or an extension.';
const NO_ISSUER = 'The assertion must name its issuer as iss (RFC 7523 §3).';
/** One sentence, so that nobody learns who is trusted, and with whom. */
const NOT_TRUSTED = 'The assertion is not one of an issuer that is trusted here to vouch to this client.';

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
    private readonly verifier: TrustedJwtVerifier,
    private readonly clock: Clock,
    @Inject(SETTINGS) { issuer, tokens }: Settings,
  ) {
    this.audience = issuer;
    this.tolerance = tokens.clockTolerance;
  }

  /** @throws {InvalidGrant} where it is not one that this client may present, or it does not hold now and here */
  async verify(token: string, client: Client): Promise<VerifiedAssertion> {
    const verdict = await this.verifier.verify(token, {
      isTrusted: ({ clients }) => clients.includes(client.id),
      requiredClaims: ['sub', 'aud', 'exp', 'jti'],
    });
    if (verdict.outcome !== 'good') throw refusalOf(verdict);
    return this.checked(verdict.claims, verdict.trusted);
  }

  private checked({ sub, aud, exp = 0, jti }: JWTPayload, trusted: TrustedIssuer): VerifiedAssertion {
    const now = this.clock.now() / 1_000;
    const named = audiencesOf(aud);
    // RFC 7523bis §4: whoever talks an issuer into naming more audiences could use the assertion elsewhere.
    if (named.length !== 1 || named[0] !== this.audience) throw faulty('aud');
    // RFC 7523 §3: unreasonably far in the future.
    if (exp > now + trusted.assertionLifetime + this.tolerance) throw faulty('exp');
    if (typeof sub !== 'string' || sub === '') throw faulty('sub');
    if (typeof jti !== 'string' || jti === '') throw faulty('jti');
    return { trusted, subject: sub, jti, forgottenAt: Math.ceil(exp + this.tolerance + 1) * 1_000 };
  }
}

function refusalOf(verdict: Exclude<TrustedJwtVerdict, { outcome: 'good' }>): InvalidGrant {
  switch (verdict.outcome) {
    case 'malformed':
      return new InvalidGrant(MALFORMED);
    case 'odd-header':
      return new InvalidGrant(ODD_HEADER);
    case 'no-issuer':
      return new InvalidGrant(NO_ISSUER);
    case 'claim':
      return faulty(verdict.claim);
    default:
      return new InvalidGrant(NOT_TRUSTED, verdict.outcome);
  }
}

function faulty(claim: string): InvalidGrant {
  return new InvalidGrant(FAULTS[claim] ?? 'The claims of the assertion do not hold.', `claim ${claim}`);
}
