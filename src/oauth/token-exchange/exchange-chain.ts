import { InvalidRequest } from '../../protocol/errors';
import type { AccessTokenClaims, ActorClaim, TokenOrigin } from '../../tokens/access-token-claims';

/** How many times one after the other a token is exchanged at the most; what is longer is a loop, or grows into one. */
export const MOST_EXCHANGES = 5;

/** Who acts from now on, and who did before: the outermost acts now, the others are told for the record (RFC 8693 §4.1). */
export function actorChain({ sub, client_id }: ActorClaim, { act: before }: AccessTokenClaims): ActorClaim {
  return { sub, ...(client_id === undefined ? {} : { client_id }), ...(before === undefined ? {} : { act: before }) };
}

/**
 * The tokens that one which is exchanged for this comes of, the latest first.
 * @throws {InvalidRequest} where it has been handed on too often
 */
export function originsOf({ jti, client_id, exchanged_from: before = [] }: AccessTokenClaims): readonly TokenOrigin[] {
  if (before.length >= MOST_EXCHANGES) {
    throw new InvalidRequest(`A token is handed on ${MOST_EXCHANGES} times at the most.`);
  }
  return [{ jti, client_id }, ...before];
}
