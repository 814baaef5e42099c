import type { ExecutionContext } from '@nestjs/common';
import type { PresentedProof } from '../../protocol/dpop';
import type { InvalidToken, TokenScheme } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { Carrier } from '../authentication';

/** A token as it came with a request; nothing of it is trusted yet. */
export interface Credential {
  readonly token: string;
  readonly source: 'header' | 'cookie' | 'body';
  readonly scheme: TokenScheme;
}

/** Takes the credential out of one kind of execution context, so that the same guard holds HTTP, sockets and messages. */
export interface CredentialExtractor {
  /** What Nest calls this kind of context (`http`, `ws`, `rpc`, `graphql`). */
  readonly contextType: string;

  /** What the finding is hung on, and the passport strategy is run with. */
  carrierOf(context: ExecutionContext): Carrier;

  /**
   * @returns the access token, or null where none was sent
   * @throws {InvalidRequest} when more than one was sent, or one in a place where none may be (RFC 6750 §2)
   */
  accessToken(carrier: Carrier): Credential | null;

  /** @returns the refresh token, or null where none was sent */
  refreshToken(carrier: Carrier): Credential | null;

  /** The proof of its key that came with a token; null where this kind of context has no place for one. */
  proof(carrier: Carrier): PresentedProof | null;

  /** Room for a nonce that goes with the answer, whatever it is (RFC 9449 §8.2). */
  offerNonce(context: ExecutionContext, nonce: string): void;

  /** Called once a credential has let a request in: room for what goes with the answer. */
  admitted(context: ExecutionContext, credential: Credential, claims: AccessTokenClaims): Promise<void> | undefined;

  /** Called when an access token was sent and is not good: room to tell the client's side of the context to forget it. */
  refused(context: ExecutionContext, credential: Credential, error: InvalidToken): void;

  /** @throws {Problem} csrf_failed when a credential that the browser sends by itself lacks the proof that this site's own page sent it */
  assertIntended(carrier: Carrier, sessionId: string | undefined): void;
}
