import { createLocalJWKSet, jwtVerify } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sweeper } from '../../src/database/sweeper';
import { KeyRing } from '../../src/keys/key-ring';
import { KeyRotation } from '../../src/keys/key-rotation';
import {
  createTestApp,
  GOOD_PASSWORD,
  TEST_ISSUER,
  type TestApp,
  type TestAppOptions,
} from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { FakeClock } from '../support/fake-clock';
import { raceRounds } from '../support/race-rounds';
import { report } from '../support/report';
import { NO_LIMITS } from '../support/server-process';
import { type Answer, type TestClient } from '../support/test-client';
import { createTestDatabase, onPostgres, type TestDatabase } from '../support/test-database';
import { sendAndVanish, volley } from '../support/volley';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const ROUNDS = raceRounds(10);

describe('races', () => {
  let database: TestDatabase;
  let rows: DatabaseRows;
  let apps: TestApp[];

  beforeEach(async () => {
    database = await createTestDatabase();
    apps = [];
  });

  afterEach(async () => {
    await rows.close();
    for (const app of apps) await app.stop();
    await database.drop();
  });

  const start = async (options: TestAppOptions = {}): Promise<TestApp> => {
    const app = await createTestApp({ ...options, database, env: { ...NO_LIMITS, ...options.env } });
    apps.push(app);
    if (apps.length === 1) rows = await openRows(database);
    return app;
  };

  const signIn = async (app: TestApp, username: string): Promise<Tokens> => {
    const answer = await app.login(username);
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  };

  const refresh = async (client: TestClient, refresh_token: string): Promise<Tokens> => {
    const answer = await client.post('/auth/refresh', { refresh_token });
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  };

  const guarded = async (client: TestClient, token: string) => (await client.withToken(token).get('/protected')).status;

  it(`RAC-02: without leeway exactly one of 50 parallel refreshes succeeds, and what it gave ends with the family, ${ROUNDS} times`, async () => {
    const app = await start({ env: { REFRESH_REUSE_LEEWAY: '0s' } });
    await app.register('alice');
    for (let round = 0; round < ROUNDS; round++) {
      const { refresh_token } = await signIn(app, 'alice');
      const request = { url: app.url, path: '/auth/refresh', body: { refresh_token } };
      const answers = await volley(Array.from({ length: 50 }, () => request));
      const won = answers.filter(({ status }) => status === 200).map(({ body }) => body as Tokens);
      expect([won.length, answers.filter(({ status }) => status === 401).length]).toEqual([1, 49]);
      expect((await app.post('/auth/refresh', { refresh_token: won[0]!.refresh_token })).status).toBe(401);
      expect(await guarded(app, won[0]!.access_token)).toBe(401);
    }
    const live = await rows.query('SELECT id FROM token_families WHERE revoked_at IS NULL');
    expect(live).toEqual([]);
  });

  describe('RAC-14: clocks', () => {
    it('RAC-14: nodes whose clocks differ by up to the tolerance take each other’s tokens at once', async () => {
      const noon = Date.parse('2026-11-24T12:00:00Z');
      const slow = await start({ clock: new FakeClock(noon - 5_000) });
      const fast = await start({ clock: new FakeClock(noon + 4_000) });
      await slow.register('alice');
      for (const [one, other] of [
        [slow, fast],
        [fast, slow],
      ] as const) {
        const tokens = await signIn(one, 'alice');
        expect(await guarded(other, tokens.access_token)).toBe(200);
        const next = await refresh(other, tokens.refresh_token);
        expect(await guarded(one, next.access_token)).toBe(200);
        const retried = await refresh(one, tokens.refresh_token);
        expect(retried.refresh_token).toBe(next.refresh_token);
      }
    });

    it('RAC-14: a token from further ahead than the tolerance is refused, and no token lives longer than its life and the tolerance', async () => {
      const noon = Date.parse('2026-11-24T12:00:00Z');
      const right = await start({ clock: new FakeClock(noon) });
      const ahead = await start({ clock: new FakeClock(noon + 600_000) });
      await right.register('alice');
      const early = await signIn(ahead, 'alice');
      expect(await guarded(right, early.access_token)).toBe(401);
      const { access_token } = await signIn(right, 'alice');
      right.clock.advance(900 + 9);
      expect(await guarded(right, access_token)).toBe(200);
      right.clock.advance(1);
      expect(await guarded(right, access_token)).toBe(401);
    });

    it('RAC-14: a clock that jumps back ten minutes, and on again, costs a refresh and makes nothing live for ever', async () => {
      const app = await start({ env: { RATE_LIMIT_LOGIN_PER_ACCOUNT: '3' } });
      await app.register('alice');
      await app.register('bob');
      const before = await signIn(app, 'alice');
      for (let attempt = 0; attempt < 5; attempt++) await app.login('bob', 'wrong');
      expect((await app.login('bob')).status).toBe(429);

      app.clock.advance(-600);
      const during = await refresh(app, before.refresh_token);
      expect(await guarded(app, during.access_token)).toBe(200);
      const refused = await app.login('bob');
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(300 + 600);

      app.clock.advance(600);
      expect(await guarded(app, during.access_token)).toBe(200);
      app.clock.advance(311);
      expect((await app.login('bob')).status).toBe(200);
      app.clock.advance(600);
      expect(await guarded(app, during.access_token)).toBe(401);
      expect(await guarded(app, before.access_token)).toBe(401);
      const after = await refresh(app, during.refresh_token);
      expect(await guarded(app, after.access_token)).toBe(200);
    });

    it.each(['2028-02-29T23:59:58Z', '2038-01-19T03:14:06Z', '2100-02-28T23:59:58Z'])(
      'RAC-14: everything works while the clock passes from %s into the next day',
      async (instant) => {
        const app = await start({ clock: new FakeClock(instant) });
        await app.register('alice');
        const tokens = await signIn(app, 'alice');
        app.clock.advance(5);
        expect(await guarded(app, tokens.access_token)).toBe(200);
        const next = await refresh(app, tokens.refresh_token);
        expect(await guarded(app, next.access_token)).toBe(200);
        app.clock.advance(911);
        expect(await guarded(app, next.access_token)).toBe(401);
        const last = await refresh(app, next.refresh_token);
        expect((await app.withToken(last.access_token).post('/auth/logout')).status).toBe(204);
        expect(await guarded(app, last.access_token)).toBe(401);
        expect((await app.resolve(Sweeper).sweep()) >= 0).toBe(true);
      },
    );
  });

  it('RAC-15: a verifier that keeps the key set for as long as it may is never shown a key that it does not have', async () => {
    const app = await start();
    await app.register('alice');
    const [rotation, keyRing] = [app.resolve(KeyRotation), app.resolve(KeyRing)];
    const fetchKeys = async () =>
      createLocalJWKSet((await app.get('/jwks.json')).body as Parameters<typeof createLocalJWKSet>[0]);
    const maxAge = Number(/max-age=(\d+)/.exec((await app.get('/jwks.json')).headers.get('cache-control') ?? '')?.[1]);
    expect(maxAge).toBeGreaterThan(0);
    const keyIds = new Set<string>();
    const verify = async (token: string, keys: Awaited<ReturnType<typeof fetchKeys>>) => {
      const currentDate = new Date(app.clock.now());
      const { protectedHeader } = await jwtVerify(token, keys, { issuer: TEST_ISSUER, typ: 'at+jwt', currentDate });
      keyIds.add(protectedHeader.kid!);
    };
    let previous = (await signIn(app, 'alice')).access_token;
    for (let turn = 0; turn < 3; turn++) {
      expect(await rotation.rotate()).toMatchObject({ outcome: 'too-soon' });
      app.clock.advance(600 - maxAge + 1);
      const stale = await fetchKeys();
      app.clock.advance(maxAge - 1);
      expect(await rotation.rotate()).toMatchObject({ outcome: 'rotated' });
      await keyRing.refresh();
      const { access_token } = await signIn(app, 'alice');
      await verify(access_token, stale);
      await verify(previous, await fetchKeys());
      expect(await guarded(app, previous)).toBe(200);
      previous = access_token;
    }
    expect(keyIds.size).toBe(4);
    // The longest that a key signs are ID tokens.
    app.clock.advance(3_600 + 10 + 3_600 + 1);
    await app.resolve(Sweeper).sweep();
    await keyRing.refresh();
    const states = await rows.query<{ state: string }>(
      `SELECT state FROM signing_keys WHERE alg = 'ES256' ORDER BY state`,
    );
    expect(states.map(({ state }) => state)).toEqual(['active', 'next']);
    const published = (await app.get('/jwks.json')).body as { keys: { alg?: string }[] };
    expect(published.keys.filter(({ alg }) => alg === 'ES256')).toHaveLength(2);
  });

  it('RAC-18: of 30 parallel registrations over two nodes exactly as many pass as the limit of their address allows', async () => {
    const env = { RATE_LIMIT_REGISTRATION_PER_ADDRESS: '8' };
    const nodes = [await start({ env }), await start({ env })];
    const answers = await volley(
      Array.from({ length: 30 }, (_, index) => ({
        url: nodes[index % 2]!.url,
        path: '/auth/register',
        body: { username: `person-${index}`, email: `person-${index}@example.com`, password: GOOD_PASSWORD },
      })),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(201), count(429)]).toEqual([8, 22]);
    expect(await rows.query('SELECT id FROM users')).toHaveLength(8);
  }, 30_000);

  it('RAC-18: of 300 parallel refreshes over two nodes never more pass than the limit allows, and no more than a lease fewer', async () => {
    const env = { RATE_LIMIT_REFRESH_PER_ACCOUNT: '100' };
    const nodes = [await start({ env }), await start({ env })];
    await nodes[0]!.register('alice');
    const { refresh_token } = await signIn(nodes[0]!, 'alice');
    const answers = await volley(
      Array.from({ length: 300 }, (_, index) => ({
        url: nodes[index % 2]!.url,
        path: '/auth/refresh',
        body: { refresh_token },
      })),
    );
    const passed = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(300 - passed);
    expect(passed).toBeLessThanOrEqual(100);
    expect(passed).toBeGreaterThanOrEqual(98);
  }, 30_000);

  it('RAC-20: 20,000 expired rows are swept away under live traffic, which goes on meanwhile, and nothing else dies', async () => {
    const app = await start();
    await app.register('alice');
    let { refresh_token } = await signIn(app, 'alice');
    const past = app.clock.now() - 1_000;
    const user = `(SELECT id FROM users WHERE username = 'alice')`;
    const numbers = onPostgres
      ? 'SELECT i FROM generate_series(1, 10000) AS i'
      : 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n';
    await rows.query(
      `INSERT INTO sessions (id, user_id, authenticated_at, acr, amr, created_at, idle, absolute_expires_at, expires_at)
       SELECT 'old-' || i, ${user}, 1, 'urn:test', 'pwd', 1, 1, ${past}, ${past} FROM (${numbers}) AS numbers`,
    );
    await rows.query(
      `INSERT INTO revocations (kind, subject, revoked_at, expires_at) SELECT 'token', 'old-' || i, 1, ${past} FROM (${numbers}) AS numbers`,
    );
    let swept = false;
    const sweeping = app
      .resolve(Sweeper)
      .sweep()
      .finally(() => (swept = true));
    let answered = 0;
    for (; !swept; answered++) {
      const tokens = await refresh(app, refresh_token);
      ({ refresh_token } = tokens);
      expect(await guarded(app, tokens.access_token)).toBe(200);
    }
    expect(await sweeping).toBe(20_000);
    report({ answered });
    // Of a sweep that locked traffic out, the first request would see nothing but the end.
    expect(answered).toBeGreaterThan(3);
    expect(await rows.query(`SELECT id FROM sessions`)).toHaveLength(1);
    expect(await rows.query(`SELECT seq FROM revocations WHERE expires_at <= ${past}`)).toEqual([]);
  }, 60_000);

  it('RAC-21: clients that vanish right after asking leave no transaction open, and find their state when they come back', async () => {
    const app = await start();
    await app.register('alice');
    let { refresh_token } = await signIn(app, 'alice');
    for (let turn = 0; turn < 100; turn++) {
      const request = { url: app.url, path: '/auth/refresh', body: { refresh_token } };
      await Promise.all([sendAndVanish(request), sendAndVanish(request)]);
      if (turn % 10 === 0) {
        const body = { username: `vanished-${turn}`, email: `vanished-${turn}@example.com`, password: GOOD_PASSWORD };
        await sendAndVanish({ url: app.url, path: '/auth/register', body });
        await sendAndVanish({
          url: app.url,
          path: '/auth/login',
          body: { username: 'alice', password: GOOD_PASSWORD },
        });
      }
      ({ refresh_token } = await refresh(app, refresh_token));
    }
    await sleep(500);
    const families = await rows.query<{ revoked_at: unknown; session_id: string }>(
      'SELECT revoked_at, session_id FROM token_families',
    );
    expect(families.filter(({ revoked_at }) => revoked_at !== null)).toEqual([]);
    const sessions = await rows.query<{ id: string }>('SELECT id FROM sessions');
    expect(sessions.map(({ id }) => id).sort()).toEqual(families.map(({ session_id }) => session_id).sort());
    const halves = 'SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM password_credentials)';
    expect(await rows.query(halves)).toEqual([]);
    if (onPostgres) {
      const open = `SELECT state FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
      expect(await rows.query(open)).toEqual([]);
    } else {
      await rows.query('BEGIN IMMEDIATE'); // nobody else holds the lock
      await rows.query('ROLLBACK');
    }
    const all = await Promise.all(Array.from({ length: 50 }, (): Promise<Answer> => app.get('/health/ready')));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  }, 60_000);
});
