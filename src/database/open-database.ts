import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource } from 'typeorm';
import type { Settings } from '../config/settings';
import { StartupError } from '../config/startup-error';
import { readerOptions, writerOptions } from './data-source-options';
import { migrate } from './migrate';
import { PostgresReader } from './postgres/postgres-reader';
import { PostgresUnitOfWork } from './postgres/postgres-unit-of-work';
import type { Reader } from './reader';
import { SqliteReader } from './sqlite/sqlite-reader';
import { SqliteStatements } from './sqlite/sqlite-statements';
import { SqliteUnitOfWork } from './sqlite/sqlite-unit-of-work';
import type { UnitOfWork } from './unit-of-work';

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
  return database.kind === 'sqlite' ? openSqlite(database) : openPostgres(database);
}

async function openSqlite(database: Extract<Settings['database'], { kind: 'sqlite' }>): Promise<OpenDatabase> {
  assertWritable(database.file);
  const writer = await connect(writerOptions(database), `The database file ${database.file} cannot be opened`);
  // A commit is on the disk before it is acknowledged.
  await writer.query('PRAGMA synchronous = FULL');
  await migrate(writer);
  const readerSource = await connect(readerOptions(database.file), `The database file ${database.file} cannot be read`);
  const writing = SqliteStatements.of(writer);
  const reading = SqliteStatements.of(readerSource);
  const unitOfWork = new SqliteUnitOfWork(writer, writing);
  return {
    unitOfWork,
    reader: new SqliteReader(readerSource, reading),
    async close() {
      await unitOfWork.close();
      await reading.finalize();
      await readerSource.destroy();
      await writing.finalize();
      await writer.destroy();
    },
  };
}

async function openPostgres(database: Extract<Settings['database'], { kind: 'postgres' }>): Promise<OpenDatabase> {
  const { host } = new URL(database.url);
  const dataSource = await connect(writerOptions(database), `The database at ${host} cannot be reached`);
  await migrate(dataSource);
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
  const dataSource = new DataSource(options);
  try {
    return await dataSource.initialize();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new StartupError(`${problem} (${code ?? message}): check DATABASE_URL.`, { cause: error });
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
}
