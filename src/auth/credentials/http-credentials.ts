import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings';
import { headerValues } from '../../http/header-values';
import { pathOf } from '../../http/problem-response';
import { DPOP_HEADER, DPOP_NONCE_HEADER, type PresentedProof } from '../../protocol/dpop';
import { InvalidRequest, InvalidToken, type TokenScheme } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { CookieRenewal } from '../cookie-renewal';
import type { TokenCookies } from '../token-cookies';
import type { Carrier } from '../authentication';
import type { Credential, CredentialExtractor } from './credential';

/** RFC 6750 §2.1, RFC 9449 §7.1: `b64token`; the scheme is matched without regard to case (RFC 9110 §11.1). */
const CREDENTIALS = /^(?:bearer|dpop) +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** The scheme as RFC 6750 §2.1 spells it, with the one space before its token. */
const USUAL_SCHEME = 'Bearer ';

/** The scheme ends where its token does (RFC 9110 §5.6.2), whatever follows: a tab must not make it no credentials at all. */
const SCHEME = /^(bearer|dpop)(?![\w!#$%&'*+.^`|~-])/i;

/** Takes tokens out of HTTP requests: the Authorization header, and cookies where they are switched on. Never the query string. */
export class HttpCredentials implements CredentialExtractor {
  readonly contextType = 'http';

  constructor(
    private readonly cookies: TokenCookies,
    private readonly renewal: CookieRenewal,
    private readonly settings: Pick<Settings, 'issuer' | 'oauthFeatures'>,
  ) {}

  carrierOf(context: ExecutionContext): Carrier {
    return context.switchToHttp().getRequest<FastifyRequest>();
  }

  accessToken(carrier: Carrier): Credential | null {
    const request = carrier as FastifyRequest;
    // RFC 9700 §4.3.2, OAuth 2.1 draft §5.1.3: a token in an address ends up in logs, histories and Referer headers.
    if (Object.hasOwn(request.query ?? {}, 'access_token')) {
      throw new InvalidRequest('Send the access token in the Authorization header: in the query string it is refused.');
    }
    const fromHeader = this.fromHeader(request);
    const fromCookie = this.cookies.readAccess(request);
    if (fromHeader !== null && fromCookie !== null && fromHeader.token !== fromCookie) {
      // RFC 6750 §2: clients must not use more than one method in a request.
      throw new InvalidRequest('Send the access token in one way only: in the Authorization header or in the cookie.');
    }
    return fromHeader ?? cookieCredential(fromCookie);
  }

  refreshToken(carrier: Carrier): Credential | null {
    const request = carrier as FastifyRequest;
    const body = request.body as { refresh_token?: unknown } | null | undefined;
    if (typeof body?.refresh_token === 'string') {
      return { token: body.refresh_token, source: 'body', scheme: 'Bearer' };
    }
    return this.fromHeader(request) ?? cookieCredential(this.cookies.readRefresh(request));
  }

  proof(carrier: Carrier): PresentedProof {
    const { raw, method } = carrier as FastifyRequest;
    return {
      headers: headerValues(raw.rawHeaders, DPOP_HEADER),
      method,
      url: `${this.settings.issuer}${pathOf(raw.url) ?? ''}`,
    };
  }

  offerNonce(context: ExecutionContext, nonce: string): void {
    void context.switchToHttp().getResponse<FastifyReply>().header(DPOP_NONCE_HEADER, nonce);
  }

  admitted(context: ExecutionContext, credential: Credential, claims: AccessTokenClaims): Promise<void> | undefined {
    if (credential.source !== 'cookie') return undefined;
    return this.renewal.renewIfDue(context.switchToHttp().getResponse<FastifyReply>(), claims);
  }

  /**
   * A browser would go on sending a dead cookie, and be kept out even where nobody need be signed in. An expired one it drops by
   * itself; the answer to a late request must not remove its successor.
   */
  refused(context: ExecutionContext, credential: Credential, { reason }: InvalidToken): void {
    if (credential.source !== 'cookie' || reason === 'expired') return;
    this.cookies.clearAccess(context.switchToHttp().getResponse<FastifyReply>());
  }

  assertIntended(carrier: Carrier, sessionId: string | undefined): void {
    this.cookies.assertCsrf(carrier as FastifyRequest, sessionId);
  }

  private fromHeader(request: FastifyRequest): Credential | null {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    if (headerValues(request.raw.rawHeaders, 'authorization').length > 1) {
      throw new InvalidRequest('Send one Authorization header only.'); // RFC 6750 §2
    }
    // What nearly every client sends; whether the rest is a token at all is found out by whoever knows tokens.
    if (header.startsWith(USUAL_SCHEME) && !header.includes(' ', USUAL_SCHEME.length)) {
      return { token: header.slice(USUAL_SCHEME.length), source: 'header', scheme: 'Bearer' };
    }
    const scheme = this.schemeOf(header);
    if (scheme === null) return null;
    const match = CREDENTIALS.exec(header);
    // RFC 6750 §2.1: what follows the scheme is one b64token.
    if (match === null) throw new InvalidToken('malformed', 'the Authorization header holds no b64token');
    return { token: match[1]!, source: 'header', scheme };
  }

  /** The scheme of the header, or null for any that lets nobody in here. */
  private schemeOf(header: string): TokenScheme | null {
    const name = SCHEME.exec(header)?.[1]?.toLowerCase();
    if (name === 'bearer') return 'Bearer';
    return name === 'dpop' && this.settings.oauthFeatures.dpop ? 'DPoP' : null;
  }
}

function cookieCredential(token: string | null): Credential | null {
  return token === null ? null : { token, source: 'cookie', scheme: 'Bearer' };
}
