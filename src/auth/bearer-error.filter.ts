import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings';
import { Problem } from '../http/problem';
import { ProblemFilter } from '../http/problem.filter';
import {
  InsufficientScope,
  InsufficientUserAuthentication,
  InvalidToken,
  MissingToken,
  OAuthError,
} from '../protocol/errors';
import { bearerChallenge } from '../protocol/www-authenticate';

/**
 * Answers what the guard refuses: the challenge of RFC 6750 §3 for programs and a problem body for their authors. For answers of
 * your own, catch {@link OAuthError} in a filter of your application.
 */
@Catch(OAuthError)
export class BearerErrorFilter implements ExceptionFilter<OAuthError> {
  constructor(
    private readonly problems: ProblemFilter,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  catch(error: OAuthError, host: ArgumentsHost): void {
    this.problems.catch(bearerProblem(error, this.settings.issuer), host);
  }
}

/** The problem, with its challenge, that a refusal at a guarded route is answered with. */
export function bearerProblem(error: OAuthError, _issuer: string): Problem {
  const challenge = error.status === 503 ? undefined : bearerChallenge(error, null);
  const headers = challenge === undefined ? { 'Retry-After': '2' } : { 'WWW-Authenticate': challenge };
  return new Problem(codeOf(error), { detail: error.message, headers, cause: error });
}

function codeOf(error: OAuthError) {
  if (error instanceof MissingToken) return 'missing_token';
  if (error instanceof InvalidToken) return error.reason === 'expired' ? 'token_expired' : 'invalid_token';
  if (error instanceof InsufficientScope) return 'insufficient_scope';
  if (error instanceof InsufficientUserAuthentication) return 'insufficient_user_authentication';
  if (error.error === 'insufficient_scope') return 'forbidden';
  if (error.error === 'temporarily_unavailable') return 'temporarily_unavailable';
  return 'invalid_request';
}
