import type { DataSource, QueryRunner } from 'typeorm';
import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner';
import type { SqlValue } from '../sql-value';
import { SqliteStatements } from './sqlite-statements';

/**
 * The writing connection: runs statements strictly one after the other in the order in which they were asked for, TypeORM's among
 * them. The driver itself keeps no order, and a savepoint must not overtake a statement that somebody forgot to await.
 */
export class SqliteWriter {
  private readonly statements: SqliteStatements;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {
    this.statements = SqliteStatements.of(dataSource);
  }

  /** All rows that the statement answers. */
  all<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    return this.inTurn(() => this.statements.all<Row>(sql, parameters));
  }

  /** Runs the statement and tells how many rows it changed. */
  run(sql: string, parameters?: readonly SqlValue[]): Promise<number> {
    // It would stay unfinished after its first row, and an unfinished statement keeps the whole group from being committed.
    if (/\bRETURNING\b/i.test(sql)) return Promise.reject(new TypeError('Run a statement with RETURNING by query().'));
    return this.inTurn(() => this.statements.run(sql, parameters));
  }

  /** TypeORM inside the transaction that was begun here, until `assertOpen` throws; transactions that it starts become savepoints. */
  queryRunner(assertOpen: () => void): QueryRunner {
    const driver = this.dataSource.driver as SqliteDriver;
    const runner = new TransactionQueryRunner(driver, assertOpen, (job) => this.inTurn(job));
    return Object.assign(runner, { manager: this.dataSource.createEntityManager(runner) });
  }

  /** Waits for what was asked for, and closes the connection. */
  async close(): Promise<void> {
    await this.last;
    await this.statements.finalize();
    await this.dataSource.destroy();
  }

  private inTurn<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(job);
    this.last = result.then(ignore, ignore);
    return result;
  }
}

type Answer = ReturnType<SqliteQueryRunner['query']>;

class TransactionQueryRunner extends SqliteQueryRunner {
  constructor(
    driver: SqliteDriver,
    private readonly assertOpen: () => void,
    private readonly inTurn: <Result>(job: () => Promise<Result>) => Promise<Result>,
  ) {
    super(driver);
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  override async query(sql: string, parameters?: unknown[], structured?: boolean): Answer {
    this.assertOpen();
    return this.inTurn(() => super.query(sql, parameters, structured));
  }
}

function ignore(): void {}
