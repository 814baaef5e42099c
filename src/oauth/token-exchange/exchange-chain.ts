import { InvalidRequest } from '../../protocol/errors';
import type { AccessTokenClaims, ActorClaim, TokenOrigin } from '../../tokens/access-token-claims';

/** How many times one after the other a token is exchanged at the most; what is longer is a loop, or grows into one. */
const MOST_EXCHANGES = 5;

/** How many tokens one comes of at the most, those of actors counted: each makes it longer. */
const MOST_ORIGINS = 16;

/** Who acts from now on, and who did before: the outermost acts now, the others are told for the record (RFC 8693 §4.1). */
export function actorChain({ sub, client_id }: ActorClaim, { act: before }: AccessTokenClaims): ActorClaim {
  return { sub, ...(client_id === undefined ? {} : { client_id }), ...(before === undefined ? {} : { act: before }) };
}

/**
 * The tokens that one which is exchanged for this comes of, the latest first.
 * @param actorToken that of whoever acts from now on; null where the client acts itself
 * @throws {InvalidRequest} where it has been handed on too often
 */
export function originsOf(
  { jti, client_id, exchanged_from: before = [] }: AccessTokenClaims,
  actorToken: AccessTokenClaims | null,
): readonly TokenOrigin[] {
  const origins = [{ jti, client_id }, ...(actorToken === null ? [] : originsOfActor(actorToken)), ...before];
  const handedOn = before.filter(({ sub }) => sub === undefined).length;
  if (handedOn >= MOST_EXCHANGES || origins.length > MOST_ORIGINS) {
    throw new InvalidRequest(`A token is handed on ${MOST_EXCHANGES} times at the most.`);
  }
  return origins;
}

/** Whose they were is said of each, since it is not the person's whom the new token is about. */
function originsOfActor(actorToken: AccessTokenClaims): readonly TokenOrigin[] {
  const { jti, client_id, sub, sid, family, exchanged_from: before = [] } = actorToken;
  const ends = { ...(sid === undefined ? {} : { sid }), ...(family === undefined ? {} : { family }) };
  return [{ jti, client_id, sub, ...ends }, ...before.map((origin) => ({ sub, ...origin }))];
}
