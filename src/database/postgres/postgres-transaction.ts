import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
import { AppendedRows, type FilledStatement, mergedInserts } from '../appended-rows';
import type { SqlValue } from '../sql-value';
import { type Transaction, TransactionEnded } from '../transaction';
import { control, postgresStatement } from './placeholders';

/** A statement failed, the work swallowed its error, and PostgreSQL has rolled everything back at COMMIT. */
class NotCommitted extends Error {
  constructor() {
    super('A statement of this unit of work has failed and its error was not let through: nothing was committed.');
  }
}

/**
 * The inside of a work on a connection of its own. Every answer that is waited for costs a way to the server and back, so what needs no answer
 * travels with what does: `BEGIN` with the first statement, writes with the next one, and the last of them with the `COMMIT`. A work that has written one
 * thing and asked nothing needs no transaction at all.
 */
export class PostgresTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  private unsent: FilledStatement[] = [];
  private readonly appended = new AppendedRows();
  private begun = false;
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

  write(sql: string, parameters: readonly SqlValue[] = []): void {
    this.assertOpen();
    this.unsent.push({ sql, parameters });
  }

  append(into: string, row: readonly SqlValue[]): void {
    this.assertOpen();
    this.appended.add(into, row);
  }

  afterCommit(callback: () => void): void {
    this.assertOpen();
    this.callbacks.push(callback);
  }

  async lock(name: string): Promise<void> {
    await this.statement('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [name]);
  }

  /** Whether there is a transaction to be rolled back. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Makes durable what was done. @throws {NotCommitted} where a statement had failed, and all was rolled back */
  async commit(): Promise<void> {
    this.unsent = mergedInserts([...this.unsent, ...this.appended.statements()]);
    if (!this.begun && this.unsent.length === 0) return;
    if (!this.begun && this.unsent.length === 1) {
      await this.client.query(configOf(this.unsent[0]!));
      return;
    }
    const answers = await Promise.all([...this.sendUnsent(), this.client.query(control('COMMIT'))]);
    // PostgreSQL answers the COMMIT of a failed transaction with a rollback, and reports no error.
    if (answers.at(-1)!.command !== 'COMMIT') throw new NotCommitted();
  }

  /** From now on every use is refused. */
  end(): void {
    this.ended = true;
  }

  private async statement(sql: string, parameters: readonly SqlValue[] = []): Promise<QueryResult> {
    this.assertOpen();
    const sent = [...this.sendUnsent(), this.client.query(configOf({ sql, parameters }))];
    // The first of them that fails is told: PostgreSQL refuses the others for it.
    return (await Promise.all(sent)).at(-1)!;
  }

  /** Sends what has waited, the beginning of the transaction before it; the connection keeps the order. */
  private sendUnsent(): Promise<QueryResult>[] {
    const first = this.begun ? [] : [control('BEGIN')];
    this.begun = true;
    const waiting = mergedInserts(this.unsent).map(configOf);
    this.unsent = [];
    return [...first, ...waiting].map((statement) => this.client.query(statement));
  }

  private createManager(): EntityManager {
    const driver = this.dataSource.driver as PostgresDriver;
    const runner = new TransactionQueryRunner(driver, this.client, async () => {
      this.assertOpen();
      await Promise.all(this.sendUnsent());
    });
    return Object.assign(runner, { manager: this.dataSource.createEntityManager(runner) }).manager;
  }

  private assertOpen(): void {
    if (this.ended) throw new TransactionEnded();
  }
}

function configOf({ sql, parameters }: FilledStatement): QueryConfig {
  return { ...postgresStatement(sql), values: [...parameters] };
}

type Answer = ReturnType<PostgresQueryRunner['query']>;

/** TypeORM inside a transaction that has begun; transactions that it starts become savepoints. */
class TransactionQueryRunner extends PostgresQueryRunner {
  constructor(
    driver: PostgresDriver,
    client: PoolClient,
    private readonly ready: () => Promise<void>,
  ) {
    super(driver, 'master');
    this.databaseConnection = client;
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  override async query(sql: string, parameters?: unknown[], structured?: boolean): Answer {
    await this.ready();
    return super.query(sql, parameters, structured);
  }
}
