import type { JWTPayload } from 'jose';
import type { Client } from '../../clients/client';
import { InvalidRequestObject } from '../../protocol/request-errors';
import { RequestParameters } from '../../protocol/request-parameters';

/** How far `exp` may lie ahead and `nbf` behind, in seconds (FAPI 2.0 Message Signing §5.3.1). */
const LONGEST_LIFE = 3_600;

/** Claims about the object itself, which are no parameters of the request (RFC 9101 §4). */
const ABOUT_ITSELF: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/**
 * Whether the request objects of a client follow OpenID Connect Core §6.1, which leaves out what RFC 9101 demands: they need not say for whom and until
 * when they are good. Deviation: RFC 9101 knows of no such clients; they are those of the `compat` profile that need not sign their requests.
 */
export function isOfOldRules({ metadata }: Client): boolean {
  return metadata.profile === 'compat' && !metadata.require_signed_request_object;
}

/** @param now seconds since the epoch @param tolerance seconds @throws {InvalidRequestObject} */
export function assertTimely({ exp = 0, nbf }: JWTPayload, now: number, tolerance: number): void {
  if (exp > now + LONGEST_LIFE + tolerance || (nbf !== undefined && nbf < now - LONGEST_LIFE - tolerance)) {
    throw new InvalidRequestObject('The request object must be good for an hour at the most (exp, nbf).');
  }
}

/** @throws {InvalidRequestObject} where it is not a request of this client, or would be something else as well */
export function assertOwnRequest(claims: JWTPayload, client: Client): void {
  // RFC 9101 §10.8: it must not pass for a client assertion, nor one of those for it.
  if (claims.sub === client.id) {
    throw new InvalidRequestObject('The request object must not have the client as its sub (RFC 9101 §10.8).');
  }
  const isLeftOut = claims['client_id'] === undefined && isOfOldRules(client);
  // RFC 9101 §5
  if (claims['client_id'] !== client.id && !isLeftOut) {
    throw new InvalidRequestObject('The request object must hold the client_id of the request.');
  }
  // RFC 9101 §4, OpenID Connect Core §6.1
  if (claims['request'] !== undefined || claims['request_uri'] !== undefined) {
    throw new InvalidRequestObject('A request object holds no request and no request_uri (RFC 9101 §4).');
  }
}

/** RFC 9101 §4: parameters are members of the object; numbers stand for themselves, and what has a structure is JSON in the plain request. */
export function parametersOf(claims: JWTPayload): RequestParameters {
  const fields = Object.entries(claims)
    .filter(([name]) => !ABOUT_ITSELF.has(name))
    .map(([name, value]) => [name, isListOfTexts(value) && name === 'resource' ? value : textOf(value)] as const);
  return RequestParameters.of(Object.fromEntries(fields));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
