/** The claims of our JWT access tokens (RFC 9068 §2.2). Instants are seconds since the epoch. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  /** The person, or the client where no person is involved. */
  readonly sub: string;
  readonly client_id: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** Scope-tokens separated by single spaces. */
  readonly scope: string;
  readonly auth_time?: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** The session in which the token was given. */
  readonly sid?: string;
  /** The token family (lineage of refresh tokens) that it belongs to; private to this server. */
  readonly family?: string;
  /** The tokens that it was exchanged from, those of actors too, the latest first (RFC 8693): it ends with each of them; private to this server. */
  readonly exchanged_from?: readonly TokenOrigin[];
  /** RFC 9068 §2.2.3.1. */
  readonly roles?: readonly string[];
  /** The key that its holder has to prove possession of (RFC 7800 §3.1, RFC 9449 §6.1). */
  readonly cnf?: { readonly jkt: string };
  /** Who acts for `sub` (RFC 8693 §4.1). */
  readonly act?: ActorClaim;
  /** What claims contributors added. */
  readonly [claim: string]: unknown;
}

/** A token that another one came of: its `jti`, and the client that it was given to. */
export interface TokenOrigin {
  readonly jti: string;
  readonly client_id: string;
  /** Whose it was, where it was that of an actor; of others that is `sub` of the new one. */
  readonly sub?: string;
  /** What else that of an actor ends with; others have the session and the family of the new one. */
  readonly sid?: string;
  readonly family?: string;
}

/** Who acts for somebody, and for whom they act in turn (RFC 8693 §4.1). */
export interface ActorClaim {
  readonly sub: string;
  readonly client_id?: string;
  readonly act?: ActorClaim;
}

/** The claims that belong to this server: contributors cannot set them. */
export const RESERVED_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'sub',
  'client_id',
  'jti',
  'iat',
  'exp',
  'nbf',
  'scope',
  'auth_time',
  'acr',
  'amr',
  'sid',
  'family',
  'exchanged_from',
  'roles',
  'cnf',
  'act',
  'azp',
  'may_act',
  'typ',
  'nonce',
  'at_hash',
  'c_hash',
  'token_use',
  '__proto__',
]);

/** Those of them that nobody is told who asks about a token: they are of use to this server alone. */
export const PRIVATE_CLAIMS: ReadonlySet<string> = new Set(['family', 'exchanged_from']);

/** The `typ` of our access tokens (RFC 9068 §2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
