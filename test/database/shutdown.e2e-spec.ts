import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Balancer } from '../support/balancer';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { openSocket } from '../support/raw-http';
import { openRows } from '../support/database-rows';
import { report } from '../support/report';
import { ServerProcess } from '../support/server-process';
import { type Answer, TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { volley } from '../support/volley';
import { SOON, within } from '../support/within';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const register = (client: TestClient, username: string) =>
  client.post('/auth/register', { username, email: `${username}@example.com`, password: GOOD_PASSWORD });

async function signIn(client: TestClient, username: string): Promise<Tokens> {
  await register(client, username);
  const answer = await client.post('/auth/login', { username, password: GOOD_PASSWORD });
  expect(answer.status).toBe(200);
  return answer.body as Tokens;
}

describe('a node that stops', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    await ServerProcess.killAll();
    await database.drop();
  });

  it('answers the sign-ins in flight at SIGTERM, commits them, and exits with 0 without a wait for idle connections', async () => {
    const server = await ServerProcess.start(database.url, { LOG_LEVEL: 'info' });
    await register(new TestClient(server.url), 'in-flight');
    const idle = await openSocket(server.url);
    idle.write('GET /health/live HTTP/1.1\r\nHost: localhost:3000\r\n\r\n');
    await once(idle, 'data');
    const login = { path: '/auth/login', body: { username: 'in-flight', password: GOOD_PASSWORD } };
    const answers = volley(Array.from({ length: 40 }, () => ({ url: server.url, ...login })));
    await sleep(60);
    const asked = performance.now();
    server.signal('SIGTERM');
    expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    const answered = performance.now();
    expect(await server.exit).toEqual({ code: 0, signal: null });
    const ended = performance.now();
    report({ milliseconds: Math.round(ended - asked) });
    expect(ended - answered).toBeLessThan(9_000); // requests under way are cut after 10 s
    idle.destroy();
    expect(server.stdout).toContain('stopping');
    expect(server.stderr).toBe('');

    const rows = await openRows(database);
    const [sessions] = await rows.query<{ count: number | string }>('SELECT COUNT(*) AS count FROM sessions');
    await rows.close();
    expect(Number(sessions!.count)).toBe(40);
  });

  it('OPS-07: says at SIGINT at once that it is not ready, serves everything for SHUTDOWN_DELAY, and only then stops to listen', async () => {
    const server = await ServerProcess.start(database.url, { SHUTDOWN_DELAY: '1s' });
    const client = new TestClient(server.url);
    const { access_token, refresh_token } = await signIn(client, 'lame-duck');
    expect((await client.get('/health/ready')).status).toBe(200);
    const asked = performance.now();
    server.signal('SIGINT');
    await sleep(50);
    const ready = await client.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await client.get('/health/live')).status).toBe(200);
    const answers = [
      await client.withToken(access_token).get('/protected'),
      await client.post('/auth/refresh', { refresh_token }),
    ];
    for (const { status, headers } of answers) {
      expect([status, headers.get('connection')]).toEqual([200, 'close']);
    }
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeGreaterThan(900);
    await expect(client.get('/health/live')).rejects.toThrow();
  });

  it('RAC-09: a rolling restart of two nodes under load fails no request, and kill -9 only those in flight, which a retry mends; a second signal ends a node at once', async () => {
    const start = (delay = '1s') => ServerProcess.start(database.url, { SHUTDOWN_DELAY: delay, LOG_LEVEL: 'info' });
    let [left, right] = await Promise.all([start(), start()]);
    const balancer = new Balancer([left, right]);
    const failures: unknown[] = [];
    let mended = 0;
    let requests = 0;
    let killing = false;
    const load = { running: true };
    /** Sends a request to a node that is ready; only while a node is killed it may fail, and is then sent once more. */
    const send = async (request: (node: TestClient) => Promise<Answer>): Promise<Answer | null> => {
      requests++;
      try {
        return await request(balancer.next());
      } catch (error) {
        if (!killing) failures.push(error);
        await sleep(200); // until the balancer has noticed
        mended++;
        return request(balancer.next());
      }
    };
    const use = async ({ access_token, refresh_token }: Tokens) => {
      for (; load.running; await sleep(20)) {
        const refreshed = await send((node) => node.post('/auth/refresh', { refresh_token }));
        if (refreshed?.status === 200) ({ access_token, refresh_token } = refreshed.body as Tokens);
        const note = await send((node) =>
          node.withToken(access_token).post('/notes', { title: 'on the move', body: 'from node to node' }),
        );
        const read = await send((node) => node.withToken(access_token).get('/protected'));
        for (const answer of [refreshed, note, read]) {
          if (answer === null || answer.status >= 400) failures.push(answer?.text);
        }
      }
    };
    const travellers = Array.from({ length: 6 }, (_, index) => signIn(balancer.next(), `traveller-${index}`));
    const users = (await Promise.all(travellers)).map(use);
    await sleep(500);

    for (const turn of ['left', 'right'] as const) {
      const old = turn === 'left' ? left : right;
      expect(await old.stop()).toEqual({ code: 0, signal: null });
      balancer.remove(old);
      const fresh = await start(turn === 'left' ? '1s' : '60s');
      balancer.add(fresh);
      if (turn === 'left') left = fresh;
      else right = fresh;
      await sleep(200);
    }
    const rolled = requests;
    expect(failures).toEqual([]);

    killing = true;
    await left.kill();
    balancer.remove(left);
    await sleep(600);
    load.running = false;
    await Promise.all(users);
    await balancer.stop();
    report({ requests, rolled, mended });
    expect(failures).toEqual([]);
    expect(mended).toBeLessThanOrEqual(6);
    right.signal('SIGTERM');
    await within(SOON, async () => right.stdout.includes('stopping'));
    await sleep(100); // signals of the same moment are one
    expect(right.running).toBe(true);
    right.signal('SIGTERM');
    expect(await right.exit).toEqual({ code: 130, signal: null });
  }, 60_000);
});
