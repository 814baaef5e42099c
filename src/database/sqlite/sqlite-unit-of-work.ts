import type { DataSource, EntityManager } from 'typeorm';
import { asDatabaseError, DatabaseUnavailable } from '../database-unavailable';
import type { SqlValue } from '../sql-value';
import { runAfterCommit, type Transaction, TransactionEnded, WorkTooLong } from '../transaction';
import { UnitOfWork } from '../unit-of-work';
import type { SqliteStatements } from './sqlite-statements';

/** How long one work may hold the only writing connection, in milliseconds. */
const LONGEST_WORK = 5_000;

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

/** TypeORM's view of the connection, told of the transaction that this class began itself. */
interface RunnerState {
  isTransactionActive: boolean;
  transactionDepth: number;
}

/**
 * Group commit: the works of one event-loop turn run one after the other in one `BEGIN IMMEDIATE … COMMIT`, a savepoint around each.
 *
 * TypeORM shares one connection on SQLite, where overlapping transactions lose each other's rows; here no two works ever overlap. One
 * commit for many works is also what makes `synchronous=FULL` fast: the disk is waited for once a group.
 */
export class SqliteUnitOfWork extends UnitOfWork {
  private readonly queue: QueuedWork[] = [];
  private readonly manager: EntityManager;
  private readonly runner: RunnerState;
  private draining: Promise<void> | null = null;
  private closed = false;

  constructor(
    dataSource: DataSource,
    private readonly statements: SqliteStatements,
    private readonly longestWork = LONGEST_WORK,
  ) {
    super();
    const runner = dataSource.createQueryRunner();
    this.manager = runner.manager;
    this.runner = runner as unknown as RunnerState;
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
      await this.statements.run('BEGIN IMMEDIATE');
      this.runner.isTransactionActive = true;
      for (const queued of group) {
        const outcome = await this.perform(queued, group.length > 1);
        if (outcome !== null) done.push(outcome);
      }
      await this.statements.run(done.length === 0 ? 'ROLLBACK' : 'COMMIT');
    } catch (error) {
      await this.statements.run('ROLLBACK').catch(() => undefined); // SQLite may have rolled back by itself (disk full, I/O error)
      for (const queued of group) queued.reject(asDatabaseError(error)); // rejecting twice does nothing
      return;
    } finally {
      this.runner.isTransactionActive = false;
      this.runner.transactionDepth = 0;
    }
    for (const { queued, result, afterCommit } of done) {
      runAfterCommit(afterCommit);
      queued.resolve(result);
    }
  }

  /** Runs one work; its failure undoes its own changes and is told at once. */
  private async perform(queued: QueuedWork, hasCompany: boolean): Promise<DoneWork | null> {
    if (hasCompany) await this.statements.run('SAVEPOINT work');
    this.runner.transactionDepth = 1; // a transaction that TypeORM starts inside the work becomes a savepoint
    const transaction = new SqliteTransaction(this.manager, this.statements);
    try {
      const result = await withinTime(queued.work(transaction), this.longestWork);
      transaction.end();
      if (hasCompany) await this.statements.run('RELEASE work');
      return { queued, result, afterCommit: transaction.callbacks };
    } catch (error) {
      transaction.end();
      if (hasCompany) {
        await this.statements.run('ROLLBACK TO work');
        await this.statements.run('RELEASE work');
      }
      queued.reject(asDatabaseError(error));
      return null;
    }
  }
}

class SqliteTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  private ended = false;

  constructor(
    private readonly entityManager: EntityManager,
    private readonly statements: SqliteStatements,
  ) {}

  get manager(): EntityManager {
    this.assertOpen();
    return this.entityManager;
  }

  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    this.assertOpen();
    return this.statements.all<Row>(sql, parameters);
  }

  change(sql: string, parameters?: readonly SqlValue[]): Promise<number> {
    this.assertOpen();
    return this.statements.run(sql, parameters);
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  /** `BEGIN IMMEDIATE` already keeps every other writer out, other processes included. */
  async lock(): Promise<void> {}

  end(): void {
    this.ended = true;
  }

  private assertOpen(): void {
    if (this.ended) throw new TransactionEnded();
  }
}

async function withinTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new WorkTooLong(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
