import type { KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';

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
      if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
        return { outcome: 'claim', claim: error.claim };
      }
      if (!(error instanceof errors.JOSEError)) throw error;
    }
  }
  return { outcome: 'signature' };
}
