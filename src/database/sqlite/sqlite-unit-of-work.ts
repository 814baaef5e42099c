import type { EntityManager } from 'typeorm';
import { asDatabaseError, DatabaseUnavailable, isUnavailable } from '../database-unavailable';
import type { SqlValue } from '../sql-value';
import { LONGEST_WORK, runAfterCommit, type Transaction, TransactionEnded, withinTime } from '../transaction';
import { UnitOfWork } from '../unit-of-work';
import type { SqliteWriter } from './sqlite-writer';

/** How many works are committed together at the most, so that the first of them does not wait for ever. */
const LARGEST_GROUP = 128;

interface QueuedWork {
  readonly work: (transaction: Transaction) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface DoneWork {
  readonly queued: QueuedWork;
  readonly result: unknown;
  readonly afterCommit: readonly (() => void)[];
}

/**
 * Group commit: the works of one event-loop turn run one after the other in one `BEGIN IMMEDIATE … COMMIT`, a savepoint around each.
 *
 * TypeORM shares one connection on SQLite, where overlapping transactions lose each other's rows; here no two works ever overlap. One
 * commit for many works is also what makes `synchronous=FULL` fast: the disk is waited for once a group.
 */
export class SqliteUnitOfWork extends UnitOfWork {
  private readonly queue: QueuedWork[] = [];
  private draining: Promise<void> | null = null;
  private closed = false;

  /** @param longestWork milliseconds after which a work is rolled back */
  constructor(
    private readonly writer: SqliteWriter,
    private readonly longestWork = LONGEST_WORK,
  ) {
    super();
  }

  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.closed) return reject(new DatabaseUnavailable('closed'));
      this.queue.push({ work, resolve: resolve as (result: unknown) => void, reject });
      this.draining ??= this.drain();
    });
  }

  /** Finishes what is queued and takes no more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.draining;
  }

  private async drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) await this.commitTogether(this.queue.splice(0, LARGEST_GROUP));
    this.draining = null;
  }

  private async commitTogether(group: readonly QueuedWork[]): Promise<void> {
    const done: DoneWork[] = [];
    try {
      await this.writer.run('BEGIN IMMEDIATE');
      for (const queued of group) {
        const outcome = await this.perform(queued, group.length > 1);
        if (outcome !== null) done.push(outcome);
      }
      await this.writer.run(done.length === 0 ? 'ROLLBACK' : 'COMMIT');
    } catch (error) {
      await this.writer.run('ROLLBACK').catch(() => undefined); // SQLite may have rolled back by itself (disk full, I/O error)
      for (const queued of group) queued.reject(asDatabaseError(error)); // rejecting twice does nothing
      return;
    }
    for (const { queued, result, afterCommit } of done) {
      runAfterCommit(afterCommit);
      queued.resolve(result);
    }
  }

  /** Runs one work; its failure undoes its own changes and is told at once. */
  private async perform(queued: QueuedWork, hasCompany: boolean): Promise<DoneWork | null> {
    if (hasCompany) await this.writer.run('SAVEPOINT work');
    const transaction = new SqliteTransaction(this.writer);
    try {
      const result = await withinTime(queued.work(transaction), this.longestWork);
      transaction.end();
      if (hasCompany) await this.writer.run('RELEASE work');
      return { queued, result, afterCommit: transaction.callbacks };
    } catch (error) {
      transaction.end();
      if (hasCompany) {
        await this.writer.run('ROLLBACK TO work');
        await this.writer.run('RELEASE work');
      }
      queued.reject(asDatabaseError(error));
      return null;
    }
  }
}

class SqliteTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  private entityManager: EntityManager | undefined;
  private ended = false;

  constructor(private readonly writer: SqliteWriter) {}

  get manager(): EntityManager {
    this.assertOpen();
    return (this.entityManager ??= this.writer.queryRunner(() => this.assertOpen()).manager);
  }

  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    return this.statement(() => this.writer.all<Row>(sql, parameters));
  }

  change(sql: string, parameters?: readonly SqlValue[]): Promise<number> {
    return this.statement(() => this.writer.run(sql, parameters));
  }

  afterCommit(callback: () => void): void {
    this.assertOpen();
    this.callbacks.push(callback);
  }

  /** `BEGIN IMMEDIATE` already keeps every other writer out, other processes included. */
  async lock(): Promise<void> {
    this.assertOpen();
  }

  end(): void {
    this.ended = true;
  }

  /** After a full disk or the like SQLite may have rolled everything back, and a further statement would commit by itself. */
  private async statement<Result>(run: () => Promise<Result>): Promise<Result> {
    this.assertOpen();
    try {
      return await run();
    } catch (error) {
      if (isUnavailable(error)) this.end();
      throw error;
    }
  }

  private assertOpen(): void {
    if (this.ended) throw new TransactionEnded();
  }
}
