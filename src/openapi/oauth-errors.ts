import { STATUS_CODES } from 'node:http';
import type { ResponseObject, SchemaObject } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from '../http/problem-codes';
import type { OAuthErrorCode } from '../protocol/errors';
import type { DocumentedRoute } from './documented-route';

/** What the answers refer to: the schema of errors (RFC 6749 §5.2). */
export const OAUTH_ERROR_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'Why an endpoint of OAuth refused a request (RFC 6749 §5.2).',
  required: ['error'],
  properties: {
    error: { type: 'string', description: 'The kind of error, for programs' },
    error_description: { type: 'string', description: 'What to change in this request' },
  },
};

interface Shown {
  readonly description: string;
  readonly error: OAuthErrorCode;
  readonly sentence: string;
}

const REFUSED: Shown = {
  description: 'Refused; `error` says why',
  error: 'invalid_request',
  sentence: 'A parameter is missing, or stands twice.',
};

const CLIENT_UNKNOWN: Shown = {
  description: '`invalid_client`: the client did not authenticate as it is registered',
  error: 'invalid_client',
  sentence: 'Client authentication failed.',
};

const TOKEN_REFUSED: Shown = {
  description: '`invalid_token`: the access token is missing or not good',
  error: 'invalid_token',
  sentence: 'The access token is not valid here.',
};

const TOO_LITTLE: Shown = {
  description: '`insufficient_scope`: the access token does not reach far enough',
  error: 'insufficient_scope',
  sentence: 'The access token does not carry every scope that this needs.',
};

const NOT_NOW: Shown = {
  description: '`temporarily_unavailable`: too often, or not just now',
  error: 'temporarily_unavailable',
  sentence: 'Too many requests; wait.',
};

/**
 * The answers of an endpoint of OAuth to what it refuses, by their status, and `default` for all others.
 * @param problems what the platform would answer elsewhere
 */
export function oauthErrorResponses(
  { description: { clients } }: DocumentedRoute,
  problems: readonly ProblemCode[],
): Record<string, ResponseObject> {
  const ofClients = clients === undefined ? [] : [400, 401, 429];
  const statuses = new Set([...problems.map((code) => PROBLEM_CODES[code].status), ...ofClients]);
  const shown = (status: number): Shown => {
    if (status === 401) return clients === undefined ? TOKEN_REFUSED : CLIENT_UNKNOWN;
    if (status === 403) return TOO_LITTLE;
    if (status === 429) return NOT_NOW;
    return status === 400 ? REFUSED : { ...REFUSED, description: STATUS_CODES[status] ?? REFUSED.description };
  };
  const responses = [...statuses].map((status) => [status, responseOf(shown(status), headersOf(status))] as const);
  return { ...Object.fromEntries(responses), default: responseOf({ ...REFUSED, description: 'Any other error' }, {}) };
}

function headersOf(status: number): NonNullable<ResponseObject['headers']> {
  const name = { 401: 'WWW-Authenticate', 403: 'WWW-Authenticate', 429: 'Retry-After' }[status];
  return name === undefined ? {} : { [name]: { $ref: `#/components/headers/${name}` } };
}

function responseOf(
  { description, error, sentence }: Shown,
  headers: NonNullable<ResponseObject['headers']>,
): ResponseObject {
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/OAuthError' },
        example: { error, error_description: sentence },
      },
    },
  };
}
