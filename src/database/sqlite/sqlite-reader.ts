import type { DataSource, EntityManager } from 'typeorm';
import { asDatabaseError } from '../database-unavailable';
import { Reader } from '../reader';
import type { SqlValue } from '../sql-value';
import type { SqliteStatements } from './sqlite-statements';

/** The second, read-only connection to the SQLite file. */
export class SqliteReader extends Reader {
  readonly manager: EntityManager;

  constructor(
    dataSource: DataSource,
    private readonly statements: SqliteStatements,
  ) {
    super();
    this.manager = dataSource.manager;
  }

  async query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    try {
      return await this.statements.all<Row>(sql, parameters);
    } catch (error) {
      throw asDatabaseError(error);
    }
  }
}
