import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest';
import { Problem } from '../http/problem';
import { ServerSecrets } from '../encryption/server-secrets';
import type { TokenResponse } from '../tokens/issue-order';

/** The header in which a page repeats the value of the CSRF cookie. */
export const CSRF_HEADER = 'x-csrf-token';

/** RFC 9110 §9.2.1. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where the refresh cookie is sent, and nowhere else. */
const REFRESH_PATH = '/auth';

/**
 * Tokens in cookies, for pages of this very site (TOKEN_COOKIES): HttpOnly, so that no script can read them, and with a second,
 * readable cookie whose value the page repeats in a header, which a page of another site cannot do.
 */
@Injectable()
export class TokenCookies implements OnModuleInit {
  readonly enabled: boolean;
  readonly accessName: string;
  readonly refreshName: string;
  readonly csrfName: string;
  private readonly secure: boolean;
  private readonly refreshLifetime: number;
  private csrfKey: Buffer = Buffer.alloc(0);

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly secrets: ServerSecrets,
  ) {
    this.enabled = settings.tokenCookies;
    this.secure = settings.issuer.startsWith('https:');
    // RFC 6265bis §4.1.3: with these prefixes no other host and no plain-text answer can plant the cookie.
    this.accessName = this.secure ? '__Host-access_token' : 'access_token';
    this.refreshName = this.secure ? '__Secure-refresh_token' : 'refresh_token';
    this.csrfName = this.secure ? '__Host-csrf_token' : 'csrf_token';
    this.refreshLifetime = settings.tokens.refreshTokenLifetime;
  }

  async onModuleInit(): Promise<void> {
    if (this.enabled) this.csrfKey = await this.secrets.get('csrf');
  }

  /** The access token of the cookie, or null. */
  readAccess(request: FastifyRequest): string | null {
    return this.enabled ? (request.cookies[this.accessName] ?? null) : null;
  }

  /** The refresh token of the cookie, or null. */
  readRefresh(request: FastifyRequest): string | null {
    return this.enabled ? (request.cookies[this.refreshName] ?? null) : null;
  }

  /** Sets the cookies of an answer that gives tokens. */
  set(reply: FastifyReply, tokens: TokenResponse, sessionId: string): void {
    const shared = { secure: this.secure, sameSite: 'lax' } as const;
    void reply.setCookie(this.accessName, tokens.access_token, {
      ...shared,
      httpOnly: true,
      path: '/',
      maxAge: tokens.expires_in,
    });
    if (tokens.refresh_token !== undefined) {
      const options = {
        ...shared,
        sameSite: 'strict',
        httpOnly: true,
        path: REFRESH_PATH,
        maxAge: this.refreshLifetime,
      } as const;
      void reply.setCookie(this.refreshName, tokens.refresh_token, options);
    }
    void reply.setCookie(this.csrfName, this.csrfToken(sessionId), {
      ...shared,
      path: '/',
      maxAge: this.refreshLifetime,
    });
  }

  /** Removes the cookies. */
  clear(reply: FastifyReply): void {
    if (!this.enabled) return;
    const shared = { secure: this.secure, sameSite: 'lax' } as const;
    this.clearAccess(reply);
    void reply.clearCookie(this.refreshName, { ...shared, httpOnly: true, path: REFRESH_PATH });
    void reply.clearCookie(this.csrfName, { ...shared, path: '/' });
  }

  /** Removes the cookie of the access token alone: with that of the refresh token a page can get another one. */
  clearAccess(reply: FastifyReply): void {
    void reply.clearCookie(this.accessName, { secure: this.secure, sameSite: 'lax', httpOnly: true, path: '/' });
  }

  /**
   * For a credential that came by cookie: an unsafe request must carry the session's CSRF token in a header.
   * The token is a keyed hash of the session: a cookie planted from a sibling domain does not make a pair with it.
   * @throws {Problem} csrf_failed
   */
  assertCsrf(request: FastifyRequest, sessionId: string | undefined): void {
    if (SAFE_METHODS.has(request.method)) return;
    const sent = request.headers[CSRF_HEADER];
    const expected = sessionId === undefined ? null : Buffer.from(this.csrfToken(sessionId));
    if (typeof sent === 'string' && expected !== null && equalInConstantTime(Buffer.from(sent), expected)) return;
    throw new Problem('csrf_failed', {
      detail: `Repeat the value of the ${this.csrfName} cookie in the X-CSRF-Token header.`,
    });
  }

  private csrfToken(sessionId: string): string {
    return hmacSha256(this.csrfKey, sessionId).toString('base64url');
  }
}
