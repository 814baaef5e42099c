import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { sha256 } from '../crypto/digest';
import { randomSecret } from '../crypto/random-id';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { ADMIN_ROLE } from './user.entity';

/** How long a link is good, in milliseconds; the next start makes another. */
const LIFETIME = 60 * 60_000;

/** Nobody is an administrator, not even one who is kept out: their server is set up. */
const NOBODY_RULES = `NOT EXISTS (SELECT 1 FROM users WHERE (' ' || roles || ' ') LIKE '% ${ADMIN_ROLE} %')`;

/** The links for the first administrator. All of them end as soon as there is one, however they came to be it. */
@Injectable()
export class SetUpLinkStore {
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'set_up_links', primaryKey: 'digest' });
  }

  /** Makes a link. @returns its secret, which is kept nowhere */
  async make(transaction: Transaction): Promise<string> {
    const secret = randomSecret().toString('base64url');
    const now = this.clock.now();
    await transaction.change('INSERT INTO set_up_links (digest, created_at, expires_at) VALUES (?, ?, ?)', [
      sha256(secret),
      now,
      now + LIFETIME,
    ]);
    return secret;
  }

  /** Whether nobody has become an administrator yet. */
  async isNeeded(): Promise<boolean> {
    return (await this.reader.query(`SELECT 1 AS needed WHERE ${NOBODY_RULES}`)).length > 0;
  }

  /** Whether a link is good still. */
  async isGood(secret: string): Promise<boolean> {
    const sql = `SELECT 1 AS good FROM set_up_links WHERE digest = ? AND expires_at > ? AND ${NOBODY_RULES}`;
    return (await this.reader.query(sql, [sha256(secret), this.clock.now()])).length > 0;
  }

  /** Uses a link up. @returns false where it was used or has expired, or there is an administrator */
  async use(transaction: Transaction, secret: string): Promise<boolean> {
    // Two links may be used at the same moment: the second finds the administrator whom the first has made.
    await transaction.lock('administrators');
    const sql = `DELETE FROM set_up_links WHERE digest = ? AND expires_at > ? AND ${NOBODY_RULES}`;
    if ((await transaction.change(sql, [sha256(secret), this.clock.now()])) === 0) return false;
    await transaction.change('DELETE FROM set_up_links');
    return true;
  }
}
