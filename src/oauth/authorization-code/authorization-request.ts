import type { Client } from '../../clients/client';
import type { ResponseMode } from '../../protocol/response-mode';
import type { RequestParameters } from '../../protocol/request-parameters';
import type { Access } from '../resource-indicators/access';

/** What a client may want of the pages (OpenID Connect Core §3.1.2.1). */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account';

/**
 * An authorization request (RFC 6749 §4.1.1) on its way through the checks. Each check sets the member of its name; what a check has not set yet
 * must not be read before it.
 */
export class AuthorizationRequest {
  /** Set by `client`. */
  client!: Client;
  /** Where the answer goes; set by `redirect-uri`. From then on errors go there, too. */
  redirectUri!: string;
  /** How the answer goes there; set by `response-mode`. */
  responseMode: ResponseMode = 'query';
  /** What the client gets back as it sent it; set by `response-mode`, for errors need it too. */
  state: string | undefined;
  /** Set by `pkce`; null where the client may do without. */
  codeChallenge: string | null = null;
  /** Set by `prompt`. */
  prompts: ReadonlySet<Prompt> = new Set();
  /** How long ago the person may have signed in, in seconds; set by `max-age`. */
  maxAge: number | null = null;
  /** Set by `access`. */
  access!: Access;
  /** The key that the client will prove possession of (RFC 9449 §10). */
  dpopJkt: string | null = null;
  /** Where the request was pushed beforehand: the digest of its reference, to be used up with the answer (RFC 9126 §4). */
  pushed: string | null = null;
  /** Whether it came as a signed request object (RFC 9101). */
  isSigned = false;
  /** By what that object is known, and until when (epoch milliseconds): it is answered once. */
  requestObject: { readonly jti: string; readonly expiresAt: number } | null = null;
  /** What other specifications keep of the request until its code is redeemed, such as the nonce of an ID token. */
  readonly context: Record<string, unknown> = {};

  /** What a browser carries of the request while its person signs in: what came, unless a check puts something else in its place. */
  carried: RequestParameters;

  private redirectIsTrusted = false;
  private readonly demands: ((userId: string) => boolean)[] = [];

  /**
   * @param parameters those of the request itself; a pushed request or a request object takes their place
   * @param isResumed whether it was checked before, and goes on now that its person has signed in
   */
  constructor(
    public parameters: RequestParameters,
    readonly isResumed: boolean,
  ) {
    this.carried = parameters;
  }

  /** Whether errors may go to the redirect URI: client and URI are known to belong together (RFC 6749 §4.1.2.1). */
  get isTrusted(): boolean {
    return this.redirectIsTrusted;
  }

  /** Notes that the answer must be about a person of whom that holds (OpenID Connect Core §3.1.2.2). */
  demandPerson(demand: (userId: string) => boolean): void {
    this.demands.push(demand);
  }

  /** Whether the answer may be about this person. */
  mayBeAbout(userId: string): boolean {
    return this.demands.every((demand) => demand(userId));
  }

  /** Notes where answers go, now that it is known to be the client's. */
  trust(redirectUri: string): void {
    this.redirectUri = redirectUri;
    this.redirectIsTrusted = true;
  }
}
