import { Injectable } from '@nestjs/common';
import type { CurrentPerson } from '../current-person';
import type { LiveRefreshToken, TokenHolders } from '../token-holders';

/** The people are the issuer's: a resource server elsewhere knows of them what the token says. */
@Injectable()
export class PeopleOfTheIssuer implements TokenHolders {
  /** @throws {Error} since there is nobody here to be found: a handler that asks for them is a mistake */
  async load(userId: string | null): Promise<CurrentPerson | null> {
    if (userId === null) return null;
    throw new Error(
      'This resource server has no people of its own: take @AccessToken() and its sub, not @CurrentUser().',
    );
  }

  /** Refresh tokens are for the issuer alone (RFC 6749 §1.5). */
  async familyOf(): Promise<LiveRefreshToken | null> {
    return null;
  }
}
