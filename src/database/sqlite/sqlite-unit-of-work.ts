import type { EntityManager } from 'typeorm';
import { AppendedRows, type FilledStatement, mergedInserts } from '../appended-rows';
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
  readonly succeeded: true;
  readonly queued: QueuedWork;
  readonly result: unknown;
  readonly appended: AppendedRows;
  readonly afterCommit: readonly (() => void)[];
}

interface FailedWork {
  readonly succeeded: false;
  /** Whether it left changes behind that only a rollback of the group can undo. */
  readonly spoilt: boolean;
}

/**
 * Group commit: the works of one event-loop turn run one after the other in one `BEGIN IMMEDIATE … COMMIT`.
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

  /**
   * Runs a group without savepoints, since hardly any work fails after it has changed something: when one does, everything is undone,
   * it is told, and the others run again, with savepoints this time so that this ends.
   */
  private async commitTogether(group: readonly QueuedWork[]): Promise<void> {
    const again = await this.attempt(group, false);
    if (again.length > 0) await this.attempt(again, true);
  }

  /** @returns the works that have to run again */
  private async attempt(group: readonly QueuedWork[], savepoints: boolean): Promise<readonly QueuedWork[]> {
    const done: DoneWork[] = [];
    const failed = new Set<QueuedWork>();
    try {
      await this.writer.run('BEGIN IMMEDIATE');
      for (const queued of group) {
        const outcome = await this.perform(queued, savepoints);
        if (outcome.succeeded) done.push(outcome);
        else failed.add(queued);
        if (!outcome.succeeded && outcome.spoilt) {
          await this.writer.run('ROLLBACK');
          return group.filter((other) => !failed.has(other));
        }
      }
      await this.append(done);
      await this.writer.run(done.length === 0 ? 'ROLLBACK' : 'COMMIT');
    } catch (error) {
      await this.writer.run('ROLLBACK').catch(() => undefined); // SQLite may have rolled back by itself (disk full, I/O error)
      for (const queued of group) queued.reject(asDatabaseError(error)); // rejecting twice does nothing
      return [];
    }
    for (const { queued, result, afterCommit } of done) {
      runAfterCommit(afterCommit);
      queued.resolve(result);
    }
    return [];
  }

  /** Writes what the works of a group have left for its end. */
  private async append(done: readonly DoneWork[]): Promise<void> {
    const all = new AppendedRows();
    for (const { appended } of done) all.addAll(appended);
    for (const { sql, parameters } of all.statements()) await this.writer.run(sql, parameters);
  }

  /** Runs one work; its failure is told at once and undone, here or (`spoilt`) with the whole group. */
  private async perform(queued: QueuedWork, savepoint: boolean): Promise<DoneWork | FailedWork> {
    if (savepoint) await this.writer.run('SAVEPOINT work');
    const transaction = new SqliteTransaction(this.writer);
    try {
      const result = await withinTime(
        queued.work(transaction).then((made) => transaction.written().then(() => made)),
        this.longestWork,
      );
      transaction.end();
      transaction.assertSound();
      if (savepoint) await this.writer.run('RELEASE work');
      const { appended, callbacks: afterCommit } = transaction;
      return { succeeded: true, queued, result, appended, afterCommit };
    } catch (error) {
      transaction.end();
      transaction.assertSound();
      queued.reject(asDatabaseError(error));
      if (!savepoint) return { succeeded: false, spoilt: transaction.hasChanged };
      await this.writer.run('ROLLBACK TO work');
      await this.writer.run('RELEASE work');
      return { succeeded: false, spoilt: false };
    }
  }
}

class SqliteTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  readonly appended = new AppendedRows();
  private readonly writes: Promise<number>[] = [];
  private unsent: FilledStatement[] = [];
  private entityManager: EntityManager | undefined;
  private changed = false;
  private underWay = 0;
  private breakage: Error | undefined;
  private ended = false;

  constructor(private readonly writer: SqliteWriter) {}

  get manager(): EntityManager {
    this.assertOpen();
    this.send();
    this.changed = true; // what TypeORM does is not looked into
    return (this.entityManager ??= this.writer.queryRunner(() => this.assertOpen()).manager);
  }

  /** Whether the database may be different from before; a statement under way counts, for it may still arrive. */
  get hasChanged(): boolean {
    return this.changed || this.underWay > 0;
  }

  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    const reads = sql.startsWith('SELECT');
    this.send();
    return this.statement(
      () => this.writer.all<Row>(sql, parameters),
      (rows) => !reads && (rows.length > 0 || !/\bRETURNING\b/i.test(sql)),
    );
  }

  change(sql: string, parameters?: readonly SqlValue[]): Promise<number> {
    this.send();
    return this.statement(
      () => this.writer.run(sql, parameters),
      (changed) => changed > 0 || !/^(INSERT|UPDATE|DELETE)\b/.test(sql), // SQLite counts no rows for any other statement
    );
  }

  write(sql: string, parameters: readonly SqlValue[] = []): void {
    this.assertOpen();
    this.unsent.push({ sql, parameters });
  }

  append(into: string, row: readonly SqlValue[]): void {
    this.assertOpen();
    this.appended.add(into, row);
  }

  /** Waits for what was written without waiting. */
  async written(): Promise<void> {
    this.send();
    await Promise.all(this.writes);
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

  /**
   * After a full disk or an I/O error SQLite may have rolled back the whole group, and whatever follows would commit by itself.
   * @throws the error, even if the work swallowed it: the group ends here
   */
  assertSound(): void {
    if (this.breakage !== undefined) throw this.breakage;
  }

  /** Runs what has waited for the next statement: the writer keeps the order. */
  private send(): void {
    if (this.unsent.length === 0) return;
    const waiting = mergedInserts(this.unsent);
    this.unsent = [];
    for (const { sql, parameters } of waiting) {
      const written = this.change(sql, parameters);
      written.catch(() => undefined); // told by `written`
      this.writes.push(written);
    }
  }

  /** After a full disk or the like SQLite may have rolled everything back, and a further statement would commit by itself. */
  private async statement<Result>(
    run: () => Promise<Result>,
    hasChanged: (result: Result) => boolean,
  ): Promise<Result> {
    this.assertOpen();
    this.underWay++;
    try {
      const result = await run();
      if (hasChanged(result)) this.changed = true;
      return result;
    } catch (error) {
      if (isUnavailable(error)) {
        this.breakage ??= error as Error;
        this.end();
      }
      throw error;
    } finally {
      this.underWay--;
    }
  }

  private assertOpen(): void {
    if (this.ended) throw new TransactionEnded();
  }
}
