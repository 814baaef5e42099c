import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../config/clock';
import { statementPieces } from '../../database/batch';
import { Reader } from '../../database/reader';
import { Sweeper } from '../../database/sweeper';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import type { LogoutNotice } from './logout-notice.entity';

/** How long after each attempt the next may begin, in seconds; after the last there is none. Each is longer than an attempt can take. */
const PAUSES = [15, 60, 300, 1_800, 7_200, 60] as const;

/** After how long a notice is looked at again for which it was not its turn, in milliseconds: late enough that others come before it meanwhile. */
const LATER = 3_000;

/** After how long nobody is told any more, in milliseconds. */
const KEPT_FOR = 86_400_000;

/** How many sessions one statement takes at the most. */
const MOST_AT_ONCE = 512;

/** Keeps what clients have yet to be told. */
@Injectable()
export class LogoutNotices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    sweeper: Sweeper,
  ) {
    // The notices of a session expire together.
    sweeper.register({ table: 'logout_notices', primaryKey: 'session_id' });
  }

  /** Has the clients of sessions be told that these have ended. */
  add(transaction: Transaction, sessionIds: readonly string[]): void {
    const now = this.clock.now();
    for (const piece of statementPieces(sessionIds, MOST_AT_ONCE)) {
      transaction.write(
        `INSERT INTO logout_notices (session_id, client_id, user_id, attempts, due_at, expires_at)
         SELECT sessions.id, session_clients.client_id, sessions.user_id, 0, ?, ? FROM session_clients JOIN sessions ON sessions.id = session_clients.session_id
         WHERE sessions.id IN (${piece.map(() => '?').join(', ')}) ON CONFLICT (session_id, client_id) DO NOTHING`,
        [now, now + KEPT_FOR, ...piece],
      );
    }
  }

  /** Those that are to be told now, the oldest first. */
  due(most: number): Promise<LogoutNotice[]> {
    return this.reader.query<LogoutNotice>(
      `SELECT * FROM logout_notices WHERE due_at <= ? AND attempts < ${PAUSES.length} ORDER BY due_at LIMIT ?`,
      [this.clock.now(), most],
    );
  }

  /** Takes a notice for an attempt: nobody else does until that has long ended. @returns false where another node was first */
  async claim({ session_id, client_id, attempts }: LogoutNotice): Promise<boolean> {
    const dueAt = this.clock.now() + PAUSES[attempts]! * 1_000;
    const sql =
      'UPDATE logout_notices SET attempts = attempts + 1, due_at = ? WHERE session_id = ? AND client_id = ? AND attempts = ?';
    const changed = await this.unitOfWork.run((transaction) =>
      transaction.change(sql, [dueAt, session_id, client_id, attempts]),
    );
    return changed === 1;
  }

  /** Gives a claimed notice back with which nothing was tried. */
  async postpone({ session_id, client_id, attempts }: LogoutNotice): Promise<void> {
    const sql =
      'UPDATE logout_notices SET attempts = ?, due_at = ? WHERE session_id = ? AND client_id = ? AND attempts = ?';
    const values = [attempts, this.clock.now() + LATER, session_id, client_id, attempts + 1];
    await this.unitOfWork.run((transaction) => transaction.change(sql, values));
  }

  /** Whether a notice that was claimed now is not to be tried again. */
  isLastAttempt({ attempts }: LogoutNotice): boolean {
    return attempts + 1 === PAUSES.length;
  }

  /** Forgets a notice whose client knows. */
  async forget(notice: LogoutNotice): Promise<void> {
    await this.unitOfWork.run((transaction) => this.remove(transaction, notice));
  }

  /** Forgets a notice whose client will never know. @param reason a constant word, for the audit log */
  async giveUp(notice: LogoutNotice, reason: string): Promise<void> {
    await this.unitOfWork.run(async (transaction) => {
      await this.remove(transaction, notice);
      await this.audit.record(transaction, {
        type: 'client.logout-undelivered',
        outcome: 'failure',
        userId: notice.user_id,
        clientId: notice.client_id,
        sessionId: notice.session_id,
        detail: { reason },
      });
    });
  }

  private async remove(transaction: Transaction, { session_id, client_id }: LogoutNotice): Promise<void> {
    const sql = 'DELETE FROM logout_notices WHERE session_id = ? AND client_id = ?';
    await transaction.change(sql, [session_id, client_id]);
  }
}
