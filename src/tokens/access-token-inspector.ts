import { Injectable } from '@nestjs/common';
import { InvalidToken } from '../protocol/errors';
import type { AccessTokenClaims } from './access-token-claims';
import { AccessTokenVerifier } from './access-token-verifier';
import { OpaqueAccessTokens } from './opaque-access-tokens';

/** Tells what access tokens of ours stand for, JWT and opaque alike, to those who ask about them, take them back, or exchange them. */
@Injectable()
export class AccessTokenInspector {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly opaque: OpaqueAccessTokens,
  ) {}

  /**
   * What a good token stands for, whichever resource server it is for; null for one that is not good (any more), and for any other text.
   * @throws {TemporarilyUnavailable} when revocations cannot be known: rather that than a false answer
   */
  async find(token: string): Promise<AccessTokenClaims | null> {
    try {
      return await this.inspect(token);
    } catch (error) {
      if (error instanceof InvalidToken) return null;
      throw error;
    }
  }

  /**
   * The same for whoever tells why it is not good.
   * @throws {InvalidToken} when it is not good (any more)
   * @throws {TemporarilyUnavailable} as {@link find} does
   */
  async inspect(token: string): Promise<AccessTokenClaims> {
    const kept = await this.opaque.find(token);
    if (kept === null) return this.verifier.inspect(token);
    this.verifier.assertCurrent(kept);
    return kept;
  }
}
