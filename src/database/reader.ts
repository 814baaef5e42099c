import type { EntityManager } from 'typeorm';
import type { SqlValue } from './sql-value';

/** Reads committed rows, outside of any transaction; on SQLite over a second connection that cannot write. */
export abstract class Reader {
  /** TypeORM on the reading connection. */
  abstract readonly manager: EntityManager;

  /**
   * Runs a prepared `SELECT`.
   * @param sql one portable statement with `?` placeholders; constant text, never built from input
   * @throws {DatabaseUnavailable} when the database is away
   */
  abstract query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}
