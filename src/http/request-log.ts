import type { FastifyInstance } from 'fastify';
import { loggableText } from '../logging/loggable';
import type { Log } from '../logging/log';
import { clientAddress } from './client-address';
import { pathOf } from './problem-response';

/** Longest path in a line, in characters. */
const MOST_PATH = 120;

/**
 * Writes a line for every answered request: the route rather than the address, whose query or parts may be secrets. Where the log
 * is quieter than `info`, it costs nothing.
 */
export function logRequests(fastify: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled('info')) return;
  // These fields are harmless but for the path; looking through them for each request would cost more than writing them.
  const lines = log.child({}, { formatters: { log: (fields) => fields } });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url;
    lines.info(
      {
        requestId: request.id,
        method: request.method,
        ...(route === undefined ? { path: loggableText(pathOf(request.raw.url) ?? '', MOST_PATH) } : { route }),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        address: clientAddress(request),
      },
      'request',
    );
    done();
  });
}
