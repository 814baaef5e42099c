import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import { Problem } from '../http/problem';
import { validateBody } from '../http/validation.pipe';
import { TokenFamilies } from '../tokens/token-families';
import type { TokenResponse } from '../tokens/issue-order';
import { RefreshDto } from './dto/refresh.dto';
import type { SignedIn } from './sign-in';
import { TokenCookies } from './token-cookies';

/** A refresh token as it came. */
export interface PresentedRefreshToken {
  readonly token: string;
  readonly source: 'body' | 'cookie';
}

/** Hands tokens over: in the answer, or in cookies where they are switched on and asked for. */
@Injectable()
export class TokenDelivery {
  /** What browsers call the origin of our own pages: the issuer may have a path, an origin has none (RFC 6454 §6.2). */
  private readonly ownOrigin: string;

  constructor(
    private readonly cookies: TokenCookies,
    private readonly families: TokenFamilies,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.ownOrigin = new URL(settings.issuer).origin;
  }

  /**
   * @throws {Problem} validation_failed when cookies are asked for and switched off
   * @throws {Problem} csrf_failed when a page of another site asks for cookies: it would sign the person in as somebody else
   */
  assertAllowed(request: FastifyRequest, wantsCookies: boolean): void {
    if (!wantsCookies) return;
    if (!this.cookies.enabled) {
      const detail = 'Cookies are switched off: leave this out, or set TOKEN_COOKIES=on.';
      throw new Problem('validation_failed', { errors: [{ pointer: '#/cookies', detail }] });
    }
    const { origin, 'sec-fetch-site': site } = request.headers;
    const foreign =
      (origin !== undefined && origin !== this.ownOrigin && !this.settings.http.corsOrigins.includes(origin)) ||
      site === 'cross-site';
    if (foreign) throw new Problem('csrf_failed', { detail: 'Sign in with cookies from a page of this site.' });
  }

  /** Answers a sign-in or refresh. Tokens that are in cookies are not in the answer, where a script could read them. */
  deliver(reply: FastifyReply, { tokens, sessionId }: SignedIn, inCookies: boolean): TokenResponse {
    void reply.header('Cache-Control', 'no-store').header('Pragma', 'no-cache'); // RFC 6749 §5.1
    if (!inCookies) return tokens;
    this.cookies.set(reply, tokens, sessionId);
    const { token_type, expires_in, scope } = tokens;
    return { token_type, expires_in, scope } as TokenResponse;
  }

  /**
   * The refresh token of a request: in the body, or in its cookie with the CSRF token of its session.
   * @throws {Problem} validation_failed when there is none
   * @throws {Problem} csrf_failed
   */
  async refreshTokenOf(request: FastifyRequest): Promise<PresentedRefreshToken> {
    const inBody =
      plainRefreshToken(request.body) ?? (await validateBody(RefreshDto, request.body ?? {})).refresh_token;
    if (inBody !== undefined) return { token: inBody, source: 'body' };
    const token = this.cookies.readRefresh(request);
    if (token === null) {
      const detail = 'Send the refresh token in the JSON body: {"refresh_token": "…"}.';
      throw new Problem('validation_failed', { errors: [{ pointer: '#/refresh_token', detail }] });
    }
    const read = this.families.read(token);
    const owner = read === null ? null : await this.families.factsOf(read);
    // What is no token of ours does nothing; whoever uses it is told so rather than asked for a proof that nobody has.
    if (owner !== null) this.cookies.assertCsrf(request, owner.session_id ?? undefined);
    return { token, source: 'cookie' };
  }

  /**
   * Does something with a refresh token that was presented. Cookies with one that is not good any more are removed; one that was never
   * ours was put there by a page of a sibling domain, which must not be able to sign the person out.
   * @throws whatever `use` throws
   */
  async redeem<Result>(
    { token, source }: PresentedRefreshToken,
    reply: FastifyReply,
    use: (token: string) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await use(token);
    } catch (error) {
      const dead = error instanceof Problem && error.code === 'invalid_refresh_token';
      if (dead && source === 'cookie' && this.families.read(token) !== null) this.cookies.clear(reply);
      throw error;
    }
  }

  /** Removes the cookies, where they are switched on. */
  clear(reply: FastifyReply): void {
    this.cookies.clear(reply);
  }
}

/** The body that nearly every refresh sends; any other one is looked at more closely, and told what is wrong with it. */
function plainRefreshToken(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { refresh_token: token, ...rest } = body as Record<string, unknown>;
  const plain = typeof token === 'string' && /^[\w-]{1,512}$/.test(token) && Object.keys(rest).length === 0;
  return plain ? token : undefined;
}
