import type { IncomingMessage } from 'node:http';
import { randomId } from '../crypto/random-id';

/** Harmless in a log, a header and a database. */
const ACCEPTABLE = /^[A-Za-z0-9._-]{1,64}$/;

/** The request's own `X-Request-Id` where it is fit to be repeated, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && ACCEPTABLE.test(sent) ? sent : randomId();
}
