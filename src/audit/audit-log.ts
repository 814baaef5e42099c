import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import type { AuditEvent } from './audit-event';

const INTO =
  'INSERT INTO audit_events (type, outcome, occurred_at, user_id, client_id, session_id, address, request_id, detail, expires_at)';

/** Writes security events in the same unit of work as their cause: neither can be there without the other. */
@Injectable()
export class AuditLog {
  private readonly retention: number;

  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
    sweeper: Sweeper,
  ) {
    this.retention = settings.auditRetention * 1_000;
    sweeper.register({ table: 'audit_events', primaryKey: 'seq' });
  }

  /** Adds an event to the transaction; it is kept for AUDIT_RETENTION. */
  async record(transaction: Transaction, event: AuditEvent): Promise<void> {
    const now = this.clock.now();
    transaction.append(INTO, [
      event.type,
      event.outcome,
      now,
      event.userId ?? null,
      event.clientId ?? null,
      event.sessionId ?? null,
      event.origin?.address ?? null,
      event.origin?.requestId ?? null,
      detailOf(event),
      now + this.retention,
    ]);
  }
}

function detailOf({ detail, origin }: AuditEvent): string | null {
  const by = origin?.by;
  if (by !== undefined) return JSON.stringify({ ...detail, by });
  return detail === undefined ? null : JSON.stringify(detail);
}
