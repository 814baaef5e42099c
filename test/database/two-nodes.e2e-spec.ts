import { decodeProtectedHeader } from 'jose';
import { KeyRotation } from '../../src/keys/key-rotation';
import { createTestApp, GOOD_PASSWORD } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { FakeClock } from '../support/fake-clock';
import { raceRounds } from '../support/race-rounds';
import { report } from '../support/report';
import { ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { volley } from '../support/volley';
import { SOON, within } from '../support/within';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const REFRESHES = raceRounds(20);
const FLIGHTS = raceRounds(8);
const REGISTRATIONS = raceRounds(1);
const MOVES = raceRounds(5);

/** Failures on one account until it is refused. */
const ATTEMPTS = 10;

describe('two nodes on one database', () => {
  let database: TestDatabase;
  let rows: DatabaseRows;
  let nodes: readonly ServerProcess[];
  let a: TestClient;
  let b: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    const start = () => ServerProcess.start(database.url, { RATE_LIMIT_LOGIN_PER_ACCOUNT: String(ATTEMPTS) });
    nodes = await Promise.all([start(), start()]);
    [a, b] = nodes.map(({ url }) => new TestClient(url)) as [TestClient, TestClient];
    rows = await openRows(database);
  }, 60_000);

  afterAll(async () => {
    await rows.close();
    await ServerProcess.killAll();
    await database.drop();
  });

  const register = (client: TestClient, username: string, email = `${username}@example.com`) =>
    client.post('/auth/register', { username, email, password: GOOD_PASSWORD });

  const login = async (client: TestClient, username: string): Promise<Tokens> => {
    const answer = await client.post('/auth/login', { username, password: GOOD_PASSWORD });
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  };

  const refresh = async (client: TestClient, { refresh_token }: Pick<Tokens, 'refresh_token'>): Promise<Tokens> => {
    const answer = await client.post('/auth/refresh', { refresh_token });
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  };

  /** One request each to the nodes in turn. */
  const overBoth = (count: number, request: (index: number) => { path: string; body: unknown }) =>
    volley(Array.from({ length: count }, (_, index) => ({ url: nodes[index % 2]!.url, ...request(index) })));

  it('come up together on an empty database: it is migrated once, and both have the same keys', async () => {
    const migrations = await rows.query<{ name: string }>('SELECT name FROM migrations');
    expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
    const states = await rows.query<{ state: string }>(
      `SELECT state FROM signing_keys WHERE alg = 'ES256' ORDER BY state`,
    );
    expect(states.map(({ state }) => state)).toEqual(['active', 'next']);
    expect((await a.get('/jwks.json')).text).toBe((await b.get('/jwks.json')).text);
  });

  it(`RAC-02: 50 parallel refreshes of one token over two processes all succeed with one live successor, ${REFRESHES} times`, async () => {
    await register(a, 'many-tabs');
    let { refresh_token } = await login(a, 'many-tabs');
    const began = performance.now();
    for (let round = 0; round < REFRESHES; round++) {
      const answers = await overBoth(50, () => ({ path: '/auth/refresh', body: { refresh_token } }));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const successors = new Set(answers.map(({ body }) => (body as Tokens).refresh_token));
      expect(successors.size).toBe(1);
      expect(successors).not.toContain(refresh_token);
      [refresh_token] = successors as unknown as [string];
      const accessToken = (answers[round % 50]!.body as Tokens).access_token;
      for (const node of [a, b]) expect((await node.withToken(accessToken).get('/auth/me')).status).toBe(200);
    }
    report({ refreshes: 50 * REFRESHES, seconds: Math.round(performance.now() - began) / 1_000 });
    expect((await b.post('/auth/refresh', { refresh_token })).status).toBe(200);
    const families = await rows.query<{ revoked_at: unknown }>(
      `SELECT revoked_at FROM token_families JOIN users ON users.id = user_id WHERE username = 'many-tabs'`,
    );
    expect(families).toEqual([{ revoked_at: null }]);
  });

  it('RAC-08, SES-07: what one node writes the other reads; a sign-out on one ends the refresh token at once and the access token soon after on the other', async () => {
    const lags: number[] = [];
    const flow = async (username: string) => {
      expect((await register(b, username)).status).toBe(201);
      const first = await login(a, username);
      expect((await b.withToken(first.access_token).get('/auth/me')).status).toBe(200);
      const second = await refresh(b, first);
      const note = await a.withToken(second.access_token).post('/notes', { title: 'to both', body: 'written on A' });
      expect(note.status).toBe(201);
      const read = await b.withToken(second.access_token).get(note.headers.get('location')!);
      expect(read.status).toBe(200);
      const third = await refresh(a, second);
      expect((await a.withToken(third.access_token).get('/auth/me')).status).toBe(200);

      expect((await a.withToken(third.access_token).post('/auth/logout')).status).toBe(204);
      const signedOut = performance.now();
      expect((await b.post('/auth/refresh', { refresh_token: third.refresh_token })).status).toBe(401);
      expect((await a.withToken(third.access_token).get('/auth/me')).status).toBe(401);
      await within(SOON, async () => (await b.withToken(third.access_token).get('/protected')).status === 401);
      lags.push(performance.now() - signedOut);
    };
    for (let round = 0; round < FLIGHTS; round++) {
      await Promise.all([0, 1, 2, 3, 4].map((flight) => flow(`traveller-${round}-${flight}`)));
    }
    report({ flows: lags.length, slowestRevocation: Math.round(Math.max(...lags)) });
  });

  it('RFR-01: a token of one node that is replayed on the other after the leeway ends its family on both', async () => {
    await register(a, 'replayed');
    const first = await login(a, 'replayed');
    const second = await refresh(a, first);
    const other = await login(b, 'replayed');
    // The leeway is over for everybody but the clock on the wall.
    const digests = `SELECT superseded FROM token_families JOIN users ON users.id = user_id WHERE username = 'replayed' AND superseded <> ''`;
    const [row] = await rows.query<{ superseded: string }>(digests);
    const earlier = row!.superseded.replace(/:(\d+);/g, (_match, at: string) => `:${Number(at) - 31_000};`);
    await rows.query(`UPDATE token_families SET superseded = '${earlier}' WHERE superseded = '${row!.superseded}'`);

    expect((await b.post('/auth/refresh', { refresh_token: first.refresh_token })).status).toBe(401);
    expect((await a.post('/auth/refresh', { refresh_token: second.refresh_token })).status).toBe(401);
    for (const node of [a, b]) {
      await within(SOON, async () => (await node.withToken(second.access_token).get('/auth/me')).status === 401);
      expect((await node.withToken(other.access_token).get('/auth/me')).status).toBe(200);
    }
    expect((await a.post('/auth/refresh', { refresh_token: other.refresh_token })).status).toBe(200);
  });

  it('RAC-05, AUT-12: of 50 parallel registrations of one name or address in many spellings over two nodes one succeeds', async () => {
    const spellings = [
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => name.replace('a', 'ａ'), // full width
      (name: string) => name.normalize('NFD'),
      (name: string) => name[0]!.toUpperCase() + name.slice(1),
    ];
    const spelt = (name: string, index: number) => spellings[index % spellings.length]!(name);
    const attempts = {
      'one name': (round: number, index: number) => ({
        username: spelt(`gaël-${round}`, index),
        email: `person-${round}-${index}@example.com`,
      }),
      'one address': (round: number, index: number) => ({
        username: `somebody-${round}-${index}`,
        email: `${spelt(`gaby-${round}`, index)}@example.com`,
      }),
    };
    for (let round = 0; round < REGISTRATIONS; round++) {
      for (const [what, identity] of Object.entries(attempts)) {
        const answers = await overBoth(50, (index) => ({
          path: '/auth/register',
          body: { ...identity(round, index), password: GOOD_PASSWORD },
        }));
        const count = (status: number) => answers.filter((answer) => answer.status === status).length;
        expect([what, count(201), count(409)]).toEqual([what, 1, 49]);
      }
    }
  });

  it('RAC-05: of two people who change to one address at the same moment on two nodes one is refused', async () => {
    for (let round = 0; round < MOVES; round++) {
      const names = [`mover-${round}-a`, `mover-${round}-b`];
      await Promise.all(names.map((name) => register(a, name)));
      const tokens = await Promise.all(names.map((name) => login(a, name)));
      const answers = await volley(
        tokens.map(({ access_token }, index) => ({
          url: nodes[index]!.url,
          method: 'PATCH',
          path: '/auth/me',
          headers: { Authorization: `Bearer ${access_token}` },
          body: { email: `wanted-${round}@example.com`, currentPassword: GOOD_PASSWORD },
        })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  it('AUT-08, RAC-18: of 200 simultaneous wrong passwords over two nodes exactly as many are looked at as the limit allows', async () => {
    await register(a, 'besieged');
    const answers = await overBoth(200, (index) => ({
      path: '/auth/login',
      body: { username: 'besieged', password: `wrong-${index}` },
    }));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(ATTEMPTS);
    expect(refused).toHaveLength(200 - ATTEMPTS);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const [looked] = await rows.query<{ count: number | string }>(
      `SELECT COUNT(*) AS count FROM audit_events JOIN users ON users.id = user_id WHERE type = 'sign-in.failed' AND username = 'besieged'`,
    );
    expect(Number(looked!.count)).toBe(ATTEMPTS);
  }, 60_000);

  it('RAC-15: keys are rotated three times under load without a refused token, and a leaked key is out soon after', async () => {
    const operator = await createTestApp({ database, clock: new FakeClock(Date.now()) });
    const rotation = operator.resolve(KeyRotation);
    await register(a, 'steady');
    let { refresh_token } = await login(a, 'steady');
    let running = true;
    const statuses: number[] = [];
    const seen: string[] = [];
    const issuedBy = new Map<TestClient, string | undefined>();
    const load = (async () => {
      for (let turn = 0; running; turn++) {
        const [issuing, guarding] = turn % 2 === 0 ? [a, b] : [b, a];
        const tokens = await refresh(issuing, { refresh_token });
        refresh_token = tokens.refresh_token;
        seen.push(tokens.access_token);
        issuedBy.set(issuing, decodeProtectedHeader(tokens.access_token).kid);
        for (const token of [tokens.access_token, seen[0]!]) {
          statuses.push((await guarding.withToken(token).get('/protected')).status);
        }
      }
    })();
    try {
      await within(SOON, async () => issuedBy.size === 2);
      for (let turn = 0; turn < 3; turn++) {
        const rotated = await rotation.rotate({ atOnce: true });
        if (rotated.outcome !== 'rotated') throw new Error(rotated.outcome);
        await within(SOON, async () => [a, b].every((node) => issuedBy.get(node) === rotated.kid));
      }
    } finally {
      running = false;
      await load;
    }
    const keyIds = new Set(seen.map((token) => Buffer.from(token.split('.')[0]!, 'base64url').toString()));
    expect(keyIds.size).toBe(4);
    report({ guarded: statuses.length, keys: keyIds.size });
    expect(new Set(statuses)).toEqual(new Set([200]));

    const leaked = seen.at(-1)!;
    expect(await rotation.rotate({ revoke: true })).toMatchObject({ outcome: 'rotated' });
    for (const node of [a, b]) {
      await within(SOON, async () => (await node.withToken(leaked).get('/protected')).status === 401);
      expect((await node.withToken(seen[0]!).get('/protected')).status).toBe(200);
      const tokens = await refresh(node, { refresh_token });
      refresh_token = tokens.refresh_token;
      expect((await node.withToken(tokens.access_token).get('/protected')).status).toBe(200);
    }
    await operator.stop();
  }, 60_000);
});
