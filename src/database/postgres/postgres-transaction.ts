import type { PoolClient, QueryResult } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
import type { SqlValue } from '../sql-value';
import { type Transaction, TransactionEnded } from '../transaction';
import { postgresStatement } from './placeholders';

/** The inside of a work on a connection where a transaction has begun. */
export class PostgresTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  private entityManager: EntityManager | undefined;
  private ended = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly client: PoolClient,
  ) {}

  get manager(): EntityManager {
    this.assertOpen();
    return (this.entityManager ??= this.createManager());
  }

  async query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    return (await this.statement(sql, parameters)).rows as Row[];
  }

  async change(sql: string, parameters?: readonly SqlValue[]): Promise<number> {
    return (await this.statement(sql, parameters)).rowCount ?? 0;
  }

  afterCommit(callback: () => void): void {
    this.assertOpen();
    this.callbacks.push(callback);
  }

  async lock(name: string): Promise<void> {
    await this.statement('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [name]);
  }

  /** From now on every use is refused. */
  end(): void {
    this.ended = true;
  }

  private async statement(sql: string, parameters: readonly SqlValue[] = []): Promise<QueryResult> {
    this.assertOpen();
    return this.client.query({ ...postgresStatement(sql), values: [...parameters] });
  }

  private createManager(): EntityManager {
    const driver = this.dataSource.driver as PostgresDriver;
    const runner = new TransactionQueryRunner(driver, this.client, () => this.assertOpen());
    return Object.assign(runner, { manager: this.dataSource.createEntityManager(runner) }).manager;
  }

  private assertOpen(): void {
    if (this.ended) throw new TransactionEnded();
  }
}

type Answer = ReturnType<PostgresQueryRunner['query']>;

/** TypeORM inside a transaction that has begun; transactions that it starts become savepoints. */
class TransactionQueryRunner extends PostgresQueryRunner {
  constructor(
    driver: PostgresDriver,
    client: PoolClient,
    private readonly assertOpen: () => void,
  ) {
    super(driver, 'master');
    this.databaseConnection = client;
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  override async query(sql: string, parameters?: unknown[], structured?: boolean): Answer {
    this.assertOpen();
    return super.query(sql, parameters, structured);
  }
}
