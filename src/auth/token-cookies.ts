import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest';
import { type CookieOptions, readCookie, removeCookie, setCookie } from '../http/cookies';
import { Problem } from '../http/problem';
import { ServerSecrets } from '../encryption/server-secrets';
import type { TokenResponse } from '../tokens/issue-order';

/** The header in which a page repeats the value of the CSRF cookie. */
const CSRF_HEADER = 'x-csrf-token';

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
    return this.enabled ? readCookie(request, this.accessName) : null;
  }

  /** The refresh token of the cookie, or null. */
  readRefresh(request: FastifyRequest): string | null {
    return this.enabled ? readCookie(request, this.refreshName) : null;
  }

  /** Sets the cookies of an answer that gives tokens. */
  set(reply: FastifyReply, tokens: TokenResponse, sessionId: string): void {
    const { secure, refreshLifetime } = this;
    setCookie(reply, this.accessName, tokens.access_token, { secure, maxAge: tokens.expires_in });
    if (tokens.refresh_token !== undefined) {
      setCookie(reply, this.refreshName, tokens.refresh_token, { ...this.refreshOptions, maxAge: refreshLifetime });
    }
    setCookie(reply, this.csrfName, this.csrfToken(sessionId), { secure, httpOnly: false, maxAge: refreshLifetime });
  }

  /** Removes the cookies. */
  clear(reply: FastifyReply): void {
    if (!this.enabled) return;
    this.clearAccess(reply);
    removeCookie(reply, this.refreshName, this.refreshOptions);
    removeCookie(reply, this.csrfName, { secure: this.secure, httpOnly: false });
  }

  /** Removes the cookie of the access token alone: with that of the refresh token a page can get another one. */
  clearAccess(reply: FastifyReply): void {
    removeCookie(reply, this.accessName, { secure: this.secure });
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

  private get refreshOptions(): CookieOptions {
    return { secure: this.secure, sameSite: 'strict', path: REFRESH_PATH };
  }

  private csrfToken(sessionId: string): string {
    return hmacSha256(this.csrfKey, sessionId).toString('base64url');
  }
}
