import {
  InsufficientRole,
  InsufficientScope,
  InsufficientUserAuthentication,
  InvalidToken,
  MissingToken,
  type OAuthError,
} from '../protocol/errors';
import { DPOP_NONCE_HEADER } from '../protocol/dpop';
import { InvalidDpopProof, UseDpopNonce } from '../protocol/request-errors';
import { tokenChallenge } from '../protocol/www-authenticate';
import { Problem } from './problem';
import type { ProblemCode } from './problem-codes';

/** How long a client is asked to wait when the server cannot know the answer, in seconds. */
const RETRY_AFTER = '2';

/**
 * A refusal at a guarded route, for both its readers: the challenge of RFC 6750 §3 for programs, a problem body for their authors.
 * @param resourceMetadata address of the protected resource metadata (RFC 9728 §5.1); null where there is none
 */
export function bearerProblem(error: OAuthError, resourceMetadata: string | null): Problem {
  const headers: Record<string, string> =
    error.status === 503
      ? { 'retry-after': RETRY_AFTER }
      : { 'www-authenticate': tokenChallenge(error, resourceMetadata) };
  if (error instanceof UseDpopNonce) headers[DPOP_NONCE_HEADER] = error.nonce;
  const extensions = error instanceof InsufficientScope ? { scope: error.scopes.join(' ') } : {};
  return new Problem(codeOf(error), { detail: error.message, headers, extensions, cause: error.detail });
}

function codeOf(error: OAuthError): ProblemCode {
  if (error instanceof MissingToken) return 'missing_token';
  if (error instanceof InvalidToken) return INVALID_TOKEN_CODES[error.reason];
  if (error instanceof InsufficientScope) return 'insufficient_scope';
  if (error instanceof InsufficientRole) return 'insufficient_role';
  if (error instanceof InsufficientUserAuthentication) return 'insufficient_user_authentication';
  if (error instanceof InvalidDpopProof || error instanceof UseDpopNonce) return error.error;
  return error.status === 503 ? 'temporarily_unavailable' : 'invalid_request';
}

const INVALID_TOKEN_CODES = { malformed: 'invalid_token', expired: 'token_expired', revoked: 'token_revoked' } as const;
