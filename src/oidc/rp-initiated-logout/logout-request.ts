/** Where applications send people who want to sign out, and where the page that asks them leads back to. */
export const LOGOUT_PATH = '/oauth/logout';

/** A logout request that was found good (OpenID Connect RP-Initiated Logout §2); it is carried in tickets. */
export interface LogoutRequest {
  /** Null where nobody says who asks. */
  readonly clientId: string | null;
  /** The ID token that it reminds us of; null where it brought none. */
  readonly hint: LogoutHint | null;
  /** Where the person is sent after it, `state` included: an address that the client has registered. */
  readonly redirectTo: string | null;
}

/** Whose session an ID token speaks of. */
export interface LogoutHint {
  /** As the client knows the person. */
  readonly subject: string;
  readonly sessionId: string | null;
}
