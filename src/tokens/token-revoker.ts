import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { statementPieces } from '../database/batch';
import type { Transaction } from '../database/transaction';
import { consentSubject, RevocationIndex } from './revocation-index';
import type { RevocationKind } from './revocation.entity';
import { TokenFamilies } from './token-families';

/** How many notes one statement adds at the most. */
const MOST_AT_ONCE = 512;

/** What is taken back: what one client has of one person, of anybody, or what any client has of one person beyond every session. */
export type Withdrawn =
  { readonly clientId: string; readonly userId: string | null } | { readonly clientId: null; readonly userId: string };

/** What ends before the tokens: what is on its way to become one. */
export type WithdrawalStep = (transaction: Transaction, withdrawn: Withdrawn) => Promise<void>;

/** Takes tokens back: refresh tokens at once, access tokens within a second in every process. */
@Injectable()
export class TokenRevoker {
  private readonly steps: WithdrawalStep[] = [];

  constructor(
    private readonly families: TokenFamilies,
    private readonly index: RevocationIndex,
    private readonly clock: Clock,
  ) {}

  /** Adds what has to end, too, when what a client has is taken back; of what ends with a session the session's end takes care. */
  whenWithdrawn(step: WithdrawalStep): void {
    this.steps.push(step);
  }

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

  /** Takes back what came of one grant, whether a refresh token was among it or not. */
  async revokeLineage(transaction: Transaction, lineage: string, reason: string): Promise<void> {
    await this.families.revoke(transaction, { familyId: lineage }, reason);
    await this.note(transaction, 'family', [lineage]);
  }

  /** Takes back what came of grants without refresh tokens, many at once. */
  async revokeLineages(transaction: Transaction, lineages: readonly string[]): Promise<void> {
    await this.note(transaction, 'family', lineages);
  }

  /** Takes back everything that was given in these sessions. */
  async revokeSessions(transaction: Transaction, sessionIds: readonly string[], reason: string): Promise<void> {
    await this.families.revoke(transaction, { sessionIds }, reason);
    await this.note(transaction, 'session', sessionIds);
  }

  /** Takes back what a person has let applications keep beyond every session (`offline_access`). */
  async revokeOffline(transaction: Transaction, userId: string, reason: string): Promise<void> {
    await this.endPending(transaction, { clientId: null, userId });
    await this.note(transaction, 'family', await this.families.revokeOffline(transaction, userId, reason));
  }

  /** Takes back every access token of a person that was signed before now. */
  async revokeUser(transaction: Transaction, userId: string): Promise<void> {
    await this.note(transaction, 'user', [userId]);
  }

  /** Takes back all that a client was given, whoever gave it. @param reason for the row of each family */
  async revokeClient(transaction: Transaction, clientId: string, reason: string): Promise<void> {
    await this.endPending(transaction, { clientId, userId: null });
    await this.families.revokeOfClient(transaction, clientId, null, reason);
    await this.note(transaction, 'client', [clientId]);
  }

  /**
   * Takes back what one person has let a client have.
   * @param reason for the row of each family
   * @returns how many families there were
   */
  async revokeClientOf(transaction: Transaction, clientId: string, userId: string, reason: string): Promise<number> {
    await this.endPending(transaction, { clientId, userId });
    const families = await this.families.revokeOfClient(transaction, clientId, userId, reason);
    await this.note(transaction, 'consent', [consentSubject(userId, clientId)]);
    return families.length;
  }

  /** Before the families: whoever redeems at this moment holds the row of what they redeem until their family is there to be taken back. */
  private async endPending(transaction: Transaction, withdrawn: Withdrawn): Promise<void> {
    for (const step of this.steps) await step(transaction, withdrawn);
  }

  /** Many at once: whoever signs in thousands of times must not make it impossible to end what they began. */
  private async note(transaction: Transaction, kind: RevocationKind, subjects: readonly string[]): Promise<void> {
    const [revokedAt, expiresAt] = [this.clock.now(), this.index.expiry()];
    for (const piece of statementPieces(subjects, MOST_AT_ONCE)) {
      const rows = piece.map(() => '(?, ?, ?, ?)').join(', ');
      transaction.write(
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
