import type { KeyObject } from 'node:crypto';
import {
  errors,
  type JWTClaimVerificationOptions,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyOptions,
  UnsecuredJWT,
} from 'jose';
import { isUnsignedJwt } from './unsigned-jwt';

/** What is to be thought of a JWT that somebody else has signed: its claims, the claim that does not hold, or that none of the keys has signed it. */
export type JwtVerdict =
  | { readonly outcome: 'good'; readonly claims: JWTPayload }
  | { readonly outcome: 'claim'; readonly claim: string }
  | { readonly outcome: 'signature' };

/** What a JWT has to say, and when it is now: both are needed to tell whether it holds. */
export interface ExpectedClaims extends JWTClaimVerificationOptions {
  readonly currentDate: Date;
  /** How far the clocks may differ, in seconds. */
  readonly clockTolerance: number;
}

/**
 * Looks at a JWT with each key that may have signed it (RFC 7519 §7.2). What is wrong with a claim is found only behind a good signature, so that it may
 * be told.
 */
export async function verdictOnJwt(
  token: string,
  keys: readonly (KeyObject | Uint8Array)[],
  expected: ExpectedClaims & Required<Pick<JWTVerifyOptions, 'algorithms'>>,
): Promise<JwtVerdict> {
  for (const key of keys) {
    try {
      return verdictOnClaims((await jwtVerify(token, key, expected)).payload, expected);
    } catch (error) {
      const verdict = verdictOn(error);
      if (verdict.outcome === 'claim') return verdict;
    }
  }
  return { outcome: 'signature' };
}

/** Looks at a JWT that nobody has signed, where that is allowed (RFC 7519 §6). */
export function verdictOnUnsignedJwt(token: string, expected: ExpectedClaims): JwtVerdict {
  if (!isUnsignedJwt(token)) return { outcome: 'signature' };
  try {
    return verdictOnClaims(UnsecuredJWT.decode(token, expected).payload, expected);
  } catch (error) {
    return verdictOn(error);
  }
}

/** RFC 7523 §3 lets `iat` be held against the clock; the library does so only where a longest age is given. */
function verdictOnClaims(claims: JWTPayload, { currentDate, clockTolerance }: ExpectedClaims): JwtVerdict {
  const isOfTheFuture = claims.iat !== undefined && claims.iat > currentDate.getTime() / 1_000 + clockTolerance;
  return isOfTheFuture ? { outcome: 'claim', claim: 'iat' } : { outcome: 'good', claims };
}

function verdictOn(error: unknown): JwtVerdict {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return { outcome: 'claim', claim: error.claim };
  }
  if (error instanceof errors.JOSEError) return { outcome: 'signature' };
  throw error;
}
