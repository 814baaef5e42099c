import type { Database, Statement } from 'sqlite3';
import type { DataSource } from 'typeorm';
import type { SqlValue } from '../sql-value';

/** Prepared statements of one SQLite connection, each prepared once. */
export class SqliteStatements {
  private readonly prepared = new Map<string, Statement>();

  constructor(private readonly connection: Database) {}

  /**
   * The statements of the connection that TypeORM opened, run strictly in the order in which they were asked for: a savepoint
   * must not overtake the statement before it.
   */
  static of(dataSource: DataSource): SqliteStatements {
    const connection = (dataSource.driver as unknown as { databaseConnection: Database }).databaseConnection;
    connection.serialize();
    return new SqliteStatements(connection);
  }

  /** All rows that the statement answers. */
  all<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.statement(sql).all(parameters, (error: Error | null, rows: Row[]) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  /** Runs the statement and tells how many rows it changed. */
  run(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return new Promise((resolve, reject) => {
      this.statement(sql).run(parameters, function (this: { changes: number }, error: Error | null) {
        if (error === null) resolve(this.changes);
        else reject(error);
      });
    });
  }

  /** Lets go of every prepared statement; SQLite does not close a connection that still has one. */
  async finalize(): Promise<void> {
    const statements = [...this.prepared.values()];
    this.prepared.clear();
    await Promise.all(
      statements.map((statement) => new Promise<void>((resolve) => statement.finalize(() => resolve()))),
    );
  }

  private statement(sql: string): Statement {
    const known = this.prepared.get(sql);
    if (known !== undefined) return known;
    // The error of a statement that does not compile is delivered again by its first use, which has the caller's promise.
    const statement = this.connection.prepare(sql, () => undefined);
    this.prepared.set(sql, statement);
    return statement;
  }
}
