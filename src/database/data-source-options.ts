import sqlite3 from 'sqlite3';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings';
import { discoverEntities, discoverMigrations } from './discovery';
import { adaptSequences } from './portable-columns';

/** How long a statement waits for another process's write lock on the SQLite file, in milliseconds. */
export const BUSY_TIMEOUT = 5_000;

/** How long a PostgreSQL statement may take, in milliseconds: the server ends it before the node gives up waiting for an answer. */
const STATEMENT_TIMEOUT = 1_800;

/** After how many idle milliseconds PostgreSQL ends a transaction by itself: the last resort where a node has stopped answering. */
const IDLE_TRANSACTION_TIMEOUT = 10_000;

/** How long to wait for a PostgreSQL connection, in milliseconds: short, so that callers hear 503 soon. */
const CONNECTION_TIMEOUT = 2_000;

// TypeORM switches the driver to verbose(), which takes a stack trace for every statement.
const quietDriver = { ...sqlite3, verbose: () => sqlite3 };

/** The data source through which everything is written; it knows the entities and the migrations. */
export function writerOptions(database: Settings['database']): DataSourceOptions {
  const shared = {
    entities: discoverEntities(),
    migrations: discoverMigrations(),
    migrationsTableName: 'migrations',
    synchronize: false,
    logging: false,
  } as const;
  adaptSequences(database.kind);
  if (database.kind === 'sqlite') {
    return { ...shared, type: 'sqlite', database: database.file, driver: quietDriver, busyTimeout: BUSY_TIMEOUT };
  }
  return {
    ...shared,
    type: 'postgres',
    url: database.url,
    poolSize: database.poolSize,
    parseInt8: true,
    applicationName: 'gatehouse',
    connectTimeoutMS: CONNECTION_TIMEOUT,
    // Lost idle connections are not worth a crash: the pool opens new ones, and a statement that fails is answered with 503.
    poolErrorHandler: () => undefined,
    extra: {
      statement_timeout: STATEMENT_TIMEOUT,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT,
      keepAlive: true,
      // Statements are sent without waiting for the answers to those before them.
      pipeline: true,
    },
  };
}

/** The second connection to an SQLite file, which cannot write. */
export function readerOptions(file: string): DataSourceOptions {
  return {
    type: 'sqlite',
    database: file,
    driver: quietDriver,
    flags: sqlite3.OPEN_READONLY,
    busyTimeout: BUSY_TIMEOUT,
    entities: discoverEntities(),
    synchronize: false,
    logging: false,
  };
}
