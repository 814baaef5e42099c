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

/**
 * Looks at a JWT with each key that may have signed it (RFC 7519 §7.2). What is wrong with a claim is found only behind a good signature, so that it may
 * be told.
 */
export async function verdictOnJwt(
  token: string,
  keys: readonly (KeyObject | Uint8Array)[],
  expected: JWTVerifyOptions,
): Promise<JwtVerdict> {
  for (const key of keys) {
    try {
      return { outcome: 'good', claims: (await jwtVerify(token, key, expected)).payload };
    } catch (error) {
      const verdict = verdictOn(error);
      if (verdict.outcome === 'claim') return verdict;
    }
  }
  return { outcome: 'signature' };
}

/** Looks at a JWT that nobody has signed, where that is allowed (RFC 7519 §6). */
export function verdictOnUnsignedJwt(token: string, expected: JWTClaimVerificationOptions): JwtVerdict {
  if (!isUnsignedJwt(token)) return { outcome: 'signature' };
  try {
    return { outcome: 'good', claims: UnsecuredJWT.decode(token, expected).payload };
  } catch (error) {
    return verdictOn(error);
  }
}

function verdictOn(error: unknown): JwtVerdict {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return { outcome: 'claim', claim: error.claim };
  }
  if (error instanceof errors.JOSEError) return { outcome: 'signature' };
  throw error;
}
