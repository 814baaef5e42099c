import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings';
import { hmacSha256, sha256 } from '../../crypto/digest';
import { randomId } from '../../crypto/random-id';
import { ServerSecrets } from '../../encryption/server-secrets';
import { type CookieOptions, readCookie, removeCookie, setCookie } from '../../http/cookies';

/**
 * The state of a browser as applications can watch it change (OpenID Connect Session Management §3): a cookie that a page of ours reads in a frame of
 * theirs. It says that it is another session than before and nothing else.
 */
@Injectable()
export class BrowserStates implements OnModuleInit {
  readonly cookieName: string;
  private readonly options: CookieOptions;
  private key: Buffer = Buffer.alloc(0);

  constructor(
    private readonly secrets: ServerSecrets,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const secure = settings.issuer.startsWith('https:');
    this.cookieName = secure ? '__Host-browser_state' : 'browser_state';
    // RFC 6265bis §5.7: in a frame of another site only such a cookie is there, and only with Secure.
    this.options = { secure, httpOnly: false, sameSite: secure ? 'none' : 'lax' };
  }

  async onModuleInit(): Promise<void> {
    this.key = await this.secrets.get('browser-states');
  }

  /** Gives the browser the state that belongs to a session; null: to none. */
  set(reply: FastifyReply, sessionId: string | null): void {
    if (sessionId === null) return removeCookie(reply, this.cookieName, this.options);
    const maxAge = this.settings.sessions.absolute;
    setCookie(reply, this.cookieName, this.stateOf(sessionId), { ...this.options, maxAge });
  }

  /** The same where the browser has another one, or has lost it. */
  refresh(request: FastifyRequest, reply: FastifyReply, sessionId: string): void {
    if (readCookie(request, this.cookieName) !== this.stateOf(sessionId)) this.set(reply, sessionId);
  }

  /** The `session_state` of an answer to a client (OpenID Connect Session Management §3.2). @param origin of the page that will ask */
  sessionState(clientId: string, origin: string, sessionId: string): string {
    const salt = randomId();
    return `${sha256(`${clientId} ${origin} ${this.stateOf(sessionId)} ${salt}`)}.${salt}`;
  }

  private stateOf(sessionId: string): string {
    return hmacSha256(this.key, sessionId).toString('base64url');
  }
}
