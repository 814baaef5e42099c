import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** An empty database that only one test uses. */
export interface TestDatabase {
  /** Fit for DATABASE_URL. */
  readonly url: string;
  /** Deletes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** The server on which to make databases; without one, they are SQLite files. */
const server = process.env['TEST_DATABASE_URL'];

/** Whether the tests run on PostgreSQL (TEST_DATABASE_URL is set) rather than on SQLite. */
export const onPostgres = server !== undefined;

/** Makes an empty database: on the server of TEST_DATABASE_URL, or else an SQLite file in a new temporary folder. */
export function createTestDatabase(): Promise<TestDatabase> {
  return server === undefined ? createSqliteFile() : createOnServer(server);
}

/** Makes an empty SQLite file in a new temporary folder, for tests of what only SQLite does. */
export async function createSqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  return {
    url: `sqlite:${join(folder, 'gatehouse.sqlite')}`,
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function createOnServer(url: string): Promise<TestDatabase> {
  const name = `gatehouse_test_${randomBytes(8).toString('hex')}`;
  await runOnServer(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => runOnServer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
