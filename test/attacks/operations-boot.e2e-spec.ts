import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SetUp } from '../../src/auth/set-up';
import { createApp, listen } from '../../src/bootstrap';
import { loadSettings } from '../../src/config/load-settings';
import { StartupError } from '../../src/config/startup-error';
import { createTestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { type FailedStart, ServerProcess, TEST_KEY } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { SOON } from '../support/within';

const PRODUCTION = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  ISSUER: 'https://id.example.com',
  KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

/** Listens on a free port and says nothing. */
async function occupyPort(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, port: (server.address() as AddressInfo).port };
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const { server, port } = await occupyPort();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Sentences and nothing else, no stack. */
function expectSentences(said: string, ...sentences: readonly (string | RegExp)[]): void {
  const lines = said.trimEnd().split('\n');
  expect(lines).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
  for (const line of lines) expect(line).toMatch(/^[A-Z][^]*[.?]$/);
  expect(said).not.toMatch(/^\s+at |node_modules|Error:/m);
}

/** A start that fails as it should: sentences on standard error, exit code 1. */
function expectFailedStart(
  { code, signal, stdout, stderr }: FailedStart,
  ...sentences: readonly (string | RegExp)[]
): void {
  expect([code, signal, stdout]).toEqual([1, null, '']);
  expectSentences(stderr, ...sentences);
}

/** Starts the application in this process, as `main` does. @returns what an operator is told of why it does not start */
async function refusalOf(env: Readonly<Record<string, string>>): Promise<string> {
  let app: NestFastifyApplication | undefined;
  try {
    app = await createApp(loadSettings({ LOG_LEVEL: 'silent', ...env }));
    await listen(app);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  } finally {
    await app?.close();
  }
  throw new Error('The application has started.');
}

/** What a server leaves behind that was started once. */
async function migratedDatabase(): Promise<TestDatabase> {
  const app = await createTestApp();
  await app.stop();
  return app.database;
}

describe('starting', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-boot-'));
  });

  afterEach(async () => {
    await ServerProcess.killAll();
    await rm(folder, { recursive: true, force: true });
  });

  const fail = (env: Readonly<Record<string, string>>) => ServerProcess.failToStart({ cwd: folder, env });

  it('needs no environment and nothing in its folder: makes data/, migrates, and says in a banner where it is', async () => {
    const port = await freePort();
    const server = await ServerProcess.startWith({ cwd: folder, env: { PORT: String(port) } });
    expect(server.url).toBe(`http://localhost:${port}`);
    expect(server.stdout.split('\n').slice(0, 6)).toEqual([
      `Gatehouse listens on http://localhost:${port}`,
      expect.stringContaining(`http://localhost:${port}/docs`),
      expect.stringContaining(`http://localhost:${port}/.well-known/openid-configuration`),
      expect.stringContaining(join(folder, 'data/gatehouse.sqlite')),
      expect.stringContaining('development mode'),
      expect.stringMatching(new RegExp(`^  Set up +http://localhost:${port}/set-up\\?link=[\\w-]{43} `)),
    ]);
    for (const host of ['localhost', '127.0.0.1']) {
      expect((await new TestClient(`http://${host}:${port}`).get('/health/ready')).status).toBe(200);
    }
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.stderr).toBe('');
    expect((await stat(join(folder, 'data/gatehouse.key'))).mode & 0o777).toBe(0o600);

    const again = await ServerProcess.startWith({ cwd: folder, env: { PORT: String(port) } });
    expect(await again.stop()).toEqual({ code: 0, signal: null });
    expect((await readdir(join(folder, 'data'))).sort()).toEqual(['gatehouse.key', 'gatehouse.sqlite']);

    await rm(join(folder, 'data/gatehouse.key'));
    const failed = await fail({ PORT: String(port) });
    expectFailedStart(
      failed,
      /^The key of this database was kept in .*gatehouse\.key, which is gone: restore the file/,
    );
    expect(await readdir(join(folder, 'data'))).not.toContain('gatehouse.key');
  });

  it('OPS-08: names every problem of the settings, one sentence each, and repeats no value', async () => {
    const failed = await fail({
      NODE_ENV: 'production',
      PORT: 'secret-one',
      ISSUER: 'http://secret-two.example.com',
      DATABASE_URL: 'sqlite::memory:',
      KEY_ENCRYPTION_KEY: Buffer.from('secret-three').toString('base64'),
      CORS_ORIGINS: '*',
      LOG_LEVEL: 'debug',
      ACCES_TOKEN_LIFETIME: '5m',
    });
    expectFailedStart(
      failed,
      /^PORT must be a whole number/,
      /^ISSUER must begin with https:\/\/ in production/,
      /^DATABASE_URL must name a file after sqlite:/,
      /^KEY_ENCRYPTION_KEY must be 32 random bytes/,
      /^CORS_ORIGINS must name each origin/,
      /^LOG_LEVEL must be info or quieter in production/,
      /ACCESS_TOKEN_LIFETIME/,
    );
    expect(failed.stderr).not.toContain('secret');
    expect(failed.stderr).not.toContain(Buffer.from('secret-three').toString('base64'));
    expect(await readdir(folder)).toEqual([]); // nothing is made before the settings are good
  });

  it('AUT-27: makes no account, no client for strangers and no secret of its own accord', async () => {
    const app = await createTestApp({ env: { ...PRODUCTION, SHUTDOWN_DELAY: '0' } });
    await app.resolve(SetUp).begin();
    const guesses = [
      ['admin', 'admin'],
      ['admin@example.com', 'password'],
      ['root', 'root'],
      ['test', 'test'],
      ['administrator', 'changeme'],
      ['demo', 'demo'],
      ['gatehouse', 'gatehouse'],
    ];
    for (const [username, password] of guesses) {
      expect((await app.post('/auth/login', { username, password })).status).toBe(401);
    }
    const rows = await openRows(app.database);
    expect(await rows.query('SELECT id FROM users')).toEqual([]);
    expect(await rows.query('SELECT id FROM clients')).toEqual([{ id: 'first-party' }]);
    await rows.close();
    await app.close();
  });

  it('AUT-27: refuses an administrator whose password attackers try first', async () => {
    const database = await createTestDatabase();
    const env = { ...PRODUCTION, PORT: '0', DATABASE_URL: database.url, ADMIN_EMAIL: 'admin@example.com' };
    for (const password of ['admin', 'password', 'changeme1', 'gatehouse123']) {
      const refusal = await refusalOf({ ...env, ADMIN_PASSWORD: password });
      expectSentences(refusal, /ADMIN_PASSWORD/);
      expect(refusal).not.toContain(password === 'password' ? 'password ' + password : `"${password}"`);
    }
    await database.drop();
  }, 60_000);

  it('says which port is in use', async () => {
    const { server, port } = await occupyPort();
    const env = { NODE_ENV: 'test', HOST: '127.0.0.1', PORT: String(port), KEY_ENCRYPTION_KEY: TEST_KEY };
    const database = await createTestDatabase();
    expectSentences(
      await refusalOf({ ...env, DATABASE_URL: database.url }),
      `Port ${port} of 127.0.0.1 is in use: stop the program that listens there, or set PORT`,
    );
    await database.drop();
    await new Promise((closed) => server.close(closed));
  });

  it('says which folder cannot be written', async () => {
    // To the administrator of a machine no folder is closed, but nothing can be made inside of a file.
    const closed = join(folder, 'closed');
    await writeFile(closed, '');
    await chmod(closed, 0o400);
    const env = { NODE_ENV: 'test', PORT: '0', DATABASE_URL: `sqlite:${closed}/data/gatehouse.sqlite` };
    expectSentences(
      await refusalOf({ ...env, KEY_ENCRYPTION_KEY: TEST_KEY }),
      /^The folder .*closed\/data cannot be written: change its owner or rights, or point DATABASE_URL/,
    );
    expectSentences(
      await refusalOf(env),
      /^The (folder|key file) .*closed\/data.* cannot be (written|read): change its/,
    );
  });

  it('says that a file is no database', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(
      file,
      'This is a text, and a rather long one, so that it could be taken for a header of a database.'.repeat(20),
    );
    const refusal = await refusalOf({ NODE_ENV: 'test', PORT: '0', DATABASE_URL: `sqlite:${file}` });
    expectSentences(refusal, /notes\.txt .*DATABASE_URL/);
  });

  it('says which database cannot be reached, in time and without its password', async () => {
    const { server, port: silent } = await occupyPort();
    const refused = await freePort();
    for (const port of [refused, silent]) {
      const begun = performance.now();
      const refusal = await refusalOf({
        NODE_ENV: 'test',
        PORT: '0',
        KEY_ENCRYPTION_KEY: TEST_KEY,
        DATABASE_URL: `postgres://gatehouse:secret-password@127.0.0.1:${port}/gatehouse`,
      });
      expectSentences(refusal, `The database at 127.0.0.1:${port} cannot be reached`);
      expect(refusal).toContain('DATABASE_URL');
      expect(refusal).not.toContain('secret-password');
      expect(performance.now() - begun).toBeLessThan(SOON);
    }
    await new Promise((closed) => server.close(closed));
  });

  it('says that a database is too new, and leaves it as it is', async () => {
    const database = await migratedDatabase();
    const rows = await openRows(database);
    await rows.query(`INSERT INTO migrations (timestamp, name) VALUES (2000000000000, 'FromTheFuture2000000000000')`);
    // In a process of its own: what was opened by then does not keep it from ending.
    const failed = await fail({
      NODE_ENV: 'test',
      PORT: '0',
      KEY_ENCRYPTION_KEY: TEST_KEY,
      DATABASE_URL: database.url,
    });
    expectFailedStart(failed, /newer version.*FromTheFuture2000000000000.*start that version, or restore a backup/);
    expect(await rows.query(`SELECT name FROM migrations WHERE name LIKE 'FromTheFuture%'`)).toHaveLength(1);
    await rows.close();
    await database.drop();
  });

  it('OPS-03: says that the keys in the database were encrypted with another key, and makes no new ones', async () => {
    const database = await migratedDatabase();
    const rows = await openRows(database);
    const before = await rows.query('SELECT kid, state FROM signing_keys ORDER BY kid');
    const refusal = await refusalOf({ ...PRODUCTION, PORT: '0', DATABASE_URL: database.url });
    expectSentences(refusal, /cannot be decrypted with KEY_ENCRYPTION_KEY: give the key it was encrypted with/);
    expect(await rows.query('SELECT kid, state FROM signing_keys ORDER BY kid')).toEqual(before);
    await rows.close();
    await database.drop();
  });
});
