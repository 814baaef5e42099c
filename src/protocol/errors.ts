/** The error codes of the standards that this server speaks; each is defined by the RFC that its class names. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'account_selection_required'
  | 'authorization_pending'
  | 'consent_required'
  | 'expired_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_dpop_proof'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'invalid_scope'
  | 'invalid_software_statement'
  | 'invalid_target'
  | 'invalid_token'
  | 'login_required'
  | 'registration_not_supported'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'server_error'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'unapproved_software_statement'
  | 'unauthorized_client'
  | 'unmet_authentication_requirements'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'use_dpop_nonce';

/**
 * A refusal in the words of the standards.
 * `message` is for the client and constant for each rule; `detail` is for the log only.
 */
export abstract class OAuthError extends Error {
  abstract readonly error: OAuthErrorCode;
  abstract readonly status: number;
  /** Where it is a refusal at a guarded route: how a token can be brought that would do. */
  challenge: Challenge | undefined;

  constructor(
    description: string,
    /** What the log may know and the client need not. */
    readonly detail?: string,
  ) {
    super(description);
  }
}

/** How an access token is brought: alone (RFC 6750 §2.1), or with a proof of its key (RFC 9449 §7.1). */
export type TokenScheme = 'Bearer' | 'DPoP';

/** What the challenge of a guarded route tells a client beside what is wrong. */
export interface Challenge {
  readonly scheme: TokenScheme;
  /** Every scope that the operation needs. */
  readonly scopes: readonly string[];
  /** Whether no grant gives a token that would do: there is nothing that a client could learn from the metadata of a resource. */
  readonly isHandedOut?: boolean;
}

/** RFC 6749 §4.1.2.1, §5.2, RFC 6750 §3.1: the request is malformed: something is missing, doubled, or of the wrong kind. */
export class InvalidRequest extends OAuthError {
  readonly error = 'invalid_request';
  readonly status = 400;
}

/** Why a token is not accepted: it never was one of ours, it has expired, or it was revoked. */
export type InvalidTokenReason = 'malformed' | 'expired' | 'revoked';

/** RFC 6750 §3.1: the access token is expired, revoked, malformed, or invalid for other reasons. */
export class InvalidToken extends OAuthError {
  readonly error = 'invalid_token';
  readonly status = 401;

  constructor(
    readonly reason: InvalidTokenReason,
    detail?: string,
  ) {
    super(INVALID_TOKEN_DESCRIPTIONS[reason], detail);
  }
}

const INVALID_TOKEN_DESCRIPTIONS: Record<InvalidTokenReason, string> = {
  malformed: 'The access token is not valid here.',
  expired: 'The access token has expired.',
  revoked: 'The access token was revoked.',
};

/** RFC 6750 §3: the request carries no credentials; its challenge has no error code. */
export class MissingToken extends OAuthError {
  readonly error = 'invalid_token';
  readonly status = 401;

  constructor() {
    super('This needs an access token.');
  }
}

/** RFC 6750 §3.1: the token does not reach far enough. */
export class InsufficientScope extends OAuthError {
  readonly error = 'insufficient_scope';
  readonly status = 403;

  /** @param scopes every scope that the operation needs */
  constructor(readonly scopes: readonly string[]) {
    super('The access token does not carry every scope that this needs.');
  }
}

/** RFC 6750 §3.1: the person behind the token lacks a role; no scope would help. */
export class InsufficientRole extends OAuthError {
  readonly error = 'insufficient_scope';
  readonly status = 403;

  constructor() {
    super('This needs a role that the person does not have.');
  }
}

/** What a step-up challenge asks for (RFC 9470 §3). */
export interface StepUp {
  readonly maxAge?: number;
  readonly acrValues?: readonly string[];
}

/** RFC 9470 §3: the person signed in too long ago, or not surely enough. */
export class InsufficientUserAuthentication extends OAuthError {
  readonly error = 'insufficient_user_authentication';
  readonly status = 401;

  constructor(readonly stepUp: StepUp) {
    super(
      stepUp.acrValues === undefined
        ? 'More recent authentication is required.'
        : 'A different authentication level is required.',
    );
  }
}

/** What the decision rests on cannot be known just now: refused rather than guessed. */
export class TemporarilyUnavailable extends OAuthError {
  readonly error = 'temporarily_unavailable';
  readonly status = 503;

  constructor(detail?: string) {
    super('The server cannot answer this now; try again in a moment.', detail);
  }
}
