import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRows } from '../support/database-rows';
import { type FailedStart, ServerProcess, TEST_KEY } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase } from '../support/test-database';

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

/** A start that fails as it should: sentences on standard error and nothing else, no stack, exit code 1. */
function expectSentences(
  { code, signal, stdout, stderr }: FailedStart,
  ...sentences: readonly (string | RegExp)[]
): void {
  expect([code, signal, stdout]).toEqual([1, null, '']);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
  for (const line of lines) expect(line).toMatch(/^[A-Z][^]*[.?]$/);
  expect(stderr).not.toMatch(/^\s+at |node_modules|Error:/m);
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
  }, 30_000);

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
    expectSentences(
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
  }, 30_000);

  it('OPS-08: refuses in production to start without an issuer, without a key, and with the key of the documentation', async () => {
    const readme = await readFile(join(__dirname, '../../README.md'), 'utf8');
    const documented = [...readme.matchAll(/KEY_ENCRYPTION_KEY=['"]?([A-Za-z0-9+/_-]{43}=?)/g)].map(([, key]) => key!);
    expectSentences(
      await fail({ NODE_ENV: 'production' }),
      /^Set ISSUER in production/,
      /^Set KEY_ENCRYPTION_KEY in production/,
    );
    for (const key of [Buffer.alloc(32).toString('base64'), ...documented]) {
      expectSentences(
        await fail({ ...PRODUCTION, KEY_ENCRYPTION_KEY: key }),
        /^KEY_ENCRYPTION_KEY must be random in production/,
      );
    }
    expect(await readdir(folder)).toEqual([]); // nothing is made before the settings are good
  }, 30_000);

  it('AUT-27: makes no account, no client for strangers and no secret of its own accord', async () => {
    const database = await createTestDatabase();
    const server = await ServerProcess.startWith({
      cwd: folder,
      env: { ...PRODUCTION, PORT: '0', DATABASE_URL: database.url },
    });
    const client = new TestClient(server.url);
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
      expect((await client.post('/auth/login', { username, password })).status).toBe(401);
    }
    const rows = await openRows(database);
    expect(await rows.query('SELECT id FROM users')).toEqual([]);
    expect(await rows.query('SELECT id FROM clients')).toEqual([{ id: 'first-party' }]);
    await rows.close();
    await server.kill();
    await database.drop();
  }, 30_000);

  it('AUT-27: refuses an administrator whose password attackers try first', async () => {
    const database = await createTestDatabase();
    const env = { ...PRODUCTION, PORT: '0', DATABASE_URL: database.url, ADMIN_EMAIL: 'admin@example.com' };
    for (const password of ['admin', 'password', 'changeme1', 'gatehouse123']) {
      const failed = await fail({ ...env, ADMIN_PASSWORD: password });
      expectSentences(failed, /ADMIN_PASSWORD/);
      expect(failed.stderr).not.toContain(password === 'password' ? 'password ' + password : `"${password}"`);
    }
    await database.drop();
  }, 60_000);

  it('says which port is in use', async () => {
    const { server, port } = await occupyPort();
    const failed = await fail({ NODE_ENV: 'test', HOST: '127.0.0.1', PORT: String(port) });
    expectSentences(failed, `Port ${port} of 127.0.0.1 is in use: stop the program that listens there, or set PORT`);
    await new Promise((closed) => server.close(closed));
  }, 30_000);

  it('says which folder cannot be written', async () => {
    // To the administrator of a machine no folder is closed, but nothing can be made inside of a file.
    const closed = join(folder, 'closed');
    await writeFile(closed, '');
    await chmod(closed, 0o400);
    const env = { NODE_ENV: 'test', PORT: '0', DATABASE_URL: `sqlite:${closed}/data/gatehouse.sqlite` };
    expectSentences(
      await fail({ ...env, KEY_ENCRYPTION_KEY: TEST_KEY }),
      /^The folder .*closed\/data cannot be written: change its owner or rights, or point DATABASE_URL/,
    );
    expectSentences(await fail(env), /^The (folder|key file) .*closed\/data.* cannot be (written|read): change its/);
  }, 30_000);

  it('says that a file is no database', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(
      file,
      'This is a text, and a rather long one, so that it could be taken for a header of a database.'.repeat(20),
    );
    const failed = await fail({ NODE_ENV: 'test', PORT: '0', DATABASE_URL: `sqlite:${file}` });
    expectSentences(failed, /notes\.txt .*DATABASE_URL/);
  }, 30_000);

  it('says which database cannot be reached, in time and without its password', async () => {
    const { server, port: silent } = await occupyPort();
    const refused = await freePort();
    for (const port of [refused, silent]) {
      const failed = await fail({
        NODE_ENV: 'test',
        PORT: '0',
        KEY_ENCRYPTION_KEY: TEST_KEY,
        DATABASE_URL: `postgres://gatehouse:secret-password@127.0.0.1:${port}/gatehouse`,
      });
      expectSentences(failed, `The database at 127.0.0.1:${port} cannot be reached`);
      expect(failed.stderr).toContain('DATABASE_URL');
      expect(failed.stderr).not.toContain('secret-password');
      expect(failed.took).toBeLessThan(8_000);
    }
    await new Promise((closed) => server.close(closed));
  }, 30_000);

  it('says that a database is too new, and leaves it as it is', async () => {
    const database = await createTestDatabase();
    await (await ServerProcess.start(database.url)).stop();
    const rows = await openRows(database);
    await rows.query(`INSERT INTO migrations (timestamp, name) VALUES (2000000000000, 'FromTheFuture2000000000000')`);
    const failed = await fail({
      NODE_ENV: 'test',
      PORT: '0',
      KEY_ENCRYPTION_KEY: TEST_KEY,
      DATABASE_URL: database.url,
    });
    expectSentences(failed, /newer version.*FromTheFuture2000000000000.*start that version, or restore a backup/);
    expect(await rows.query(`SELECT name FROM migrations WHERE name LIKE 'FromTheFuture%'`)).toHaveLength(1);
    await rows.close();
    await database.drop();
  }, 30_000);

  it('OPS-03: says that the keys in the database were encrypted with another key, and makes no new ones', async () => {
    const database = await createTestDatabase();
    await (await ServerProcess.start(database.url)).stop();
    const rows = await openRows(database);
    const before = await rows.query('SELECT kid, state FROM signing_keys ORDER BY kid');
    const failed = await fail({ ...PRODUCTION, PORT: '0', DATABASE_URL: database.url });
    expectSentences(failed, /cannot be decrypted with KEY_ENCRYPTION_KEY: give the key it was encrypted with/);
    expect(await rows.query('SELECT kid, state FROM signing_keys ORDER BY kid')).toEqual(before);
    await rows.close();
    await database.drop();
  }, 30_000);
});
