import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { peekClaims } from '../protocol/compact-jws';
import { readJwtHeader } from '../protocol/jwt-header';
import { verdictOnJwt } from '../protocol/jwt-verdict';
import type { TrustedIssuer } from './trusted-issuer';
import { TrustedIssuerKeys } from './trusted-issuer-keys';
import { TrustedIssuerStore } from './trusted-issuer.store';

/** What a JWT of a trusted issuer is looked at for. */
export interface TrustSought {
  /** Whether the issuer is trusted with JWTs of this kind. */
  readonly isTrusted: (issuer: TrustedIssuer) => boolean;
  readonly requiredClaims: readonly string[];
}

/** What is to be thought of a JWT which says that it is of an issuer that is trusted here. */
export type TrustedJwtVerdict =
  | { readonly outcome: 'good'; readonly trusted: TrustedIssuer; readonly claims: JWTPayload }
  /** It is no signed JWT, or has a header that none of this kind has. */
  | { readonly outcome: 'malformed' | 'odd-header' }
  | { readonly outcome: 'no-issuer' }
  /** Nobody trusts the issuer, or not with this. */
  | { readonly outcome: 'untrusted' }
  /** The issuer does not sign with this algorithm, or none of its keys made the signature. */
  | { readonly outcome: 'algorithm' | 'signature' }
  /** The signature is good, and a claim does not hold now. */
  | { readonly outcome: 'claim'; readonly claim: string };

/** Looks at JWTs that issuers have signed whom an administrator trusts; what such a JWT is good for, its readers know. */
@Injectable()
export class TrustedJwtVerifier {
  private readonly tolerance: number;

  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly keys: TrustedIssuerKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) { tokens }: Settings,
  ) {
    this.tolerance = tokens.clockTolerance;
  }

  /** What is to be thought of it at this moment: signature, `iss`, and `exp`, `nbf` and `iat` where they are there. */
  async verify(token: string, { isTrusted, requiredClaims }: TrustSought): Promise<TrustedJwtVerdict> {
    // RFC 8725 §3.11: what says of itself to be something else, such as an access token, is not what is asked for here.
    const header = readJwtHeader(token, 'jwt');
    if (typeof header === 'string') return { outcome: header };
    const issuer = issuerOf(token);
    if (issuer === null) return { outcome: 'no-issuer' };
    const trusted = await this.issuers.find(issuer);
    if (trusted === null || !isTrusted(trusted)) return { outcome: 'untrusted' };
    // RFC 8725 §3.1: the algorithm is the issuer's, not the token's; each has a key pair.
    if (!trusted.algorithms.includes(header.alg)) return { outcome: 'algorithm' };
    const verdict = await verdictOnJwt(token, await this.keys.find(trusted, header), {
      algorithms: [header.alg],
      issuer,
      requiredClaims: [...requiredClaims],
      currentDate: new Date(this.clock.now()),
      clockTolerance: this.tolerance,
    });
    return verdict.outcome === 'good' ? { ...verdict, trusted } : verdict;
  }
}

/** The issuer that a JWT claims to be from; null where it names none. */
function issuerOf(token: string): string | null {
  const { iss: issuer } = peekClaims(token);
  return typeof issuer === 'string' && issuer !== '' ? issuer : null;
}
