import type { ComponentsObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { Problem } from '../http/problem';
import { PROBLEM_CODES, type ProblemCode } from '../http/problem-codes';
import { PROBLEM_TYPE, problemBody } from '../http/problem-response';
import type { DocumentedRoute } from './documented-route';

/** What of an operation decides which problems it can answer with. */
export interface OperationShape {
  readonly hasBody: boolean;
  readonly hasParameters: boolean;
  readonly hasPathParameters: boolean;
  /** Whether a request by cookie would need a CSRF token. */
  readonly needsCsrf: boolean;
}

const ACCESS_PROBLEMS: Readonly<Record<DocumentedRoute['policy']['access'], readonly ProblemCode[]>> = {
  public: [],
  optional: ['invalid_request', 'invalid_token', 'token_expired', 'token_revoked'],
  required: ['invalid_request', 'missing_token', 'invalid_token', 'token_expired', 'token_revoked'],
  'refresh-token': ['invalid_request', 'missing_token', 'invalid_token'],
};

/** The kinds of problem that an operation can answer with, beside those that any may: a fault of the server, for instance. */
export function problemsOf({ policy, description }: DocumentedRoute, shape: OperationShape): ProblemCode[] {
  const { access, scopes, roles, maxAge, acrValues } = policy;
  const isGuarded = access !== 'public';
  const codes: readonly (readonly [ProblemCode, boolean])[] = [
    ['validation_failed', shape.hasBody || shape.hasParameters],
    ['malformed_json', shape.hasBody],
    ['insufficient_user_authentication', isGuarded && (maxAge !== undefined || acrValues !== undefined)],
    ['insufficient_scope', isGuarded && scopes.length > 0],
    ['insufficient_role', isGuarded && roles.length > 0],
    ['csrf_failed', isGuarded && shape.needsCsrf],
    ['not_found', shape.hasPathParameters],
    ['payload_too_large', shape.hasBody],
    ['unsupported_media_type', shape.hasBody],
  ];
  const derived = codes.filter(([, applies]) => applies).map(([code]) => code);
  const found = new Set([...derived, ...ACCESS_PROBLEMS[access], ...(description.problems ?? [])]);
  return (Object.keys(PROBLEM_CODES) as ProblemCode[]).filter((code) => found.has(code));
}

/** The answers for these kinds of problem by their status, and `default` for all others. */
export function problemResponses(codes: readonly ProblemCode[]): Record<string, ResponseObject> {
  const statuses = [...new Set(codes.map((code) => PROBLEM_CODES[code].status))];
  const responses = statuses.map((status) => {
    const ofStatus = codes.filter((code) => PROBLEM_CODES[code].status === status);
    return [status, problemResponse(status, ofStatus)] as const;
  });
  const others = responseOf('Any other problem', ['internal_error'], {});
  return { ...Object.fromEntries(responses), default: others };
}

/** What the responses refer to: the schema of problems, an example of each kind, the headers that go with them. */
export function problemComponents(
  issuer: string,
): Pick<Required<ComponentsObject>, 'schemas' | 'examples' | 'headers'> {
  const examples = (Object.keys(PROBLEM_CODES) as ProblemCode[]).map((code) => [
    code,
    { summary: PROBLEM_CODES[code].title, value: exampleOf(code, issuer) },
  ]);
  return {
    schemas: { Problem: PROBLEM_SCHEMA },
    examples: Object.fromEntries(examples) as NonNullable<ComponentsObject['examples']>,
    headers: {
      'WWW-Authenticate': text('What is needed to be let in (RFC 6750 §3)', 'Bearer'),
      'Retry-After': text('Seconds to wait', '30'),
      Location: text('Where the new resource is', '/notes/q2d0cX1yTzO4e7h3bWm9Yw'),
    },
  };
}

const CHALLENGED: ReadonlySet<ProblemCode> = new Set(['insufficient_scope', 'insufficient_role']);

function problemResponse(status: number, codes: readonly ProblemCode[]): ResponseObject {
  const description = codes.map((code) => `\`${code}\`: ${PROBLEM_CODES[code].title}`).join('  \n');
  const hasChallenge = status === 401 || codes.some((code) => CHALLENGED.has(code));
  return responseOf(description, codes, {
    ...(hasChallenge ? { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } : {}),
  });
}

function responseOf(
  description: string,
  codes: readonly ProblemCode[],
  headers: NonNullable<ResponseObject['headers']>,
): ResponseObject {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, examples } },
  };
}

/** What the client would get, made by the code that makes it. */
function exampleOf(code: ProblemCode, issuer: string): unknown {
  const errors = [{ pointer: '#/title', detail: 'Title should not be empty.' }];
  const problem = new Problem(code, code === 'validation_failed' ? { errors } : {});
  return JSON.parse(problemBody(problem, issuer, 'k0bNa5XvTx2FqS7wYd9LrA')) as unknown;
}

function text(description: string, example: string) {
  return { description, schema: { type: 'string' }, example };
}

const PROBLEM_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'Why a request was refused (RFC 9457).',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'A page that explains this kind of problem' },
    title: { type: 'string', description: 'The same for every problem of this kind' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What to change in this request' },
    instance: { type: 'string', format: 'uri-reference', description: 'The path that was asked for' },
    code: { type: 'string', enum: Object.keys(PROBLEM_CODES), description: 'The kind of problem, for programs' },
    requestId: { type: 'string', description: 'What to give to the operators; also in `X-Request-Id`' },
    scope: { type: 'string', description: 'With `insufficient_scope`: the scopes that the operation needs' },
    errors: {
      type: 'array',
      description: 'With `validation_failed`: each fault',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'Where: a JSON pointer as URI fragment (RFC 6901 §6)' },
          detail: { type: 'string', description: 'What to change' },
        },
      },
    },
  },
};
