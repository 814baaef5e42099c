import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import type { Session } from '../sessions/session.entity';
import { SessionManager } from '../sessions/session-manager';
import { TokenRevoker } from '../tokens/token-revoker';

/** Ends the sessions of people, and with them the tokens that were given in them. */
@Injectable()
export class SignOut {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionManager,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** Ends one session: its refresh tokens and its access tokens end with it. */
  async signOut(userId: string, sessionId: string, origin: RequestOrigin): Promise<void> {
    await this.unitOfWork.run((transaction) => this.endIn(transaction, userId, sessionId, origin));
  }

  /** The same inside a unit of work. */
  async endIn(transaction: Transaction, userId: string, sessionId: string, origin: RequestOrigin): Promise<void> {
    if (!(await this.sessions.end(transaction, sessionId))) return;
    await this.revoker.revokeSessions(transaction, [sessionId], 'signed out');
    await this.audit.record(transaction, { type: 'session.ended', outcome: 'success', userId, sessionId, origin });
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

  /** For whoever begins sessions again and again without ever ending one: the newest go on, this one among them. */
  async endSurplus(
    transaction: Transaction,
    { id, user_id: userId }: Pick<Session, 'id' | 'user_id'>,
    origin: RequestOrigin,
  ): Promise<void> {
    const ended = await this.sessions.endSurplus(transaction, userId, id);
    if (ended.length === 0) return;
    await this.revoker.revokeSessions(transaction, ended, 'too many sessions');
    const detail = { count: ended.length, reason: 'too many sessions' };
    await this.audit.record(transaction, { type: 'sessions.ended', outcome: 'success', userId, origin, detail });
  }
}
