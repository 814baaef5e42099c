/** What is known of one kind of problem: for its answer, for the page of problems and for the README. */
export interface ProblemDescription {
  readonly status: number;
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

const describe = (status: number, title: string, meaning: string, remedy: string): ProblemDescription => ({
  status,
  title,
  meaning,
  remedy,
});

const CODES = {
  missing_token: describe(
    401,
    'An access token is needed',
    'The route is guarded and the request carries no access token.',
    'Sign in, then send the header `Authorization: Bearer <access token>`; tokens in the query string are refused.',
  ),
  invalid_token: describe(
    401,
    'The access token is not valid',
    'The token is no access token of this server: damaged, made for another audience, or signed by another issuer.',
    'Send the access token exactly as it was issued by this server for this address; if in doubt, sign in again.',
  ),
  token_expired: describe(
    401,
    'The access token has expired',
    'Access tokens are short-lived by design, and this one has passed its `exp`.',
    'Get a new one with the refresh token. If it happens at once, compare the clocks of the machines.',
  ),
  token_revoked: describe(
    401,
    'The access token was revoked',
    'The session behind the token has ended: by a sign-out, a changed password or an administrator.',
    'Sign in again.',
  ),
  insufficient_scope: describe(
    403,
    'The access token does not reach far enough',
    'The token is valid but does not carry every scope that the operation needs.',
    'Get a token with the scopes that `WWW-Authenticate` names.',
  ),
  insufficient_role: describe(
    403,
    'A role is missing',
    'The token is valid but the person behind it does not have the role that the operation needs.',
    'Ask an administrator for the role; no other token of the same person will do.',
  ),
  invalid_dpop_proof: describe(
    401,
    'The DPoP proof is not good',
    'The access token is bound to a key, and the proof of that key is missing, malformed, used before, or made for something else.',
    'Make a proof for this very request and this token, each time a new one (RFC 9449 §4.2).',
  ),
  use_dpop_nonce: describe(
    401,
    'The DPoP proof lacks a nonce',
    'The proof has to hold a nonce of this server, and has none or an old one.',
    'Make the proof again with the nonce of the `DPoP-Nonce` header of this answer (RFC 9449 §9).',
  ),
  insufficient_user_authentication: describe(
    401,
    'A newer or stronger sign-in is needed',
    'The token is valid but the person signed in too long ago, or not surely enough, for this operation.',
    'Sign in again (refreshing is not enough) as `max_age` or `acr_values` in `WWW-Authenticate` say.',
  ),
  invalid_credentials: describe(
    401,
    'Wrong user name or password',
    'Nobody can sign in with this pair. Whether the user name exists is not told.',
    'Check both; after several failures wait before the next attempt.',
  ),
  wrong_password: describe(
    403,
    'The current password is wrong',
    'The change needs the current password, and the one that was sent is another. The access token is fine.',
    'Ask the person for it again; signing in anew or refreshing does not help.',
  ),
  invalid_refresh_token: describe(
    401,
    'The refresh token is not valid',
    'The refresh token is unknown, expired or revoked, or it was replayed after its rotation.',
    'Sign in again, and always keep the refresh token of the latest answer.',
  ),
  csrf_failed: describe(
    403,
    'The CSRF token is missing or wrong',
    'A token that came in a cookie is accepted for changes only together with the CSRF token of its session.',
    'Repeat the value of the CSRF cookie in the header `X-CSRF-Token`.',
  ),
  registration_closed: describe(
    403,
    'Registration is closed',
    'This server lets nobody register by themselves.',
    'Ask an administrator for an account; operators open registration with `REGISTRATION=open`.',
  ),
  identity_taken: describe(
    409,
    'The user name or e-mail address is taken',
    'Somebody is registered with the same user name or e-mail address, or with one that looks the same.',
    'Choose another one, or sign in.',
  ),
  unauthorized: describe(
    401,
    'Sign-in is needed',
    'The operation wants to know who asks for it.',
    'Sign in and send the access token.',
  ),
  forbidden: describe(403, 'Not allowed', 'The server understood the request and will not do it.', 'See `detail`.'),
  not_found: describe(
    404,
    'Not found',
    'There is nothing at this address, or nothing that you may see.',
    'Compare the path with `/docs`: case, trailing and double slashes count.',
  ),
  method_not_allowed: describe(
    405,
    'The method is not allowed here',
    'The address exists, but not for this HTTP method.',
    'Use one of the methods in the header `Allow`.',
  ),
  not_acceptable: describe(
    406,
    'No acceptable form',
    'The resource cannot be sent in any form that `Accept` names.',
    'Accept `application/json`.',
  ),
  bad_request: describe(
    400,
    'The request cannot be understood',
    'The request is not well-formed HTTP, or contradicts itself.',
    'See `detail`.',
  ),
  invalid_request: describe(
    400,
    'The request is malformed',
    'A parameter is missing, stands twice or is of the wrong kind; or a token came in more than one way, twice, or in the query string.',
    'See `detail`; send one token, in the `Authorization` header.',
  ),
  validation_failed: describe(
    400,
    'The request is not valid',
    'One or more fields are missing, unknown or out of range; nothing was changed.',
    'Mend the fields that `errors` points at.',
  ),
  malformed_json: describe(
    400,
    'The body is not JSON',
    'The body is not well-formed JSON, begins with a byte order mark, or holds the keys `__proto__` or `constructor`, which are refused.',
    'Send one JSON object in UTF-8; in a shell, put the body in single quotes.',
  ),
  unsupported_media_type: describe(
    415,
    'The media type is not supported',
    'The body has another `Content-Type` than this route takes, none, or a `Content-Encoding`.',
    'Send `Content-Type: application/json` (charset utf-8) and no `Content-Encoding`.',
  ),
  payload_too_large: describe(413, 'The body is too large', 'Bodies may have at most 64 kB.', 'Send less at once.'),
  uri_too_long: describe(
    414,
    'The address is too long',
    'The path, or one of its parts, is longer than any that exists here.',
    'Put long values into the body.',
  ),
  headers_too_large: describe(
    431,
    'The headers are too large',
    'All headers together may have at most 16 kB.',
    'Send fewer or smaller headers; in a browser, delete the cookies of this site.',
  ),
  request_timeout: describe(
    408,
    'The request took too long to arrive',
    'The whole request has to arrive within 30 s.',
    'Try again over a better connection.',
  ),
  conflict: describe(
    409,
    'The request conflicts with what is there',
    'What the request wants to make exists already, or has changed in the meantime.',
    'Read the present state and try again.',
  ),
  gone: describe(410, 'Gone', 'What was here was removed for good.', 'Delete your link to it.'),
  precondition_failed: describe(
    412,
    'A precondition does not hold',
    'The resource has changed since the version that `If-Match` names.',
    'Read it again, and repeat the change on the new version.',
  ),
  precondition_required: describe(
    428,
    'A precondition is needed',
    'Somebody else may have changed the resource meanwhile, and the request does not say which version it means.',
    'Read the resource, and send its `ETag` in `If-Match`.',
  ),
  unprocessable: describe(
    422,
    'The request makes no sense',
    'The request is well-formed, and its content cannot be acted upon.',
    'See `detail`.',
  ),
  rate_limited: describe(
    429,
    'Too many requests',
    'The account, the address or the whole server has seen too many of these requests.',
    'Wait for as many seconds as `Retry-After` says.',
  ),
  internal_error: describe(
    500,
    'Something went wrong here',
    'The fault is on the side of the server, and was logged under the `requestId`.',
    'Try again; if it stays, give the `requestId` to the operators.',
  ),
  refused: describe(
    400,
    'The request was refused',
    'A feature answered with a status that has no entry of its own here.',
    'See `status` and `detail`.',
  ),
  not_implemented: describe(501, 'Not implemented', 'The server does not do this.', 'See `/docs` for what it does.'),
  temporarily_unavailable: describe(
    503,
    'The server cannot answer just now',
    'The database is away, or the server is overloaded or shutting down; nothing was changed.',
    'Try again after as many seconds as `Retry-After` says.',
  ),
} satisfies Record<string, ProblemDescription>;

/** The stable name of a kind of problem. */
export type ProblemCode = keyof typeof CODES;

/** Every kind of problem that this server answers with. */
export const PROBLEM_CODES: Readonly<Record<ProblemCode, ProblemDescription>> = CODES;

/** What a bare status means, where nobody has said more. */
const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout',
  409: 'conflict',
  410: 'gone',
  412: 'precondition_failed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  428: 'precondition_required',
  429: 'rate_limited',
  431: 'headers_too_large',
  501: 'not_implemented',
  503: 'temporarily_unavailable',
};

/** The kind of problem that a bare status stands for. */
export function codeOfStatus(status: number): ProblemCode {
  return CODE_OF_STATUS[status] ?? (status >= 500 ? 'internal_error' : 'refused');
}
