import { HttpException } from '@nestjs/common';
import { isUnavailable } from '../database/database-unavailable';
import { OAuthError } from '../protocol/errors';
import { bearerProblem } from './bearer-problem';
import { Problem } from './problem';
import { codeOfStatus, type ProblemCode } from './problem-codes';

/** How soon a client may come back while the database is away, in seconds. */
const RETRY_AFTER = '2';

/** What Fastify refuses by itself, said in our words: its own may repeat what was sent. */
const FASTIFY_ERRORS: Readonly<Record<string, readonly [ProblemCode, string?]>> = {
  FST_ERR_BAD_URL: ['bad_request', 'The path is not validly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri_too_long'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'Name the type of the body: Content-Type: application/json.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The body is not as long as Content-Length says.'],
};

/**
 * Any error as the problem that the client is told; what it may not know stays in the `cause`.
 * @param resourceMetadata what a challenge names, see {@link bearerProblem}
 */
export function problemOf(error: unknown, resourceMetadata: string | null = null): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OAuthError) return bearerProblem(error, resourceMetadata);
  if (isUnavailable(error)) {
    return new Problem('temporarily_unavailable', { headers: { 'Retry-After': RETRY_AFTER }, cause: error });
  }
  if (error instanceof HttpException) {
    return fastifyProblem(error.cause) ?? httpProblem(error);
  }
  return fastifyProblem(error) ?? new Problem('internal_error', { cause: error });
}

function fastifyProblem(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  if (error.name !== 'FastifyError' || typeof code !== 'string') return null;
  const [known, detail] = FASTIFY_ERRORS[code] ?? [];
  if (known !== undefined) return new Problem(known, { detail });
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return null;
  return new Problem(codeOfStatus(statusCode), { status: statusCode });
}

/** An exception of Nest, thrown by a feature: its message is meant for the client where the fault is the client's. */
function httpProblem(exception: HttpException): Problem {
  const status = exception.getStatus();
  const detail = status < 500 ? messageOf(exception) : undefined;
  return new Problem(codeOfStatus(status), { status, detail, cause: exception });
}

function messageOf(exception: HttpException): string {
  const response = exception.getResponse();
  const message: unknown = typeof response === 'string' ? response : (response as { message?: unknown }).message;
  if (Array.isArray(message)) return message.filter((part) => typeof part === 'string').join(' ');
  return typeof message === 'string' ? message : exception.message;
}
