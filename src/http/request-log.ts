import type { FastifyInstance } from 'fastify';
import type { Log } from '../logging/log';
import { clientAddress } from './client-address';
import { pathOf } from './problem-response';

/**
 * Writes a line for every answered request: the route rather than the address, whose query or parts may be secrets. Where the log
 * is quieter than `info`, it costs nothing.
 */
export function logRequests(fastify: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled('info')) return;
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url;
    log.info(
      {
        requestId: request.id,
        method: request.method,
        ...(route === undefined ? { path: pathOf(request.raw.url) ?? null } : { route }),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        address: clientAddress(request),
      },
      'request',
    );
    done();
  });
}
