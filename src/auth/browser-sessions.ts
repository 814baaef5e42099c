import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest';
import { randomSecret } from '../crypto/random-id';
import { UnitOfWork } from '../database/unit-of-work';
import { ServerSecrets } from '../encryption/server-secrets';
import { readCookie, removeCookie, setCookie } from '../http/cookies';
import { Problem } from '../http/problem';
import { sessionIdIn, SessionManager, type SessionWithUser } from '../sessions/session-manager';
import { mayUseAccount } from '../users/user.entity';

/** What a browser is known by before anybody has signed in: 256 bits. */
const BROWSER = /^[A-Za-z0-9_-]{43}$/;

/** The form field that every page of this server sends back. */
export const CSRF_FIELD = 'csrf_token';

/** Is told when somebody signs in or out in a browser. @param sessionId null where nobody is signed in any more */
export type BrowserChange = (reply: FastifyReply, sessionId: string | null) => void;

/**
 * Who is signed in at this server in a browser, and that a form comes from a page of ours: the pages, and the endpoints that show them, know
 * people by two cookies. One names the browser from its first visit on; the other is the session, new at each sign-in.
 */
@Injectable()
export class BrowserSessions implements OnModuleInit {
  private readonly secure: boolean;
  private readonly origin: string;
  private readonly sessionCookie: string;
  private readonly browserCookie: string;
  private readonly changes: BrowserChange[] = [];
  private csrfKey: Buffer = Buffer.alloc(0);

  constructor(
    private readonly sessions: SessionManager,
    private readonly unitOfWork: UnitOfWork,
    private readonly secrets: ServerSecrets,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.secure = settings.issuer.startsWith('https:');
    this.origin = new URL(settings.issuer).origin;
    // RFC 6265bis §4.1.3.2: with this prefix no other host and no plain-text answer can plant the cookie.
    const prefix = this.secure ? '__Host-' : '';
    this.sessionCookie = `${prefix}session`;
    this.browserCookie = `${prefix}browser`;
  }

  async onModuleInit(): Promise<void> {
    this.csrfKey = await this.secrets.get('forms');
  }

  /** Adds somebody who is to be told when people sign in or out. */
  whenChanged(listener: BrowserChange): void {
    this.changes.push(listener);
  }

  /** The session of the browser, if it lives and its person may be let in; using it keeps it alive. */
  async current(request: FastifyRequest): Promise<SessionWithUser | null> {
    const cookie = readCookie(request, this.sessionCookie);
    const found = cookie === null ? null : await this.sessions.findByCookie(cookie);
    if (found === null || !mayUseAccount(found.user)) return null;
    if (this.sessions.isDueForKeepAlive(found.session)) {
      await this.unitOfWork.run((transaction) => this.sessions.keepAlive(transaction, found.session));
    }
    return found;
  }

  /** Gives the browser the cookie of a session. */
  begin(reply: FastifyReply, cookie: string): void {
    setCookie(reply, this.sessionCookie, cookie, { secure: this.secure, maxAge: this.settings.sessions.absolute });
    this.tell(reply, sessionIdIn(cookie));
  }

  /** Takes the cookie of the session from the browser. */
  end(reply: FastifyReply): void {
    removeCookie(reply, this.sessionCookie, { secure: this.secure });
    this.tell(reply, null);
  }

  /** What the browser is known by; null where it has not been here, or brings something that we have not made. */
  browserOf(request: FastifyRequest): string | null {
    const browser = readCookie(request, this.browserCookie);
    return browser !== null && BROWSER.test(browser) ? browser : null;
  }

  /** What the browser is known by, from now on if it was not before. */
  ensureBrowser(request: FastifyRequest, reply: FastifyReply): string {
    const known = this.browserOf(request);
    if (known !== null) return known;
    const browser = randomSecret().toString('base64url');
    setCookie(reply, this.browserCookie, browser, { secure: this.secure });
    return browser;
  }

  /** What a form of this browser has to send back as {@link CSRF_FIELD}. */
  csrfToken(browser: string): string {
    return hmacSha256(this.csrfKey, browser).toString('base64url');
  }

  /**
   * Sees to it that a form was sent by a page of ours, in the browser that it was shown in (CWE-352).
   * @returns what the browser is known by
   * @throws {Problem} csrf_failed
   */
  assertOwnForm(request: FastifyRequest): string {
    const { origin, 'sec-fetch-site': site } = request.headers;
    const isForeign =
      (origin !== undefined && origin !== this.origin) || (site !== undefined && site !== 'same-origin');
    const browser = this.browserOf(request);
    const sent = (request.body as Record<string, unknown> | null | undefined)?.[CSRF_FIELD];
    const isOurs =
      browser !== null &&
      typeof sent === 'string' &&
      equalInConstantTime(Buffer.from(sent), Buffer.from(this.csrfToken(browser)));
    if (!isForeign && isOurs) return browser;
    throw new Problem('csrf_failed', {
      detail:
        'The form is too old, or did not come from a page of this server: go back, load the page again, and send it once more.',
    });
  }

  private tell(reply: FastifyReply, sessionId: string | null): void {
    for (const change of this.changes) change(reply, sessionId);
  }
}
