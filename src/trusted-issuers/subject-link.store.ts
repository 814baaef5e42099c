import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { randomId } from '../crypto/random-id';
import { Reader } from '../database/reader';
import type { Transaction } from '../database/transaction';
import type { SubjectLink } from './subject-link.entity';

/** Where a list goes on: after the link of this instant and lineage, in descending order. */
export interface LinkPosition {
  readonly at: number;
  readonly id: string;
}

/** Knows whom trusted issuers mean by their subjects. */
@Injectable()
export class SubjectLinkStore {
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
  ) {}

  /** The link of a subject; null where nobody has said who that is. */
  async find(source: Pick<Transaction, 'query'>, issuer: string, subject: string): Promise<SubjectLink | null> {
    const sql = 'SELECT * FROM subject_links WHERE issuer = ? AND subject = ?';
    return (await source.query<SubjectLink>(sql, [issuer, subject]))[0] ?? null;
  }

  /** Links of an issuer, newest first, with one more than the limit. */
  async list(issuer: string, limit: number, after: LinkPosition | null): Promise<SubjectLink[]> {
    const place = after === null ? '' : 'AND (created_at, lineage) < (?, ?)';
    return this.reader.query<SubjectLink>(
      `SELECT * FROM subject_links WHERE issuer = ? ${place} ORDER BY created_at DESC, lineage DESC LIMIT ?`,
      [issuer, ...(after === null ? [] : [after.at, after.id]), limit + 1],
    );
  }

  /** All links of an issuer by subject, in the same order on every database. */
  async all(issuer: string): Promise<SubjectLink[]> {
    const links = await this.reader.query<SubjectLink>('SELECT * FROM subject_links WHERE issuer = ?', [issuer]);
    return links.sort((one, other) => (one.subject < other.subject ? -1 : 1));
  }

  /** Says who a subject is. @returns the link; null where that was said already, or there is no such issuer or person */
  async add(transaction: Transaction, issuer: string, subject: string, userId: string): Promise<SubjectLink | null> {
    const added = await transaction.query<SubjectLink>(
      `INSERT INTO subject_links (issuer, subject, user_id, lineage, created_at)
       SELECT trusted_issuers.issuer, ?, users.id, ?, CAST(? AS BIGINT) FROM trusted_issuers, users WHERE trusted_issuers.issuer = ? AND users.id = ?
       ON CONFLICT (issuer, subject) DO NOTHING RETURNING *`,
      [subject, randomId(), this.clock.now(), issuer, userId],
    );
    return added[0] ?? null;
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
