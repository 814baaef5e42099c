import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { statementPieces } from '../database/batch';
import type { Transaction } from '../database/transaction';
import { RevocationIndex } from './revocation-index';
import type { RevocationKind } from './revocation.entity';
import { TokenFamilies } from './token-families';

/** How many notes one statement adds at the most. */
const MOST_AT_ONCE = 512;

/** Takes tokens back: refresh tokens at once, access tokens within a second in every process. */
@Injectable()
export class TokenRevoker {
  constructor(
    private readonly families: TokenFamilies,
    private readonly index: RevocationIndex,
    private readonly clock: Clock,
  ) {}

  /** Takes back one access token. */
  async revokeAccessToken(transaction: Transaction, jti: string): Promise<void> {
    await this.note(transaction, 'token', [jti]);
  }

  /**
   * Takes back a family: its refresh token and the access tokens given with it (RFC 9700 §4.14.2).
   * @returns false where it had been taken back before, by whoever has made the note of it
   */
  async revokeFamily(transaction: Transaction, familyId: string, reason: string): Promise<boolean> {
    const revoked = await this.families.revoke(transaction, { familyId }, reason);
    if (revoked.length === 0) return false;
    await this.note(transaction, 'family', [familyId]);
    return true;
  }

  /** Takes back everything that was given in these sessions. */
  async revokeSessions(transaction: Transaction, sessionIds: readonly string[], reason: string): Promise<void> {
    await this.families.revoke(transaction, { sessionIds }, reason);
    await this.note(transaction, 'session', sessionIds);
  }

  /** Takes back every access token of a person that was signed before now. */
  async revokeUser(transaction: Transaction, userId: string): Promise<void> {
    await this.note(transaction, 'user', [userId]);
  }

  /**
   * Takes back what a client was given: by one person, or (`userId` null) all of it, whoever gave it.
   * @param reason for the row of each family
   */
  async revokeClient(transaction: Transaction, clientId: string, userId: string | null, reason: string): Promise<void> {
    const families = await this.families.revokeOfClient(transaction, clientId, userId, reason);
    if (userId === null) await this.note(transaction, 'client', [clientId]);
    else await this.note(transaction, 'family', families);
  }

  /** Many at once: whoever signs in thousands of times must not make it impossible to end what they began. */
  private async note(transaction: Transaction, kind: RevocationKind, subjects: readonly string[]): Promise<void> {
    const [revokedAt, expiresAt] = [this.clock.now(), this.index.expiry()];
    for (const piece of statementPieces(subjects, MOST_AT_ONCE)) {
      const rows = piece.map(() => '(?, ?, ?, ?)').join(', ');
      await transaction.change(
        `INSERT INTO revocations (kind, subject, revoked_at, expires_at) VALUES ${rows}`,
        piece.flatMap((subject) => [kind, subject, revokedAt, expiresAt]),
      );
    }
    transaction.afterCommit(() => {
      for (const subject of subjects) {
        this.index.add({ kind, subject, revoked_at: revokedAt, expires_at: expiresAt });
      }
    });
  }
}
