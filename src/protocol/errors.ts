/** The error codes of the standards that this server speaks. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'temporarily_unavailable';

/**
 * A refusal in the words of the standards.
 * `message` is for the client and constant for each rule; `detail` is for the log only.
 */
export abstract class OAuthError extends Error {
  abstract readonly error: OAuthErrorCode;
  abstract readonly status: number;

  constructor(
    description: string,
    /** What the log may know and the client need not. */
    readonly detail?: string,
  ) {
    super(description);
  }
}

/** RFC 6750 §3.1: the request is malformed, or carries its token in more than one way. */
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

/** RFC 6749 §5.2: the refresh token (or other grant) is unknown, expired, revoked or was given to another client. */
export class InvalidGrant extends OAuthError {
  readonly error = 'invalid_grant';
  readonly status = 400;
}

/** What the decision rests on cannot be known just now: refused rather than guessed. */
export class TemporarilyUnavailable extends OAuthError {
  readonly error = 'temporarily_unavailable';
  readonly status = 503;

  constructor(detail?: string) {
    super('The server cannot answer this now; try again in a moment.', detail);
  }
}
