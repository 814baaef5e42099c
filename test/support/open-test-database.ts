import type { DataSource } from 'typeorm';
import { loadSettings } from '../../src/config/load-settings';
import type { Settings } from '../../src/config/settings';
import { connectWriter, openDatabase, type OpenDatabase } from '../../src/database/open-database';
import { PostgresUnitOfWork } from '../../src/database/postgres/postgres-unit-of-work';
import { SqliteUnitOfWork } from '../../src/database/sqlite/sqlite-unit-of-work';
import { SqliteWriter } from '../../src/database/sqlite/sqlite-writer';
import { createTestDatabase, type TestDatabase } from './test-database';

/** A migrated database that only one test uses, open as the application opens it. */
export interface OpenTestDatabase extends OpenDatabase {
  readonly database: TestDatabase;
  /** Closes and deletes it. */
  drop(): Promise<void>;
}

/** A way of writing of a test's own. */
export interface OwnUnitOfWork {
  readonly unitOfWork: SqliteUnitOfWork | PostgresUnitOfWork;
  readonly dataSource: DataSource;
  close(): Promise<void>;
}

/** Settings for tests, with this database and whatever else is given by the names of environment variables. */
export function testSettings(url: string, env: Readonly<Record<string, string>> = {}): Settings {
  return loadSettings({ NODE_ENV: 'test', DATABASE_URL: url, ...env });
}

/** Opens a database: a fresh one, or a second time the one that is given, as another node would. */
export async function openTestDatabase(existing?: TestDatabase): Promise<OpenTestDatabase> {
  const database = existing ?? (await createTestDatabase());
  const open = await openDatabase(testSettings(database.url).database);
  return {
    ...open,
    database,
    async drop() {
      await open.close();
      await database.drop();
    },
  };
}

/** Another connection or pool to a database, whose works may take so many milliseconds. */
export async function ownUnitOfWork(database: TestDatabase, longestWork?: number): Promise<OwnUnitOfWork> {
  const settings = testSettings(database.url).database;
  const dataSource = await connectWriter(settings);
  if (settings.kind === 'postgres') {
    const unitOfWork = new PostgresUnitOfWork(dataSource, longestWork);
    return { unitOfWork, dataSource, close: () => unitOfWork.close().then(() => dataSource.destroy()) };
  }
  const writer = new SqliteWriter(dataSource);
  const unitOfWork = new SqliteUnitOfWork(writer, longestWork);
  return { unitOfWork, dataSource, close: () => unitOfWork.close().then(() => writer.close()) };
}
