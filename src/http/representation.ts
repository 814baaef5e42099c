import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../crypto/digest';

/** Bytes that are the same for everybody, with what caches need to know of them. */
export interface Representation {
  readonly body: string | Buffer;
  readonly type: string;
  /** Strong (RFC 9110 §8.8.3). */
  readonly etag: string;
}

/** A representation whose entity tag is made of its bytes. */
export function representationOf(body: string | Buffer, type: string): Representation {
  return { body, type, etag: `"${sha256(body)}"` };
}

/** Answers with a representation, or with 304 where the client has it already (RFC 9110 §13.1.2). */
export function sendRepresentation(
  { body, type, etag }: Representation,
  cacheControl: string,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void reply.header('cache-control', cacheControl).header('etag', etag);
  if (matches(request.headers['if-none-match'], etag)) void reply.code(304).send();
  else void reply.type(type).send(body);
}

/** RFC 9110 §8.8.3.2: weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((candidate) => [etag, `W/${etag}`, '*'].includes(candidate.trim()));
}
