import { Injectable } from '@nestjs/common';
import type { AuditEvent, RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import type { Transaction } from '../database/transaction';
import type { FamilyFacts } from '../tokens/token-families';
import { TokenRevoker } from '../tokens/token-revoker';

/** What follows when a refresh token is presented that has been rotated before. */
@Injectable()
export class ReplayedTokens {
  constructor(
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** RFC 9700 §4.14.2: somebody holds a copy, and nobody can tell who is who; this family ends, and no other. */
  async revoke(transaction: Transaction, family: FamilyFacts, origin: RequestOrigin): Promise<void> {
    // Of several replays at once one ends the family, and one is noted.
    if (!(await this.revoker.revokeFamily(transaction, family.id, 'replayed'))) return;
    await this.audit.record(transaction, { type: 'token.replayed', outcome: 'failure', ...this.of(family, origin) });
  }

  /** Within the leeway: an answer was lost, or two tabs asked at once; or a thief was very fast, which the log should know. */
  async noteRetry(transaction: Transaction, family: FamilyFacts, origin: RequestOrigin): Promise<void> {
    await this.audit.record(transaction, {
      type: 'token.refreshed-after-loss',
      outcome: 'success',
      ...this.of(family, origin),
    });
  }

  private of(family: FamilyFacts, origin: RequestOrigin): Omit<AuditEvent, 'type' | 'outcome'> {
    const { id, user_id: userId, client_id: clientId, session_id: sessionId } = family;
    return { userId, clientId, sessionId, origin, detail: { family: id } };
  }
}
