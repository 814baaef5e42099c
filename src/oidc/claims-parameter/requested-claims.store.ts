import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../config/clock';
import { Reader } from '../../database/reader';
import { Sweeper } from '../../database/sweeper';
import type { Transaction } from '../../database/transaction';
import type { GrantedClaims } from './granted-claims';
import type { RequestedClaimsRow } from './requested-claims.entity';

/** Of how many lineages this node remembers what was asked for with them, or that nothing was. */
const REMEMBERED = 20_000;

type Found = { readonly clientId: string; readonly claims: GrantedClaims } | 'nothing';

/** Keeps which claims clients were granted one by one, for as long as they have tokens that came of that. */
@Injectable()
export class RequestedClaimsStore {
  private readonly remembered = new LRUCache<string, Found>({ max: REMEMBERED });

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'requested_claims', primaryKey: 'lineage' });
  }

  /**
   * Keeps what was granted, before the first token of that lineage leaves: from then on it never changes.
   * @param lifetime how long the last of the tokens is good, in seconds
   */
  async keep(
    transaction: Transaction,
    lineage: string,
    clientId: string,
    claims: GrantedClaims,
    lifetime: number,
  ): Promise<void> {
    await transaction.change(
      `INSERT INTO requested_claims (lineage, client_id, claims, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (lineage) DO UPDATE SET expires_at = excluded.expires_at`,
      [lineage, clientId, JSON.stringify(claims), this.clock.now() + lifetime * 1_000],
    );
  }

  /**
   * What a client was granted with the tokens of a lineage; null for nothing. What came of those tokens for another client by exchange is of their
   * lineage, and tells it nothing.
   */
  async find(lineage: string, clientId: string, source?: Pick<Transaction, 'query'>): Promise<GrantedClaims | null> {
    const found = this.remembered.get(lineage) ?? (await this.read(lineage, source));
    return found === 'nothing' || found.clientId !== clientId ? null : found.claims;
  }

  private async read(lineage: string, source: Pick<Transaction, 'query'> = this.reader): Promise<Found> {
    const sql = 'SELECT client_id, claims FROM requested_claims WHERE lineage = ?';
    const [row] = await source.query<Pick<RequestedClaimsRow, 'client_id' | 'claims'>>(sql, [lineage]);
    const found =
      row === undefined ? 'nothing' : { clientId: row.client_id, claims: JSON.parse(row.claims) as GrantedClaims };
    this.remembered.set(lineage, found);
    return found;
  }
}
