import type { ActorClaim, TokenOrigin } from './access-token-claims';

/** How and when a person signed in. */
export interface AuthenticationFacts {
  /** Epoch milliseconds. */
  readonly authenticated_at: number;
  readonly acr: string;
  /** Separated by spaces. */
  readonly amr: string;
}

/** What is to be issued, decided by whoever redeemed the grant. */
export interface IssueOrder {
  /** The person, or null where the client acts for itself. */
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The resource servers that the access token is for; at least one. */
  readonly audience: readonly string[];
  readonly roles: readonly string[];
  readonly authentication: AuthenticationFacts | null;
  /** The session with which the tokens end; null where they outlive it, or there is none. */
  readonly sessionId: string | null;
  /**
   * `none`: no refresh token is due. `start`: begin a family, for what `grant` names.
   * An object: the family that the access token belongs to and, where one was just rotated, the token in the presented one's place.
   */
  readonly refresh: 'none' | 'start' | { readonly familyId: string; readonly token?: string };
  /** What a family is begun for, where that is more than this access token. */
  readonly grant?: { readonly scopes: readonly string[]; readonly audience: readonly string[] };
  /** Names what the tokens come from, so that they can be taken back together: the id of the family, if one is begun. */
  readonly lineage?: string;
  /** Who acts for the person (RFC 8693 §4.1). */
  readonly actor?: ActorClaim;
  /** The tokens that the access token is exchanged for, the latest first (RFC 8693). */
  readonly exchangedFrom?: readonly TokenOrigin[];
}

/** The key that the holder of a token has to prove possession of, as the claim `cnf` names it (RFC 7800 §3.1). */
export interface Confirmation {
  /** Thumbprint of a public key (RFC 9449 §6.1). */
  readonly jkt: string;
}

/** How tokens are made, the same for every grant: what the resource server, the client and the proof of its key decide. */
export interface IssueTerms {
  readonly format: 'jwt' | 'opaque';
  /** How long the access token is good, in seconds. */
  readonly accessTokenLifetime: number;
  /** Of a refresh token: how long it is good unused, and at all, in seconds; whether each use gives another one; the key it is bound to. */
  readonly refreshToken: {
    readonly lifetime: number;
    readonly absoluteLifetime: number;
    readonly rotates: boolean;
    readonly confirmation: Confirmation | null;
  };
  /** The key that the access token is bound to. */
  readonly confirmation: Confirmation | null;
}

/** The successful answer to a token request (RFC 6749 §5.1). */
export interface TokenResponse {
  readonly access_token: string;
  /** RFC 9449 §5: `DPoP` where the token is bound to a key. */
  readonly token_type: 'Bearer' | 'DPoP';
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly scope: string;
}
