import type { Database, Statement } from 'sqlite3';
import type { DataSource } from 'typeorm';
import type { SqlValue } from '../sql-value';

/** Prepared statements of one SQLite connection, each prepared once; statements asked for together run in any order. */
export class SqliteStatements {
  private readonly prepared = new Map<string, Statement>();
  private readonly preparing = new Map<string, Promise<Statement>>();
  private closed = false;

  constructor(private readonly connection: Database) {}

  /** The statements of the connection that TypeORM opened. */
  static of(dataSource: DataSource): SqliteStatements {
    return new SqliteStatements((dataSource.driver as unknown as { databaseConnection: Database }).databaseConnection);
  }

  /** All rows that the statement answers. */
  async all<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    const statement = this.prepared.get(sql) ?? (await this.prepare(sql));
    return new Promise((resolve, reject) => {
      statement.all(parameters, (error: Error | null, rows: Row[]) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  /** Runs the statement and tells how many rows it changed. */
  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const statement = this.prepared.get(sql) ?? (await this.prepare(sql));
    return new Promise((resolve, reject) => {
      statement.run(parameters, function (this: { changes: number }, error: Error | null) {
        if (error === null) resolve(this.changes);
        else reject(error);
      });
    });
  }

  /** Lets go of every prepared statement and takes no more; SQLite does not close a connection that still has one. */
  async finalize(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.preparing.values());
    const statements = [...this.prepared.values()];
    this.prepared.clear();
    await Promise.all(
      statements.map((statement) => new Promise<void>((resolve) => statement.finalize(() => resolve()))),
    );
  }

  /** A statement that does not compile is not remembered: the driver would never answer its use. */
  private prepare(sql: string): Promise<Statement> {
    if (this.closed) return Promise.reject(new Error('Database is closed'));
    const known = this.preparing.get(sql);
    if (known !== undefined) return known;
    const preparing = new Promise<Statement>((resolve, reject) => {
      const statement = this.connection.prepare(sql, (error: Error | null) => {
        this.preparing.delete(sql);
        if (error !== null) return reject(error);
        this.prepared.set(sql, statement);
        resolve(statement);
      });
    });
    this.preparing.set(sql, preparing);
    return preparing;
  }
}
