import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { asDatabaseError, DatabaseUnavailable } from '../database-unavailable';
import type { SqlValue } from '../sql-value';
import { runAfterCommit, type Transaction, TransactionEnded } from '../transaction';
import { UnitOfWork } from '../unit-of-work';
import { postgresStatement } from './placeholders';

/** How often a work is run again after a deadlock (40P01) or a serialization failure (40001). */
const ATTEMPTS = 4;

/** A pooled transaction for each work, at READ COMMITTED: one-time values are consumed by conditional updates, which wait for row locks. */
export class PostgresUnitOfWork extends UnitOfWork {
  private readonly running = new Set<Promise<unknown>>();
  private closed = false;

  constructor(private readonly dataSource: DataSource) {
    super();
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
        if (attempt >= ATTEMPTS || !isConflict(error)) throw error;
      }
    }
  }

  private async attempt<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    let transaction: PostgresTransaction | undefined;
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      transaction = new PostgresTransaction(runner, client);
      const result = await work(transaction);
      transaction.end();
      await runner.commitTransaction();
      runAfterCommit(transaction.callbacks);
      return result;
    } catch (error) {
      transaction?.end();
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined); // the connection may be gone
      throw error;
    } finally {
      await runner.release();
    }
  }
}

class PostgresTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  private ended = false;

  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {}

  get manager(): EntityManager {
    this.assertOpen();
    return this.runner.manager;
  }

  async query<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    this.assertOpen();
    return (await this.client.query({ ...postgresStatement(sql), values: [...parameters] })).rows as Row[];
  }

  async change(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    this.assertOpen();
    return (await this.client.query({ ...postgresStatement(sql), values: [...parameters] })).rowCount ?? 0;
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  async lock(name: string): Promise<void> {
    await this.query('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [name]);
  }

  end(): void {
    this.ended = true;
  }

  private assertOpen(): void {
    if (this.ended) throw new TransactionEnded();
  }
}

function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown; driverError?: { code?: unknown } } | null)?.code;
  return code === '40P01' || code === '40001';
}
