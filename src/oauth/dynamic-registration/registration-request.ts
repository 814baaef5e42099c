import type { FastifyRequest } from 'fastify';
import { InvalidToken, MissingToken, type OAuthError } from '../../protocol/errors';
import { InvalidClientMetadata } from '../../protocol/request-errors';
import { assertOneHeader } from '../client-authentication/endpoint-requests';

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/**
 * The token that a request brings (RFC 6750 §2.1): an initial access token, or a registration access token.
 * @throws {MissingToken} {InvalidToken} {InvalidRequest} where two headers bring one
 */
export function bearerOf(request: FastifyRequest): string {
  assertOneHeader(request);
  const { authorization } = request.headers;
  if (authorization === undefined) throw challenged(new MissingToken());
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unknownToken();
  return token;
}

/** One answer to whoever brings the wrong token, whatever is wrong with it: nobody learns which tokens and clients there are (RFC 7592 §2.1). */
export function unknownToken(): OAuthError {
  return challenged(new InvalidToken('malformed'));
}

/** RFC 7591 §3.1, RFC 7592 §2.2: the metadata is a JSON object. @throws {InvalidClientMetadata} */
export function membersOf({ body }: FastifyRequest): Members {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidClientMetadata('Send the metadata as a JSON object (RFC 7591 §3.1).');
  }
  return body as Members;
}

function challenged(error: OAuthError): OAuthError {
  // RFC 9728 §5.1 leads to servers that give access tokens: an operator hands out initial access tokens, and this endpoint its own.
  error.challenge = { scheme: 'Bearer', scopes: [], isHandedOut: true };
  return error;
}
