import { isCompactJws } from '../../protocol/compact-jws';
import { InvalidRequest } from '../../protocol/errors';
import { InvalidTarget } from '../../protocol/request-errors';
import type { RequestParameters } from '../../protocol/request-parameters';
import { TokenType } from '../../protocol/token-types';

/** What a client wants to have for what (RFC 8693 §2.1). */
export interface ExchangeRequest {
  /** Nothing of the tokens is trusted yet. */
  readonly subjectToken: string;
  readonly actorToken: string | undefined;
  /** The resource server that the new token is to be for. */
  readonly target: string;
  readonly scope: string | undefined;
}

/**
 * @throws {InvalidRequest} where a token is missing or of a type that is not exchanged here
 * @throws {InvalidTarget} where no resource server is named, or several are
 */
export function readExchangeRequest(parameters: RequestParameters): ExchangeRequest {
  const requested = parameters.get('requested_token_type') ?? TokenType.accessToken;
  // RFC 8693 §2.1: an access token is given for an access token; it leads to no refresh token, and to no ID token.
  if (requested !== TokenType.accessToken) {
    throw new InvalidRequest(`The requested_token_type can be ${TokenType.accessToken} only.`);
  }
  return {
    subjectToken: tokenOf('subject', parameters),
    actorToken: actorTokenOf(parameters),
    target: targetOf(parameters),
    scope: parameters.get('scope'),
  };
}

function actorTokenOf(parameters: RequestParameters): string | undefined {
  if (parameters.get('actor_token') !== undefined) return tokenOf('actor', parameters);
  // RFC 8693 §2.1
  if (parameters.get('actor_token_type') === undefined) return undefined;
  throw new InvalidRequest('The actor_token_type stands without an actor_token.');
}

function tokenOf(role: 'subject' | 'actor', parameters: RequestParameters): string {
  const token = parameters.need(`${role}_token`);
  const type = parameters.need(`${role}_token_type`);
  // RFC 8693 §3: both names are right for an access token that is a JWT, and one of them for an opaque one.
  if (type === TokenType.accessToken || (type === TokenType.jwt && isCompactJws(token))) return token;
  throw new InvalidRequest(`The ${role}_token_type can be that of an access token, or of a JWT that is one.`);
}

/** RFC 8693 §2.1, RFC 8707 §2: both parameters name resource servers, which have one kind of name here. */
function targetOf(parameters: RequestParameters): string {
  const named = new Set([...parameters.all('resource'), ...parameters.all('audience')]);
  const [target] = named;
  // RFC 8693 §2.2.2: without a target nothing is taken for granted, and one token is for one resource server: whatever gets hold of it gets no further.
  if (target === undefined) {
    throw new InvalidTarget('Name the resource that the token is to be for with resource or audience.');
  }
  if (named.size > 1) throw new InvalidTarget('Exchange the token for one resource at a time.');
  return target;
}
