import type { EntityManager } from 'typeorm';
import type { SqlValue } from './sql-value';

/** How long one work may take, in milliseconds: it holds the only writing connection of SQLite, or locks and a connection of PostgreSQL. */
export const LONGEST_WORK = 5_000;

/**
 * The inside of one unit of work: everything done through it is committed together or not at all.
 *
 * Let the error of a statement through: PostgreSQL refuses everything after it. Where an insert may meet a row that is there already,
 * write `ON CONFLICT`, or put it into a nested `manager.transaction`.
 */
export interface Transaction {
  /** TypeORM inside this transaction, for code that is not on a hot path. */
  readonly manager: EntityManager;

  /**
   * Runs a prepared statement that answers rows (`SELECT`, or a change with `RETURNING`).
   * @param sql one portable statement with `?` placeholders; constant text, never built from input
   */
  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;

  /**
   * Runs a prepared `INSERT`, `UPDATE` or `DELETE`; one with `RETURNING` belongs into {@link Transaction.query}.
   * @returns how many rows it changed
   */
  change(sql: string, parameters?: readonly SqlValue[]): Promise<number>;

  /**
   * Runs a change of which the work needs no answer: nothing waits for it but the commit, and it travels with the statement that comes next. Where it
   * fails, the unit of work fails.
   */
  write(sql: string, parameters?: readonly SqlValue[]): void;

  /**
   * Adds a row that no unit of work reads: it is written with the commit, together with those that others have added.
   * @param into a portable `INSERT INTO table (columns)` without its values; constant text
   */
  append(into: string, row: readonly SqlValue[]): void;

  /** Calls back once the work is durable; never when it was rolled back. */
  afterCommit(callback: () => void): void;

  /** Holds every other unit of work that asks for the same name, on all nodes, until this one ends. */
  lock(name: string): Promise<void>;
}

/** A transaction that has ended was used again: the work did not await something it started. */
export class TransactionEnded extends Error {
  constructor() {
    super('This unit of work has ended; await every statement inside it.');
  }
}

/** A unit of work took longer than it may hold the database. */
export class WorkTooLong extends Error {
  constructor(milliseconds: number) {
    super(
      `A unit of work was not done after ${milliseconds} ms and was rolled back; do slow things (hashing, requests, another unit of work) outside of it.`,
    );
  }
}

/** Runs what waited for the commit; one that throws has broken its own promise and must not stop the others. */
export function runAfterCommit(callbacks: readonly (() => void)[]): void {
  for (const callback of callbacks) {
    try {
      callback();
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  }
}

/** @throws {WorkTooLong} when the work has neither succeeded nor failed in that many milliseconds; it goes on unobserved */
export async function withinTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
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
