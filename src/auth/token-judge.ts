import { Injectable } from '@nestjs/common';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import { AccessTokenInspector } from '../tokens/access-token-inspector';
import { AccessTokenVerifier } from '../tokens/access-token-verifier';
import { isOpaqueAccessToken } from '../tokens/opaque-access-tokens';

/**
 * Tells the guard what a token stands for. There are two ways to know: by its signature ({@link SignatureJudge}), or by asking the issuer,
 * which a resource server elsewhere may do.
 */
export abstract class TokenJudge {
  /**
   * The claims of a token that was found good before, if it still is; null where it has to be judged.
   * @throws {InvalidToken} when it is not good any more
   */
  abstract recall(token: string): AccessTokenClaims | null;

  /**
   * The claims of a good token.
   * @param bySignature takes it for a JWT and checks it
   * @throws {InvalidToken} when it is not good
   * @throws {TemporarilyUnavailable} when that cannot be known
   */
  abstract judge(token: string, bySignature: () => Promise<AccessTokenClaims>): Promise<AccessTokenClaims>;

  /**
   * The claims of a good token of the issuer, whichever resource server it is for.
   * @throws {InvalidToken} when it is not good
   * @throws {TemporarilyUnavailable} when that cannot be known
   */
  inspect(_token: string): Promise<AccessTokenClaims> {
    return Promise.reject(new Error('Tokens for any resource server are let in by their issuer alone.'));
  }
}

/** Every token is a JWT, and its signature says all. */
@Injectable()
export class SignatureJudge extends TokenJudge {
  constructor(protected readonly verifier: AccessTokenVerifier) {
    super();
  }

  recall(token: string): AccessTokenClaims | null {
    return this.verifier.recall(token);
  }

  judge(_token: string, bySignature: () => Promise<AccessTokenClaims>): Promise<AccessTokenClaims> {
    return bySignature();
  }
}

/** The same at the issuer, which knows its tokens for others, too, and those that are opaque to whoever holds them. */
@Injectable()
export class IssuerJudge extends SignatureJudge {
  constructor(
    verifier: AccessTokenVerifier,
    private readonly inspector: AccessTokenInspector,
  ) {
    super(verifier);
  }

  override async judge(token: string, bySignature: () => Promise<AccessTokenClaims>): Promise<AccessTokenClaims> {
    return isOpaqueAccessToken(token)
      ? this.verifier.acceptStatement(await this.inspector.inspect(token))
      : bySignature();
  }

  override inspect(token: string): Promise<AccessTokenClaims> {
    return this.inspector.inspect(token);
  }
}
