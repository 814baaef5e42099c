import type { FastifyReply } from 'fastify';
import { Problem } from './problem';

/** The entity tag of a resource that counts its changes (RFC 9110 §8.8.3): strong, since each change has a number of its own. */
export function entityTagOf(revision: number): string {
  return `"${revision}"`;
}

/** Answers with a view of a resource, and its version in the entity tag. */
export function withEntityTag<View>(reply: FastifyReply, revision: number, view: View): View {
  void reply.header('ETag', entityTagOf(revision));
  return view;
}

/**
 * Sees to it that whoever changes a resource has seen it as it is: two who change it at once do not overwrite each other.
 * @param ifMatch the header of the request
 * @param revision of the resource as it is now
 * @throws {Problem} precondition_required without the header, precondition_failed where it names no present version
 */
export function assertIfMatch(ifMatch: string | undefined, revision: number): void {
  // RFC 6585 §3
  if (ifMatch === undefined) throw new Problem('precondition_required');
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  // RFC 9110 §13.1.1: compared strongly, so that a weak tag never matches; `*` is any version that there is.
  if (!tags.includes('*') && !tags.includes(entityTagOf(revision))) throw new Problem('precondition_failed');
}
