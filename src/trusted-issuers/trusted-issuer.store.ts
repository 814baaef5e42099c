import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { ChangeFeed } from '../database/change-feed';
import { Copies } from '../database/copies';
import { Reader } from '../database/reader';
import type { Transaction } from '../database/transaction';
import { type TrustedIssuer, trustedIssuerOf, type TrustedIssuerProperties } from './trusted-issuer';
import type { TrustedIssuerRow } from './trusted-issuer.entity';

const TOPIC = 'trusted-issuers';

/** How many copies are kept: whoever presents assertions of issuers that there are not takes no more room than that. */
const CAPACITY = 1_000;

/** The issuers that are trusted; copies are kept in memory and forgotten within a second of a change on any node. */
@Injectable()
export class TrustedIssuerStore {
  private readonly copies: Copies<TrustedIssuer>;

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {
    this.copies = new Copies(feed, TOPIC, (issuer) => this.read(issuer), CAPACITY);
  }

  /** The issuer of that name, to the letter; a promise only where the database has to be asked. */
  find(issuer: string): TrustedIssuer | null | Promise<TrustedIssuer | null> {
    return this.copies.find(issuer);
  }

  /** The issuer of that name as it is now, inside a unit of work. */
  async read(issuer: string, source: Pick<Transaction, 'query'> = this.reader): Promise<TrustedIssuer | null> {
    const [row] = await source.query<TrustedIssuerRow>('SELECT * FROM trusted_issuers WHERE issuer = ?', [issuer]);
    return row === undefined ? null : trustedIssuerOf(row);
  }

  /** All of them by name, in the same order on every database. */
  async list(): Promise<TrustedIssuer[]> {
    const rows = await this.reader.query<TrustedIssuerRow>('SELECT * FROM trusted_issuers');
    return rows.map(trustedIssuerOf).sort((one, other) => (one.issuer < other.issuer ? -1 : 1));
  }

  /** Adds an issuer. @returns false where there is one of that name already */
  async add(transaction: Transaction, issuer: string, properties: TrustedIssuerProperties): Promise<boolean> {
    const now = this.clock.now();
    const added = await transaction.change(
      `INSERT INTO trusted_issuers (issuer, properties, revision, created_at, updated_at) VALUES (?, ?, 1, ?, ?)
       ON CONFLICT (issuer) DO NOTHING`,
      [issuer, JSON.stringify(properties), now, now],
    );
    return this.told(transaction, issuer, added);
  }

  /**
   * Replaces what an issuer is trusted with.
   * @param revision the one that the change was made from
   * @returns false where it is gone, or somebody has changed it meanwhile
   */
  async change(
    transaction: Transaction,
    issuer: string,
    properties: TrustedIssuerProperties,
    revision: number,
  ): Promise<boolean> {
    const changed = await transaction.change(
      'UPDATE trusted_issuers SET properties = ?, revision = revision + 1, updated_at = ? WHERE issuer = ? AND revision = ?',
      [JSON.stringify(properties), this.clock.now(), issuer, revision],
    );
    return this.told(transaction, issuer, changed);
  }

  /**
   * Takes hold of an issuer that is to be removed: until this unit of work ends nobody else changes it.
   * @param revision the one that this was decided upon
   * @returns false where it is gone, or somebody has changed it meanwhile
   */
  async hold(transaction: Transaction, issuer: string, revision: number): Promise<boolean> {
    const sql = 'UPDATE trusted_issuers SET revision = revision + 1 WHERE issuer = ? AND revision = ?';
    return (await transaction.change(sql, [issuer, revision])) === 1;
  }

  /** Deletes an issuer and its links. @returns false where there is none */
  async remove(transaction: Transaction, issuer: string): Promise<boolean> {
    const removed = await transaction.change('DELETE FROM trusted_issuers WHERE issuer = ?', [issuer]);
    return this.told(transaction, issuer, removed);
  }

  private async told(transaction: Transaction, issuer: string, rows: number): Promise<boolean> {
    if (rows === 1) await this.feed.publish(transaction, TOPIC, issuer);
    return rows === 1;
  }
}
