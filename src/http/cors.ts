import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings';

/**
 * Which pages of other origins may read an answer: `any` (without credentials: the bearer of a token is its own credential, and
 * what is public is public), `configured` origins, or `none`.
 */
export type CorsPolicy = 'any' | 'configured' | 'none';

/** The policy of each part of the server; the first prefix that fits counts, whole segments only. What is not named is a feature. */
const POLICIES: readonly (readonly [prefix: string, policy: CorsPolicy])[] = [
  ['/.well-known', 'any'],
  ['/jwks.json', 'any'],
  ['/oauth/token', 'any'],
  ['/oauth/revoke', 'any'],
  ['/oauth/par', 'any'],
  ['/oauth/register', 'any'],
  ['/oauth/userinfo', 'any'],
  ['/oauth', 'none'],
  ['/sign-in', 'none'],
  ['/choose-account', 'none'],
  ['/sign-up', 'none'],
  ['/sign-out', 'none'],
  ['/signed-out', 'none'],
  ['/assets', 'none'],
  ['/set-up', 'none'],
  ['/consent', 'none'],
  ['/device', 'none'],
  ['/account', 'none'],
  ['/admin', 'none'],
  ['/docs', 'none'],
  ['/docs-json', 'none'],
  ['/problems', 'none'],
  ['/health', 'none'],
  ['/metrics', 'none'],
];

/** The policy of a route, by its pattern. */
export function corsPolicyOf(pattern: string): CorsPolicy {
  const found = POLICIES.find(([prefix]) => pattern === prefix || pattern.startsWith(`${prefix}/`));
  return found?.[1] ?? 'configured';
}

const EXPOSED = 'WWW-Authenticate, Location, Retry-After, X-Request-Id, DPoP-Nonce';

/** Sent whether or not an origin asks, so that caches need not tell them apart. */
export const FOR_ANY: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED,
};

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'Authorization, Content-Type, X-CSRF-Token, X-Request-Id, DPoP',
  'access-control-max-age': '600',
};

/** Tells browsers which pages may read what this server answers (Fetch standard §3.2). */
export class Cors {
  private readonly anyOrigin: boolean;
  private readonly origins: ReadonlySet<string>;
  private readonly credentials: boolean;

  constructor(settings: Settings) {
    this.anyOrigin = settings.http.corsOrigins.includes('*');
    this.origins = new Set(settings.http.corsOrigins);
    // Without cookies there is nothing for a browser to send by itself.
    this.credentials = settings.tokenCookies && !this.anyOrigin;
  }

  /** Sets the headers of an answer. @returns whether the origin that asks may read it */
  apply(policy: CorsPolicy, request: FastifyRequest, reply: FastifyReply): boolean {
    if (policy === 'none') return false;
    if (policy === 'any' || this.anyOrigin) {
      void reply.headers(FOR_ANY);
      return true;
    }
    if (this.origins.size === 0) return false;
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !this.origins.has(origin)) return false;
    void reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED);
    if (this.credentials) void reply.header('access-control-allow-credentials', 'true');
    return true;
  }

  /** Answers a preflight; what it does not allow, the browser refuses to its page. */
  answerPreflight(policy: CorsPolicy, request: FastifyRequest, reply: FastifyReply): void {
    if (this.apply(policy, request, reply)) void reply.headers(PREFLIGHT);
    void reply.code(204).send();
  }
}

/** Tells whether a browser asks first (Fetch standard §4.8), rather than a program what the server can do. */
export function isPreflight(request: FastifyRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.origin !== undefined &&
    request.headers['access-control-request-method'] !== undefined
  );
}
