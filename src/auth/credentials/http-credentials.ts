import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerValues } from '../../http/header-values';
import { pathOf } from '../../http/problem-response';
import { DPOP_HEADER, DPOP_NONCE_HEADER, type PresentedProof } from '../../protocol/dpop';
import { InvalidRequest, type InvalidToken } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { CookieRenewal } from '../cookie-renewal';
import type { TokenCookies } from '../token-cookies';
import type { Carrier } from '../authentication';
import { credentialOfRequest } from './authorization-header';
import type { Credential, CredentialExtractor } from './credential';

/** How this server is known to those who send it requests. */
export interface HttpEntrance {
  /** The address in front of every path, without a trailing slash. */
  readonly address: string;
  /** Whether tokens that are bound to a key are known here. */
  readonly dpop: boolean;
}

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Tokens in cookies, where there are any. */
export interface CookieCredentials {
  readonly cookies: TokenCookies;
  readonly renewal: CookieRenewal;
}

/** Takes tokens out of HTTP requests: the Authorization header, and cookies where they are switched on. Never the query string. */
export class HttpCredentials implements CredentialExtractor {
  readonly contextType = 'http';

  /** @param byCookie null where tokens come in the header only */
  constructor(
    readonly entrance: HttpEntrance,
    private readonly byCookie: CookieCredentials | null,
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
    const fromHeader = credentialOfRequest(request.raw, this.entrance.dpop);
    const fromForm = formCredential(request);
    const fromCookie = this.byCookie?.cookies.readAccess(request) ?? null;
    const named = fromHeader ?? fromForm;
    // RFC 6750 §2: clients must not use more than one method in a request.
    if ((fromHeader !== null && fromForm !== null) || isOther(named, fromCookie)) {
      throw new InvalidRequest(
        'Send the access token in one way only: in the Authorization header, in the form, or in the cookie.',
      );
    }
    return named ?? cookieCredential(fromCookie);
  }

  refreshToken(carrier: Carrier): Credential | null {
    const request = carrier as FastifyRequest;
    const body = request.body as { refresh_token?: unknown } | null | undefined;
    if (typeof body?.refresh_token === 'string') {
      return { token: body.refresh_token, source: 'body', scheme: 'Bearer' };
    }
    const fromHeader = credentialOfRequest(request.raw, this.entrance.dpop);
    return fromHeader ?? cookieCredential(this.byCookie?.cookies.readRefresh(request) ?? null);
  }

  proof(carrier: Carrier): PresentedProof {
    const { raw, method } = carrier as FastifyRequest;
    return {
      headers: headerValues(raw.rawHeaders, DPOP_HEADER),
      method,
      url: `${this.entrance.address}${pathOf(raw.url) ?? ''}`,
    };
  }

  offerNonce(context: ExecutionContext, nonce: string): void {
    void context.switchToHttp().getResponse<FastifyReply>().header(DPOP_NONCE_HEADER, nonce);
  }

  admitted(context: ExecutionContext, credential: Credential, claims: AccessTokenClaims): Promise<void> | undefined {
    if (credential.source !== 'cookie') return undefined;
    return this.byCookie?.renewal.renewIfDue(context.switchToHttp().getResponse<FastifyReply>(), claims);
  }

  /**
   * A browser would go on sending a dead cookie, and be kept out even where nobody need be signed in. An expired one it drops by
   * itself; the answer to a late request must not remove its successor.
   */
  refused(context: ExecutionContext, credential: Credential, { reason }: InvalidToken): void {
    if (credential.source !== 'cookie' || reason === 'expired') return;
    this.byCookie?.cookies.clearAccess(context.switchToHttp().getResponse<FastifyReply>());
  }

  assertIntended(carrier: Carrier, sessionId: string | undefined): void {
    this.byCookie?.cookies.assertCsrf(carrier as FastifyRequest, sessionId);
  }
}

function cookieCredential(token: string | null): Credential | null {
  return token === null ? null : { token, source: 'cookie', scheme: 'Bearer' };
}

/** RFC 6750 §2.2: routes that take forms may be given the token in one. */
function formCredential({ body, headers }: FastifyRequest): Credential | null {
  if (body === undefined || body === null || headers['content-type']?.startsWith(FORM_TYPE) !== true) return null;
  const { access_token: token } = body as { access_token?: unknown };
  if (token === undefined) return null;
  // RFC 6749 §3.1: parameters must not be included more than once.
  if (typeof token !== 'string') throw new InvalidRequest('access_token stands more than once.');
  return { token, source: 'body', scheme: 'Bearer' };
}

/** Whether a browser brings one token along, and its page names another. */
function isOther(named: Credential | null, cookie: string | null): boolean {
  return named !== null && cookie !== null && named.token !== cookie;
}
