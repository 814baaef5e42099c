import { Client } from 'pg';
import sqlite3 from 'sqlite3';
import type { TestDatabase } from './test-database';

/** A connection past the application, to look at what it stored and to change what it would not. */
export interface DatabaseRows {
  /** Rows of a statement without parameters. */
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  /** The names of all tables. */
  tables(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a connection to the database of a test. */
export async function openRows({ url }: TestDatabase): Promise<DatabaseRows> {
  return url.startsWith('sqlite:') ? openFile(url.slice('sqlite:'.length)) : openOnServer(url);
}

async function openFile(file: string): Promise<DatabaseRows> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  database.configure('busyTimeout', 10_000);
  const query = <Row>(sql: string) =>
    new Promise<Row[]>((resolve, reject) => {
      database.all(sql, (error: Error | null, rows: Row[]) => (error === null ? resolve(rows) : reject(error)));
    });
  return {
    query,
    tables: async () =>
      (await query<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`)).map(({ name }) => name),
    close: () => new Promise<void>((resolve) => database.close(() => resolve())),
  };
}

async function openOnServer(url: string): Promise<DatabaseRows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const query = async <Row>(sql: string) => (await client.query(sql)).rows as Row[];
  return {
    query,
    tables: async () =>
      (await query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`)).map(
        ({ name }) => name,
      ),
    close: () => client.end(),
  };
}
