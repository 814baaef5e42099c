import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import type { Transaction } from '../../database/transaction';
import { TokenRevoker } from '../../tokens/token-revoker';
import type { TokenRequest } from './token-request';

/** A code that was good for one use and has had it. */
export interface UsedCode {
  /** What all tokens that came of it are known by. */
  readonly lineage: string;
  readonly session_id: string | null;
}

/** What follows when a code is presented once more that was redeemed before. */
@Injectable()
export class ReplayedCodes {
  constructor(
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** RFC 6749 §4.1.2: whatever came of a code that is used twice is taken back: one of the two who had it is a thief. */
  async takeBack(
    transaction: Transaction,
    { lineage, session_id: sessionId }: UsedCode,
    { client, origin }: TokenRequest,
  ): Promise<void> {
    await this.revoker.revokeLineage(transaction, lineage, 'code replayed');
    const detail = { family: lineage };
    await this.audit.record(transaction, {
      type: 'code.replayed',
      outcome: 'failure',
      clientId: client.id,
      sessionId,
      origin,
      detail,
    });
  }
}
