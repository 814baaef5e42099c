import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { StartupError } from '../config/startup-error';

/**
 * Brings the schema up to date under a lock, so that nodes starting together migrate once.
 * @returns the names of the migrations that this call ran
 * @throws {StartupError} when a newer version has already migrated this database
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  const sqlite = dataSource.options.type === 'sqlite';
  // On SQLite a changed column rebuilds its table, and cascades would then empty the children; the switch does nothing inside a transaction.
  if (sqlite) await runner.query('PRAGMA foreign_keys = OFF');
  try {
    await runner.query(sqlite ? 'BEGIN IMMEDIATE' : 'BEGIN');
    const state = runner as unknown as { isTransactionActive: boolean; transactionDepth: number };
    state.isTransactionActive = true;
    state.transactionDepth = 1;
    try {
      const names = await migrateLocked(dataSource, runner, sqlite);
      await runner.query('COMMIT');
      return names;
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      state.isTransactionActive = false;
      state.transactionDepth = 0;
    }
  } finally {
    if (sqlite) await runner.query('PRAGMA foreign_keys = ON');
    await runner.release();
  }
}

async function migrateLocked(dataSource: DataSource, runner: QueryRunner, sqlite: boolean): Promise<string[]> {
  if (!sqlite) await runner.query(`SELECT pg_advisory_xact_lock(hashtextextended('gatehouse.migrations', 0))`);
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'none';
  const known = new Set(dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const executed = (await runner.hasTable('migrations'))
    ? ((await runner.query('SELECT name FROM migrations')) as { name: string }[])
    : [];
  const unknown = executed.find(({ name }) => !known.has(name));
  if (unknown !== undefined) {
    throw new StartupError(
      `The database was migrated by a newer version (it knows "${unknown.name}", this one does not): start that version, or restore a backup made before the upgrade.`,
    );
  }
  const ran = await executor.executePendingMigrations();
  if (sqlite) {
    const broken = (await runner.query('PRAGMA foreign_key_check')) as { table: string }[];
    if (broken[0] !== undefined) throw new Error(`A migration left rows of "${broken[0].table}" without their parent.`);
  }
  return ran.map(({ name }) => name);
}
