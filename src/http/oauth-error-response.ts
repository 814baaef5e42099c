import type { FastifyReply, FastifyRequest } from 'fastify';
import { isBasic } from '../protocol/basic-credentials';
import { OAuthError, type OAuthErrorCode } from '../protocol/errors';
import { errorDescription } from '../protocol/error-description';
import { InvalidClient, UseDpopNonce } from '../protocol/request-errors';
import { bearerProblem } from './bearer-problem';
import type { Problem } from './problem';
import { resourceMetadataOf } from './resource-metadata';

/**
 * Deviation: RFC 6749 §5.2 has no code for "too often" and "not just now"; `temporarily_unavailable` of §4.1.2.1 says it best, and the status and
 * `Retry-After` say the rest.
 */
const CODES: Readonly<Record<number, OAuthErrorCode>> = {
  429: 'temporarily_unavailable',
  503: 'temporarily_unavailable',
};

/** Answers an error of an OAuth endpoint (RFC 6749 §5.2): an error of the protocol itself, or a problem that the platform met before. */
export function sendOAuthError(
  error: OAuthError | Problem,
  issuer: string,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (error instanceof OAuthError && error.challenge !== undefined) return sendRefusal(error, issuer, reply);
  const headers = error instanceof OAuthError ? headersOf(error, request) : error.headers;
  const code = error instanceof OAuthError ? error.error : codeOf(error);
  const body = { error: code, error_description: errorDescription(error.message) };
  void reply
    .code(error.status)
    .headers({ ...headers, 'cache-control': 'no-store', pragma: 'no-cache' }) // RFC 6749 §5.1
    .type('application/json')
    .send(JSON.stringify(body));
}

/** A refusal of the guard, at an endpoint of OAuth: the challenge and the status are those of any other guarded route. */
function sendRefusal(error: OAuthError, issuer: string, reply: FastifyReply): void {
  const { status, headers } = bearerProblem(error, resourceMetadataOf(issuer));
  const body = { error: error.error, error_description: errorDescription(error.message) };
  void reply.code(status).headers(headers).type('application/json').send(JSON.stringify(body));
}

function codeOf({ status }: Problem): OAuthErrorCode {
  return CODES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request');
}

function headersOf(error: OAuthError, request: FastifyRequest): Record<string, string> {
  if (error instanceof UseDpopNonce) return { 'dpop-nonce': error.nonce };
  if (error instanceof InvalidClient) {
    // RFC 6749 §5.2: whoever tried the Authorization header is told the scheme that was expected there.
    return isBasic(request.headers.authorization)
      ? { 'www-authenticate': 'Basic realm="client", charset="UTF-8"' }
      : {};
  }
  return error.status === 503 ? { 'retry-after': '2' } : {};
}
