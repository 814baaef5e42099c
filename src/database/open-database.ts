import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource, type Logger } from 'typeorm';
import type { Settings } from '../config/settings';
import { StartupError } from '../config/startup-error';
import { readerOptions, writerOptions } from './data-source-options';
import { migrate } from './migrate';
import { PostgresReader } from './postgres/postgres-reader';
import { PostgresUnitOfWork } from './postgres/postgres-unit-of-work';
import type { Reader } from './reader';
import { useWriteAheadLog } from './sqlite/journal';
import { SqliteReader } from './sqlite/sqlite-reader';
import { SqliteStatements } from './sqlite/sqlite-statements';
import { SqliteUnitOfWork } from './sqlite/sqlite-unit-of-work';
import { SqliteWriter } from './sqlite/sqlite-writer';
import type { UnitOfWork } from './unit-of-work';

/** What TypeORM has to say about failures comes with their errors, through our own log. */
const silence: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** An open, migrated database: the one way to write, the one way to read, and how to close both. */
export interface OpenDatabase {
  readonly unitOfWork: UnitOfWork;
  readonly reader: Reader;
  close(): Promise<void>;
}

/**
 * Opens the database of the settings and brings its schema up to date.
 * @throws {StartupError} when the folder cannot be written, the server cannot be reached or the schema is too new
 */
export async function openDatabase(database: Settings['database']): Promise<OpenDatabase> {
  const dataSource = await connectWriter(database);
  try {
    await migrate(dataSource);
    return await (database.kind === 'sqlite' ? serveSqlite(dataSource, database.file) : servePostgres(dataSource));
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/**
 * Connects to the database of the settings and leaves its schema as it is; for the migration commands.
 * @throws {StartupError} when the folder cannot be written or the server cannot be reached
 */
export async function connectWriter(database: Settings['database']): Promise<DataSource> {
  if (database.kind === 'postgres') {
    return connect(writerOptions(database), `The database at ${new URL(database.url).host} cannot be reached`);
  }
  assertWritable(database.file);
  makeForOwner(database.file);
  const dataSource = await connect(writerOptions(database), `The database file ${database.file} cannot be opened`);
  try {
    await useWriteAheadLog(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw unusable(`The database file ${database.file} cannot be used`, error);
  }
}

async function serveSqlite(dataSource: DataSource, file: string): Promise<OpenDatabase> {
  const readerSource = await connect(readerOptions(file), `The database file ${file} cannot be read`);
  const writer = new SqliteWriter(dataSource);
  const reading = SqliteStatements.of(readerSource);
  const unitOfWork = new SqliteUnitOfWork(writer);
  return {
    unitOfWork,
    reader: new SqliteReader(readerSource, reading),
    async close() {
      await unitOfWork.close();
      await reading.finalize();
      await readerSource.destroy();
      await writer.close();
    },
  };
}

async function servePostgres(dataSource: DataSource): Promise<OpenDatabase> {
  const unitOfWork = new PostgresUnitOfWork(dataSource);
  return {
    unitOfWork,
    reader: new PostgresReader(dataSource),
    async close() {
      await unitOfWork.close();
      await dataSource.destroy();
    },
  };
}

async function connect(options: ConstructorParameters<typeof DataSource>[0], problem: string): Promise<DataSource> {
  try {
    return await new DataSource({ ...options, logger: silence }).initialize();
  } catch (error) {
    throw unusable(problem, error);
  }
}

function unusable(problem: string, error: unknown): StartupError {
  const { code, message } = error as { code?: string; message: string };
  return new StartupError(`${problem} (${message || code}): check DATABASE_URL.`, { cause: error });
}

/** A new database is for its owner only, as the key beside it; its journals get the rights of the file (CWE-732). */
function makeForOwner(file: string): void {
  if (existsSync(file)) return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // Another process was first, or the driver will say what is wrong.
  }
}

function assertWritable(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartupError(
      `The folder ${folder} cannot be written: change its owner or rights, or point DATABASE_URL at another one.`,
      { cause: error },
    );
  }
  if (!existsSync(file)) return;
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new StartupError(`The database file ${file} cannot be written: change its owner or rights.`, {
      cause: error,
    });
  }
}
