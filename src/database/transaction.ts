import type { EntityManager } from 'typeorm';
import type { SqlValue } from './sql-value';

/** The inside of one unit of work: everything done through it is committed together or not at all. */
export interface Transaction {
  /** TypeORM inside this transaction, for code that is not on a hot path. */
  readonly manager: EntityManager;

  /**
   * Runs a prepared statement that answers rows (`SELECT`, or a change with `RETURNING`).
   * @param sql one portable statement with `?` placeholders; constant text, never built from input
   */
  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;

  /**
   * Runs a prepared `INSERT`, `UPDATE` or `DELETE`.
   * @returns how many rows it changed
   */
  change(sql: string, parameters?: readonly SqlValue[]): Promise<number>;

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
