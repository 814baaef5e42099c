import type { Transaction } from './transaction';

/** The one door through which everything is written. */
export abstract class UnitOfWork {
  /**
   * Runs the work in a transaction and fulfils once it is durable.
   *
   * The work may touch the database only through the transaction it is given, must not start another unit of work, and may be
   * run again from its beginning (PostgreSQL reports a deadlock, or SQLite undoes a neighbour): let it have no effects other than on
   * the database.
   * @throws whatever the work throws, after a rollback of this work and of no other
   * @throws {DatabaseUnavailable} when the database is away, busy or full: nothing was written, unless PostgreSQL was lost in the very
   * moment of the commit, when nobody can know
   * @throws {WorkTooLong} when the work holds the database for too long
   */
  abstract run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
