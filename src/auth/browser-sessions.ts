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

/** How many people can be signed in in one browser. */
export const MOST_ACCOUNTS = 5;

/** Between the sessions in the cookie; what is before the first one is the current session, be it none. */
const SEPARATOR = '~';

/** What a browser is known by before anybody has signed in: 256 bits. */
const BROWSER = /^[A-Za-z0-9_-]{43}$/;

/** The form field that every page of this server sends back. */
export const CSRF_FIELD = 'csrf_token';

/** Is told when somebody signs in or out in a browser. @param sessionId null where nobody is signed in any more */
export type BrowserChange = (reply: FastifyReply, sessionId: string | null) => void;

/** Somebody who is signed in in a browser. */
export interface BrowserAccount extends SessionWithUser {
  /** What the cookie holds of their session. */
  readonly cookie: string;
  readonly isCurrent: boolean;
}

/**
 * Who is signed in at this server in a browser, and that a form comes from a page of ours: the pages, and the endpoints that show them, know
 * people by two cookies. One names the browser from its first visit on; the other holds the sessions of those who are signed in there, each with a
 * secret of its own that is new at each sign-in. The first of them is the current one. When it ends, nobody is until somebody chooses: no
 * person ever becomes another by themselves.
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

  /** The current session of the browser, if it lives and its person may be let in; using it keeps it alive. */
  async current(request: FastifyRequest): Promise<SessionWithUser | null> {
    const [entry = ''] = this.entriesOf(request);
    const found = await this.find(entry);
    return found === null ? null : this.used(found);
  }

  /** All who are signed in in the browser, each once, whoever was current last first. */
  async accounts(request: FastifyRequest): Promise<readonly BrowserAccount[]> {
    const found = await Promise.all(
      this.entriesOf(request).map(async (cookie, at) => {
        const session = await this.find(cookie);
        return session === null ? [] : [{ ...session, cookie, isCurrent: at === 0 }];
      }),
    );
    const accounts = found.flat();
    return accounts.filter(({ user }, at) => accounts.findIndex((other) => other.user.id === user.id) === at);
  }

  /** The page by which somebody gets in where nobody is current. */
  async entrance(request: FastifyRequest): Promise<'/sign-in' | '/choose-account'> {
    return (await this.accounts(request)).length === 0 ? '/sign-in' : '/choose-account';
  }

  /** Notes that a session is used: it keeps it alive. @returns the session */
  async used<Used extends SessionWithUser>(found: Used): Promise<Used> {
    if (this.sessions.isDueForKeepAlive(found.session)) {
      await this.unitOfWork.run((transaction) => this.sessions.keepAlive(transaction, found.session));
    }
    return found;
  }

  /** Makes a session the current one of the browser. @param among those who are signed in there; the other sessions of the same person are left out */
  begin(reply: FastifyReply, cookie: string, among: readonly BrowserAccount[]): void {
    const others = among.map((account) => account.cookie).filter((other) => sessionIdIn(other) !== sessionIdIn(cookie));
    this.keep(reply, [cookie, ...others.slice(0, MOST_ACCOUNTS - 1)]);
  }

  /** Takes all sessions from the browser but these; where the current one is not among them, nobody is current from now on. */
  keepOnly(reply: FastifyReply, accounts: readonly BrowserAccount[]): void {
    const current = accounts.filter(({ isCurrent }) => isCurrent);
    const others = accounts.filter(({ isCurrent }) => !isCurrent);
    this.keep(reply, [current[0]?.cookie ?? '', ...others.map(({ cookie }) => cookie)]);
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

  private async find(cookie: string): Promise<SessionWithUser | null> {
    const found = cookie === '' ? null : await this.sessions.findByCookie(cookie);
    return found === null || !mayUseAccount(found.user) ? null : found;
  }

  /** What the cookie holds, each session once; what somebody has added beyond what we give is not looked at (DOS-04). */
  private entriesOf(request: FastifyRequest): string[] {
    const [current = '', ...others] = (readCookie(request, this.sessionCookie) ?? '').split(
      SEPARATOR,
      MOST_ACCOUNTS + 1,
    );
    return [current, ...new Set(others.filter((entry) => entry !== '' && entry !== current))];
  }

  private keep(reply: FastifyReply, entries: readonly string[]): void {
    const { secure } = this;
    for (const change of this.changes) change(reply, entries[0] === '' ? null : sessionIdIn(entries[0] ?? ''));
    if (entries.every((entry) => entry === '')) return removeCookie(reply, this.sessionCookie, { secure });
    const maxAge = this.settings.sessions.absolute;
    setCookie(reply, this.sessionCookie, entries.join(SEPARATOR), { secure, maxAge });
  }
}
