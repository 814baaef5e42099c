import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from './problem';

/** Longest path that an answer repeats. */
const MOST_PATH = 256;

/** The media type of {@link problemBody} (RFC 9457 §3). */
export const PROBLEM_TYPE = 'application/problem+json';

/** The document of a problem, as JSON. @param issuer where the page of problems is */
export function problemBody(problem: Problem, issuer: string, requestId: string, path?: string): string {
  return JSON.stringify({
    ...problem.extensions,
    type: `${issuer}/problems#${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: path !== undefined && path.length <= MOST_PATH ? path : undefined,
    code: problem.code,
    requestId,
    errors: problem.errors,
  });
}

/** Answers a request with a problem. */
export function sendProblem(problem: Problem, issuer: string, request: FastifyRequest, reply: FastifyReply): void {
  if (hasBegun(reply)) return breakOff(reply);
  void reply.headers(problem.headers);
  // RFC 9110 §15.5.2: a 401 names at least one challenge.
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
  const body = problemBody(problem, issuer, request.id, pathOf(request.raw.url));
  void reply.code(problem.status).header('content-type', PROBLEM_TYPE).send(body);
}

/** Whether an answer is under way already. */
export function hasBegun(reply: FastifyReply): boolean {
  return reply.sent || reply.raw.headersSent;
}

/** The answer has begun: all that is left is to let the client see that it is not whole. */
export function breakOff(reply: FastifyReply): void {
  reply.raw.destroy();
}

/** The path of a request target, without the query, which may hold secrets; undefined in the rarer forms (RFC 9112 §3.2). */
export function pathOf(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith('/')) return undefined;
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
