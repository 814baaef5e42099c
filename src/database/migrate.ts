import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { StartupError } from '../config/startup-error';
import { BUSY_TIMEOUT } from './data-source-options';

/** How long a node waits for another one that is migrating the same SQLite file, in milliseconds. */
const MIGRATION_TIMEOUT = 600_000;

/** TypeORM's view of a transaction that was begun here. */
interface RunnerState {
  isTransactionActive: boolean;
  transactionDepth: number;
}

/**
 * Brings the schema up to date under a lock, so that nodes starting together migrate once.
 * @returns the names of the migrations that this call ran
 * @throws {StartupError} when a newer version has already migrated this database
 */
export function migrate(dataSource: DataSource): Promise<string[]> {
  return locked(dataSource, async (executor, runner) => {
    const known = new Set(dataSource.migrations.map(nameOf));
    const unknown = (await executedNames(runner)).find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new StartupError(
        `The database was migrated by a newer version (it knows "${unknown}", this one does not): start that version, or restore a backup made before the upgrade.`,
      );
    }
    return (await executor.executePendingMigrations()).map(({ name }) => name);
  });
}

/**
 * Takes back the migration that was run last, under the same lock.
 * @returns its name, or null where none has been run
 */
export function revertLast(dataSource: DataSource): Promise<string | null> {
  return locked(dataSource, async (executor, runner) => {
    const before = await executedNames(runner);
    await executor.undoLastMigration();
    const after = new Set(await executedNames(runner));
    return before.find((name) => !after.has(name)) ?? null;
  });
}

/** Every migration of this version, in order, and whether this database has run it. */
export async function listMigrations(dataSource: DataSource): Promise<{ name: string; executed: boolean }[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const executed = new Set(await executedNames(runner));
    return dataSource.migrations.map(nameOf).map((name) => ({ name, executed: executed.has(name) }));
  } finally {
    await runner.release();
  }
}

async function locked<Result>(
  dataSource: DataSource,
  work: (executor: MigrationExecutor, runner: QueryRunner) => Promise<Result>,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'none';
  try {
    return await (dataSource.options.type === 'sqlite'
      ? inSqliteTransaction(runner, () => work(executor, runner))
      : inPostgresTransaction(runner, () => work(executor, runner)));
  } finally {
    await runner.release();
  }
}

/** A changed column rebuilds its table, and cascades would then empty the children; the switch does nothing inside a transaction. */
async function inSqliteTransaction<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  await runner.query(`PRAGMA busy_timeout = ${MIGRATION_TIMEOUT}`);
  await runner.query('PRAGMA foreign_keys = OFF');
  try {
    return await inTransaction(runner, 'BEGIN IMMEDIATE', async () => {
      const result = await work();
      const [orphan] = (await runner.query('PRAGMA foreign_key_check')) as { table: string }[];
      if (orphan !== undefined) throw new Error(`A migration left rows of "${orphan.table}" without their parent.`);
      return result;
    });
  } finally {
    await runner.query('PRAGMA foreign_keys = ON');
    await runner.query(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  }
}

/** The limits of ordinary statements would end a long migration, and the wait for another node that runs it. */
function inPostgresTransaction<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  return inTransaction(runner, 'BEGIN', async () => {
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await runner.query(`SELECT pg_advisory_xact_lock(hashtextextended('gatehouse.migrations', 0))`);
    return work();
  });
}

async function inTransaction<Result>(runner: QueryRunner, begin: string, work: () => Promise<Result>): Promise<Result> {
  const state = runner as unknown as RunnerState;
  await runner.query(begin);
  state.isTransactionActive = true;
  state.transactionDepth = 1;
  try {
    const result = await work();
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await runner.query('ROLLBACK').catch(() => undefined); // the connection may be gone, and the transaction with it
    throw error;
  } finally {
    state.isTransactionActive = false;
    state.transactionDepth = 0;
  }
}

async function executedNames(runner: QueryRunner): Promise<string[]> {
  if (!(await runner.hasTable('migrations'))) return [];
  const rows = (await runner.query('SELECT name FROM migrations ORDER BY id')) as { name: string }[];
  return rows.map(({ name }) => name);
}

function nameOf(migration: { name?: string }): string {
  return migration.name ?? migration.constructor.name;
}
