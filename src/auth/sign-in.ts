import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import type { TokenResponse } from '../tokens/issue-order';
import { UserStore } from '../users/user.store';
import { FirstPartyTokens } from './first-party-tokens';
import type { AuthenticatedPerson } from './password-authenticator';
import { SignInLimits } from './sign-in-limits';
import { SignOut } from './sign-out';

/** Tokens, and the session they belong to. */
export interface SignedIn {
  readonly tokens: TokenResponse;
  readonly sessionId: string;
}

/** Begins the sessions of the first-party API. */
@Injectable()
export class SignIn {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserStore,
    private readonly firstParty: FirstPartyTokens,
    private readonly signOut: SignOut,
    private readonly limits: SignInLimits,
  ) {}

  /**
   * @throws {Problem} invalid_credentials when the person was disabled, or their password changed, since it was checked
   * @throws {Problem} rate_limited when they begin sessions without end
   */
  async signIn({ user: { id }, checkedHash }: AuthenticatedPerson, origin: RequestOrigin): Promise<SignedIn> {
    await this.limits.session(id, origin);
    return this.unitOfWork.run(async (transaction) => {
      const user = await this.users.noteSignIn(transaction, id, checkedHash);
      if (user === null) throw new Problem('invalid_credentials');
      const { tokens, session } = await this.firstParty.begin(transaction, user, origin);
      await this.signOut.endSurplus(transaction, { id: session.id, user_id: id }, origin);
      return { tokens, sessionId: session.id };
    });
  }
}
