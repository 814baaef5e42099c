import type { AccessTokenClaims } from './access-token-claims';

/** What is known of tokens that were taken back before their time. */
export abstract class Revocations {
  /** @throws {TemporarilyUnavailable} when nobody can know just now */
  abstract isRevoked(claims: AccessTokenClaims): boolean;
}
