import type { CurrentPerson } from './current-person';

/** A live refresh token, as far as the guard needs to know it. */
export interface LiveRefreshToken {
  readonly user_id: string | null;
  readonly session_id: string | null;
}

/** Knows who stands behind tokens. */
export abstract class TokenHolders {
  /**
   * The person of that `sub`; null where a token has none.
   * @throws {InvalidToken} when there is nobody any more, or they are disabled or locked
   */
  abstract load(userId: string | null): Promise<CurrentPerson | null>;

  /** What a live refresh token was given for, or null. */
  abstract familyOf(refreshToken: string): Promise<LiveRefreshToken | null>;
}
