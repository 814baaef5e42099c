import { setTimeout as sleep } from 'node:timers/promises';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { report } from '../support/report';
import { ServerProcess } from '../support/server-process';
import { TcpProxy } from '../support/tcp-proxy';
import { type Answer, TestClient } from '../support/test-client';
import { createTestDatabase, onPostgres, type TestDatabase } from '../support/test-database';
import { SOON, within } from '../support/within';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Milliseconds within which a client hears that the database is away. */
const AT_ONCE = 3_000;

/** Refreshes without pause and keeps book: what was acknowledged, and what was answered instead. */
class Refresher {
  readonly refusals: Answer[] = [];
  acknowledged = 0;
  slowest = 0;
  running = true;

  constructor(
    private readonly client: TestClient,
    private tokens: Tokens,
  ) {}

  async run(): Promise<void> {
    for (; this.running; await sleep(10)) {
      const begun = performance.now();
      const answer = await this.client.post('/auth/refresh', { refresh_token: this.tokens.refresh_token });
      this.slowest = Math.max(this.slowest, performance.now() - begun);
      if (answer.status === 200) {
        this.tokens = answer.body as Tokens;
        this.acknowledged++;
      } else this.refusals.push(answer);
    }
  }

  /** No success was given away without its commit: the last acknowledged tokens are good. */
  async expectGood(): Promise<void> {
    expect((await this.client.withToken(this.tokens.access_token).get('/auth/me')).status).toBe(200);
    const { refresh_token } = this.tokens;
    expect((await this.client.post('/auth/refresh', { refresh_token })).status).toBe(200);
  }
}

async function signIn(client: TestClient, username: string): Promise<Tokens> {
  await client.post('/auth/register', { username, email: `${username}@example.com`, password: GOOD_PASSWORD });
  const answer = await client.post('/auth/login', { username, password: GOOD_PASSWORD });
  expect(answer.status).toBe(200);
  return answer.body as Tokens;
}

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body.code]).toEqual([503, 'temporarily_unavailable']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|SQLITE|postgres|SELECT|timeout/);
}

/** Waits until the node says that it is ready. @returns after how many milliseconds */
async function recovery(client: TestClient): Promise<number> {
  const begun = performance.now();
  while ((await client.get('/health/ready')).status !== 200) {
    if (performance.now() - begun > 20_000) throw new Error('The node does not become ready again.');
    await sleep(50);
  }
  return performance.now() - begun;
}

async function timed(request: Promise<Answer>): Promise<{ answer: Answer; took: number }> {
  const begun = performance.now();
  return { answer: await request, took: performance.now() - begun };
}

