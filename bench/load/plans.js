import { formatRequest } from './request.js';

/**
 * A plan says what each connection sends next and what it learns from the answer. `next` returns null when nothing is
 * left to send; `learn` is called for expected answers only, and returns false for those that count for nothing by themselves;
 * `abandon` is called for the others.
 *
 * @typedef {{ wantsBody: boolean, next(connection: number): Buffer | string | null, learn?(connection: number, body: Buffer, head: string): boolean | void,
 *   abandon?(connection: number): void }} Plan
 */

/** The same prepared request again and again, one of `requests` for each connection; with `inTurn`, each of them after the other over all connections. */
export function fixedPlan({ port, requests, inTurn = false }) {
  const buffers = requests.map((request) => Buffer.from(formatRequest({ port, ...request }), 'latin1'));
  let turn = 0;
  return { wantsBody: false, next: (connection) => buffers[(inTurn ? turn++ : connection) % buffers.length] };
}

/** Each token of a set once, in order, over all connections: no request repeats a token. */
export function tokensPlan({ port, path, tokens }) {
  let position = 0;
  return {
    wantsBody: false,
    next: () => (position < tokens.length ? formatRequest({ port, path, token: tokens[position++] }) : null),
  };
}

/**
 * Every connection refreshes its own chain: the refresh token of one answer is that of the next request.
 * With `limit`, stops after that many requests; with `collect`, keeps the access tokens.
 */
export function chainPlan({
  port,
  path,
  format,
  parameters = {},
  refreshTokens,
  accessTokens = [],
  limit = Infinity,
  collect,
}) {
  const current = [...refreshTokens];
  const latest = [...accessTokens];
  const write = format === 'form' ? formBody(parameters) : jsonBody(parameters);
  const type = format === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  let sent = 0;
  return {
    wantsBody: true,
    latest,
    restart: (newLimit) => {
      sent = 0;
      limit = newLimit;
    },
    next: (connection) =>
      sent++ < limit ? formatRequest({ port, method: 'POST', path, type, body: write(current[connection]) }) : null,
    learn: (connection, body) => {
      const text = body.latin1Slice();
      current[connection] = stringMember(text, 'refresh_token');
      latest[connection] = stringMember(text, 'access_token');
      collect?.push(latest[connection]);
    },
  };
}

/** A guarded route with the newest access token of a chain that runs beside it. */
export function followPlan({ port, path, chain }) {
  return {
    wantsBody: false,
    next: (connection) => formatRequest({ port, path, token: chain.latest[connection % chain.latest.length] }),
  };
}

function jsonBody(parameters) {
  const others = JSON.stringify(parameters).slice(1, -1);
  return (token) => `{${others ? `${others},` : ''}"refresh_token":"${token}"}`;
}

function formBody(parameters) {
  const others = new URLSearchParams(parameters).toString();
  return (token) => `${others ? `${others}&` : ''}refresh_token=${encodeURIComponent(token)}`;
}

// Cheaper than JSON.parse; tokens hold no character that JSON escapes.
function stringMember(text, name) {
  const key = `"${name}":"`;
  const start = text.indexOf(key);
  if (start < 0) throw new Error(`the answer has no ${name}: ${text.slice(0, 200)}`);
  return text.slice(start + key.length, text.indexOf('"', start + key.length));
}
