import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { asDatabaseError, DatabaseUnavailable, isAnswerMissing } from '../database-unavailable';
import { LONGEST_WORK, runAfterCommit, type Transaction, withinTime } from '../transaction';
import { UnitOfWork } from '../unit-of-work';
import { control, isOutdatedPlan } from './placeholders';
import { PostgresTransaction } from './postgres-transaction';

/** How often a work is run again after a deadlock (40P01), a serialization failure (40001) or an outdated plan. */
const ATTEMPTS = 4;

/** A pooled transaction for each work, at READ COMMITTED: one-time values are consumed by conditional updates, which wait for row locks. */
export class PostgresUnitOfWork extends UnitOfWork {
  private readonly running = new Set<Promise<unknown>>();
  private readonly pool: Pool;
  private closed = false;

  /** @param longestWork milliseconds after which a work is rolled back */
  constructor(
    private readonly dataSource: DataSource,
    private readonly longestWork = LONGEST_WORK,
  ) {
    super();
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  async run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    if (this.closed) throw new DatabaseUnavailable('closed');
    const attempt = this.withRetries(work);
    this.running.add(attempt);
    try {
      return await attempt;
    } catch (error) {
      throw asDatabaseError(error);
    } finally {
      this.running.delete(attempt);
    }
  }

  /** Waits for the works under way and takes no more. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.running);
  }

  private async withRetries<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!(isConflict(error) || isOutdatedPlan(error)) || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  private async attempt<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    client.on('error', ignore); // a connection that is lost between two statements is told by the next statement
    const transaction = new PostgresTransaction(this.dataSource, client);
    let reusable = true;
    try {
      const result = await withinTime(work(transaction), this.longestWork);
      transaction.end();
      await transaction.commit();
      runAfterCommit(transaction.callbacks);
      return result;
    } catch (error) {
      transaction.end();
      // What has no connection any more is rolled back by the server.
      if (isAnswerMissing(error)) reusable = false;
      else if (transaction.hasBegun) await client.query(control('ROLLBACK')).catch(() => (reusable = false));
      throw error;
    } finally {
      client.release(!reusable);
      client.off('error', ignore);
    }
  }
}

function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown; driverError?: { code?: unknown } } | null)?.code;
  return code === '40P01' || code === '40001';
}

function ignore(): void {}
