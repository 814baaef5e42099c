import type { FastifyRequest } from 'fastify';
import type { RequestOrigin } from '../audit/audit-event';
import { clientAddress } from '../http/client-address';

/** Where a request came from, for the audit log, sessions and rate limits. */
export function requestOrigin(request: FastifyRequest): RequestOrigin {
  return { address: clientAddress(request), userAgent: request.headers['user-agent'] ?? null, requestId: request.id };
}
