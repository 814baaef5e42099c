import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How a cookie is set: for this host and no other, and for no script and no other site, unless it says so (RFC 6265bis §4.1). */
export interface CookieOptions {
  readonly secure: boolean;
  /** Seconds; without it the cookie goes with the browser. */
  readonly maxAge?: number;
  readonly httpOnly?: boolean;
  readonly sameSite?: 'lax' | 'strict' | 'none';
  readonly path?: string;
}

/** What the answers to requests under way have set so far; an empty text where it was removed. */
const given = new WeakMap<FastifyRequest, Map<string, string>>();

/**
 * The value of a cookie as the browser has it, or will have it with the answer; null where there is none. It is read from the header itself, since most
 * requests bring no cookie and need none.
 */
export function readCookie(request: FastifyRequest, name: string): string | null {
  const set = given.get(request)?.get(name);
  if (set !== undefined) return set === '' ? null : set;
  const header = request.headers.cookie;
  if (header === undefined || !header.includes(name)) return null;
  return parseCookie(header)[name] ?? null;
}

/** Sets a cookie beside those that are set already; of two for the same name and path the later one counts. */
export function setCookie(reply: FastifyReply, name: string, value: string, options: CookieOptions): void {
  const cookie = stringifySetCookie({ httpOnly: true, sameSite: 'lax', path: '/', ...options, name, value });
  const before = [reply.getHeader('set-cookie') ?? []].flat().map(String);
  const others = before.filter((line) => !line.startsWith(`${name}=`));
  void reply.removeHeader('set-cookie').header('set-cookie', [...others, cookie]);
  const { request } = reply;
  given.set(request, (given.get(request) ?? new Map<string, string>()).set(name, value));
}

/** Removes a cookie that was set with these options. */
export function removeCookie(reply: FastifyReply, name: string, options: CookieOptions): void {
  setCookie(reply, name, '', { ...options, maxAge: 0 });
}
