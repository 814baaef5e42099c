import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import type { Transaction } from '../database/transaction';
import type { AuditEvent } from './audit-event';

/** Writes security events in the same unit of work as their cause: neither can be there without the other. */
@Injectable()
export class AuditLog {
  constructor(private readonly clock: Clock) {}

  /** Adds an event to the transaction. */
  async record(transaction: Transaction, event: AuditEvent): Promise<void> {
    await transaction.change(
      `INSERT INTO audit_events (type, outcome, occurred_at, user_id, client_id, session_id, address, request_id, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        event.type,
        event.outcome,
        this.clock.now(),
        event.userId ?? null,
        event.clientId ?? null,
        event.sessionId ?? null,
        event.origin?.address ?? null,
        event.origin?.requestId ?? null,
        detailOf(event),
      ],
    );
  }
}

function detailOf({ detail, origin }: AuditEvent): string | null {
  const by = origin?.by;
  if (by !== undefined) return JSON.stringify({ ...detail, by });
  return detail === undefined ? null : JSON.stringify(detail);
}
