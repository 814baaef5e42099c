import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { randomId } from '../crypto/random-id';
import type { Transaction } from '../database/transaction';
import type { SubjectLink } from './subject-link.entity';

/** Knows whom trusted issuers mean by their subjects. */
@Injectable()
export class SubjectLinkStore {
  constructor(private readonly clock: Clock) {}

  /** The link of a subject; null where nobody has said who that is. */
  async find(transaction: Transaction, issuer: string, subject: string): Promise<SubjectLink | null> {
    const sql = 'SELECT * FROM subject_links WHERE issuer = ? AND subject = ?';
    return (await transaction.query<SubjectLink>(sql, [issuer, subject]))[0] ?? null;
  }

  /** Says who a subject is. @returns false where that was said already, or there is no such issuer or person */
  async add(transaction: Transaction, issuer: string, subject: string, userId: string): Promise<boolean> {
    const added = await transaction.change(
      `INSERT INTO subject_links (issuer, subject, user_id, lineage, created_at)
       SELECT trusted_issuers.issuer, ?, users.id, ?, CAST(? AS BIGINT) FROM trusted_issuers, users WHERE trusted_issuers.issuer = ? AND users.id = ?
       ON CONFLICT (issuer, subject) DO NOTHING`,
      [subject, randomId(), this.clock.now(), issuer, userId],
    );
    return added === 1;
  }

  /** Takes that back. @returns the link that was there, or null */
  async remove(transaction: Transaction, issuer: string, subject: string): Promise<SubjectLink | null> {
    const sql = 'DELETE FROM subject_links WHERE issuer = ? AND subject = ? RETURNING *';
    return (await transaction.query<SubjectLink>(sql, [issuer, subject]))[0] ?? null;
  }

  /** Takes back all that was said of an issuer's subjects. @returns the lineages of their tokens */
  async removeAll(transaction: Transaction, issuer: string): Promise<string[]> {
    const sql = 'DELETE FROM subject_links WHERE issuer = ? RETURNING lineage';
    return (await transaction.query<{ lineage: string }>(sql, [issuer])).map(({ lineage }) => lineage);
  }
}