describe('a database that goes away', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    await ServerProcess.killAll();
    await database.drop();
  });

  const outages = {
    'is restarted': { begin: (proxy: TcpProxy) => proxy.cut(), end: (proxy: TcpProxy) => proxy.restore() },
    'falls silent': { begin: (proxy: TcpProxy) => proxy.pause(), end: (proxy: TcpProxy) => proxy.resume() },
  };

  const onServer = () => {
    let proxy: TcpProxy;
    let server: ServerProcess;
    let client: TestClient;

    beforeEach(async () => {
      proxy = await TcpProxy.to(database.url);
      server = await ServerProcess.start(proxy.through(database.url), { LOG_LEVEL: 'error' });
      client = new TestClient(server.url);
    });

    afterEach(() => proxy.close());

    it.each(Object.keys(outages) as (keyof typeof outages)[])(
      'RAC-10, OPS-07: PostgreSQL %s under load: 503 with Retry-After soon, alive but not ready, nothing acknowledged is lost, and it recovers by itself',
      async (outage) => {
        const refreshers = await Promise.all(
          [0, 1, 2, 3].map(async (index) => new Refresher(client, await signIn(client, `refresher-${index}`))),
        );
        const { access_token } = await signIn(client, 'bystander');
        const load = Promise.all(refreshers.map((refresher) => refresher.run()));
        await sleep(400);
        await outages[outage].begin(proxy);
        await sleep(300);

        expect((await client.get('/health/live')).status).toBe(200);
        const ready = await timed(client.get('/health/ready'));
        expect(ready.answer.status).toBe(503);
        expect(ready.took).toBeLessThan(AT_ONCE);
        expect(ready.answer.text).not.toContain('127.0.0.1');
        const requests = await Promise.all(
          [
            client.post('/auth/login', { username: 'bystander', password: GOOD_PASSWORD }),
            client.post('/auth/register', { username: 'late', email: 'late@example.com', password: GOOD_PASSWORD }),
            client.withToken(access_token).post('/auth/logout'),
            client.withToken(access_token).get('/notes'),
          ].map(timed),
        );
        for (const { answer, took } of requests) {
          expectUnavailable(answer);
          expect(took).toBeLessThan(2 * AT_ONCE);
        }
        // What needs no database goes on, for as long as revocations are known well enough (see revocation-index).
        expect((await client.withToken(access_token).get('/protected')).status).toBe(200);
        expect((await client.get('/jwks.json')).status).toBe(200);

        await outages[outage].end(proxy);
        const recovered = await recovery(client);
        expect(recovered).toBeLessThan(10_000);
        await sleep(500);
        for (const refresher of refreshers) refresher.running = false;
        await load;
        expect(server.running).toBe(true);
        for (const refresher of refreshers) {
          expect(refresher.refusals.length).toBeGreaterThan(0);
          refresher.refusals.forEach(expectUnavailable);
          expect(refresher.slowest).toBeLessThan(2 * AT_ONCE);
          await refresher.expectGood();
        }
        expect((await client.withToken(access_token).post('/auth/logout')).status).toBe(204);
        report({
          outage,
          recovered: Math.round(recovered),
          ready: Math.round(ready.took),
          requests: requests.map(({ took }) => Math.round(took)),
          acknowledged: refreshers.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
        });
      },
      60_000,
    );

    it('RAC-10: PostgreSQL ends every connection under load: what was in flight is told 503, the next request succeeds', async () => {
      const refresher = new Refresher(client, await signIn(client, 'refresher'));
      const load = refresher.run();
      for (let round = 0; round < 10; round++) {
        const before = refresher.acknowledged;
        await within(SOON, async () => refresher.acknowledged > before);
        proxy.breakConnections();
      }
      const before = refresher.acknowledged;
      await within(SOON, async () => refresher.acknowledged > before);
      refresher.running = false;
      await load;
      refresher.refusals.forEach(expectUnavailable);
      await refresher.expectGood();
      expect(server.running).toBe(true);
      report({ acknowledged: refresher.acknowledged, refused: refresher.refusals.length });
    });

    it('RAC-10: a database that only reads is told as 503, not as an error of the server', async () => {
      const { access_token, refresh_token } = await signIn(client, 'reader');
      const rows = await openRows(database);
      const name = new URL(database.url).pathname.slice(1);
      await rows.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      proxy.breakConnections();
      await recovery(client);
      expectUnavailable(await client.post('/auth/refresh', { refresh_token }));
      expect((await client.withToken(access_token).get('/notes')).status).toBe(200);
      await rows.query(`SET default_transaction_read_only = off`);
      await rows.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
      await rows.close();
      proxy.breakConnections();
      await recovery(client);
      expect((await client.post('/auth/refresh', { refresh_token })).status).toBe(200);
    });

    it('RAC-10, RAC-18: requests beyond the pool wait their turn or are told 503; none fails otherwise and no connection is lost', async () => {
      const { access_token } = await signIn(client, 'crowd');
      const rows = await openRows(database);
      await rows.query('BEGIN');
      await rows.query('LOCK TABLE notes IN ACCESS EXCLUSIVE MODE');
      const waiting = Array.from({ length: 60 }, () => timed(client.withToken(access_token).get('/notes')));
      await sleep(500);
      await rows.query('COMMIT');
      const answers = await Promise.all(waiting);
      const statuses = new Set(answers.map(({ answer }) => answer.status));
      for (const status of statuses) expect([200, 503]).toContain(status);
      expect(answers.filter(({ answer }) => answer.status === 200).length).toBeGreaterThan(0);
      expect((await client.withToken(access_token).get('/notes')).status).toBe(200);
      expect(proxy.connections).toBeLessThanOrEqual(10);
      await rows.close();
    });
  };

  const onFile = () => {
    let server: ServerProcess;
    let client: TestClient;
    let intruder: DatabaseRows;

    beforeEach(async () => {
      server = await ServerProcess.start(database.url);
      client = new TestClient(server.url);
      intruder = await openRows(database);
    });

    afterEach(() => intruder.close());

    it('RAC-11: a second process that holds the write lock for a second makes writers wait and fails no request; readers do not notice', async () => {
      const refresher = new Refresher(client, await signIn(client, 'refresher'));
      const { access_token } = await signIn(client, 'reader');
      const load = refresher.run();
      await intruder.query('BEGIN IMMEDIATE');
      const held = sleep(1_000);
      let slowestRead = 0;
      for (let read = 0; read < 10; read++) {
        const { answer, took } = await timed(client.withToken(access_token).get('/notes'));
        expect(answer.status).toBe(200);
        slowestRead = Math.max(slowestRead, took);
        await sleep(50);
      }
      await held;
      await intruder.query('COMMIT');
      await sleep(300);
      refresher.running = false;
      await load;
      expect(refresher.refusals).toEqual([]);
      expect(refresher.slowest).toBeGreaterThan(700);
      expect(slowestRead).toBeLessThan(1_000);
      report({ slowestWrite: Math.round(refresher.slowest), slowestRead: Math.round(slowestRead) });
      await refresher.expectGood();
      expect(await intruder.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    });

    it('RAC-11, OPS-07: a write lock that does not end is told as 503 with Retry-After, and writing goes on by itself after it', async () => {
      const refresher = new Refresher(client, await signIn(client, 'refresher'));
      const { access_token } = await signIn(client, 'reader');
      await intruder.query('BEGIN IMMEDIATE');
      const load = refresher.run();
      await within(SOON, async () => refresher.refusals.length > 0);
      refresher.refusals.forEach(expectUnavailable);
      expect((await client.withToken(access_token).get('/notes')).status).toBe(200);
      expect((await client.get('/health/live')).status).toBe(200);
      await intruder.query('COMMIT');
      await within(SOON, async () => refresher.acknowledged > 0);
      refresher.running = false;
      await load;
      await refresher.expectGood();
      expect(server.running).toBe(true);
    });

    it('RAC-11: under writes without pause the write-ahead log does not grow without bound', async () => {
      const { access_token } = await signIn(client, 'writer');
      const note = { title: 'long', body: 'x'.repeat(20_000) }; // five pages
      const write = async () => {
        for (let turn = 0; turn < 100; turn++) {
          expect((await client.withToken(access_token).post('/notes', note)).status).toBe(201);
        }
      };
      await Promise.all([write(), write(), write(), write()]);
      const [checkpoint] = await intruder.query<{ busy: number; log: number }>('PRAGMA wal_checkpoint(PASSIVE)');
      report({ pagesInLog: checkpoint!.log });
      expect(checkpoint!.busy).toBe(0);
      expect(checkpoint!.log).toBeLessThan(1_800); // of more than 2,000 that were written
    });
  };

  if (onPostgres) onServer();
  else onFile();
});
