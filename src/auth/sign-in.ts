import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { SessionManager } from '../sessions/session-manager';
import type { TokenResponse } from '../tokens/token-issuer';
import { TokenRevoker } from '../tokens/token-revoker';
import { UserStore } from '../users/user-store';
import { FirstPartyTokens } from './first-party-tokens';
import type { AuthenticatedPerson } from './password-authenticator';

/** Tokens, and the session they belong to. */
export interface SignedIn {
  readonly tokens: TokenResponse;
  readonly sessionId: string;
}

/** Begins and ends the sessions of the first-party API. */
@Injectable()
export class SignIn {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserStore,
    private readonly sessions: SessionManager,
    private readonly firstParty: FirstPartyTokens,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** @throws {Problem} invalid_credentials when the person was disabled, or their password changed, since it was checked */
  signIn({ user: { id }, checkedHash }: AuthenticatedPerson, origin: RequestOrigin): Promise<SignedIn> {
    return this.unitOfWork.run(async (transaction) => {
      const user = await this.users.noteSignIn(transaction, id, checkedHash);
      if (user === null) throw new Problem('invalid_credentials');
      const { tokens, session } = await this.firstParty.begin(transaction, user, origin);
      return { tokens, sessionId: session.id };
    });
  }

  /** Ends one session: its refresh tokens and its access tokens end with it. */
  async signOut(userId: string, sessionId: string, origin: RequestOrigin): Promise<void> {
    await this.unitOfWork.run(async (transaction) => {
      if (!(await this.sessions.end(transaction, sessionId))) return;
      await this.revoker.revokeSessions(transaction, [sessionId], 'signed out');
      await this.audit.record(transaction, { type: 'session.ended', outcome: 'success', userId, sessionId, origin });
    });
  }

  /** Ends all of a person's sessions. */
  async signOutEverywhere(userId: string, origin: RequestOrigin): Promise<void> {
    await this.unitOfWork.run(async (transaction) => {
      const ended = await this.sessions.endAll(transaction, userId);
      await this.revoker.revokeSessions(transaction, ended, 'signed out everywhere');
      await this.revoker.revokeUser(transaction, userId);
      const detail = { count: ended.length };
      await this.audit.record(transaction, { type: 'sessions.ended', outcome: 'success', userId, origin, detail });
    });
  }
}
