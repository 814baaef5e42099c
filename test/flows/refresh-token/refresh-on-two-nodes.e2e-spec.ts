import { appsOfEachTest } from '../../support/apps-of-each-test';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { type DatabaseRows, openRows } from '../../support/database-rows';
import { raceRounds } from '../../support/race-rounds';
import { endLimitWindows, ROOMY_LIMITS } from '../../support/roomy-limits';
import { volley } from '../../support/volley';

const ROUNDS = raceRounds(1);
const REFRESHES = 50;

describe('refreshing on two nodes', () => {
  let nodes: readonly [TestApp, TestApp];
  let rows: DatabaseRows;

  beforeAll(async () => {
    const first = await createTestApp({ env: ROOMY_LIMITS });
    nodes = [first, await createTestApp({ env: ROOMY_LIMITS, database: first.database, clock: first.clock })];
    rows = await openRows(first.database);
  });

  afterAll(async () => {
    await rows.close();
    await nodes[1].stop();
    await nodes[0].close();
  });

  const signIn = async (username: string): Promise<string> => {
    await nodes[0].register(username);
    return (await nodes[0].login(username)).body.refresh_token as string;
  };

  const refresh = (token: string, node: TestApp) => node.post('/auth/refresh', { refresh_token: token });

  const liveFamilies = async (username: string) => {
    const families = await rows.query(
      `SELECT id FROM token_families WHERE revoked_at IS NULL AND user_id = (SELECT id FROM users WHERE username = '${username}')`,
    );
    return families.length;
  };

  it('50 parallel refreshes of one token all succeed with the same successor and leave one live family', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await endLimitWindows(rows);
      const token = await signIn(`alice-${round}`);
      const answers = await volley(
        Array.from({ length: REFRESHES }, (_, index) => ({
          url: nodes[index % 2]!.url,
          path: '/auth/refresh',
          body: { refresh_token: token },
        })),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const successors = new Set(answers.map(({ body }) => body.refresh_token as string));
      expect(successors.size).toBe(1);
      expect(await liveFamilies(`alice-${round}`)).toBe(1);

      for (const [index, { body }] of answers.entries()) {
        const client = nodes[(index + 1) % 2]!.withToken(body.access_token as string);
        expect((await client.get('/protected')).status).toBe(200);
      }
      const [successor] = successors;
      expect((await refresh(successor!, nodes[1])).status).toBe(200);
    }
  });

  it('20 parallel refreshes of a token that was rotated long ago are all refused and revoke its family once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await endLimitWindows(rows);
      const token = await signIn(`bob-${round}`);
      const next = await refresh(token, nodes[1]);
      nodes[0].clock.advance(31);
      const answers = await volley(
        Array.from({ length: 20 }, (_, index) => ({
          url: nodes[index % 2]!.url,
          path: '/auth/refresh',
          body: { refresh_token: token },
        })),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
      expect(await liveFamilies(`bob-${round}`)).toBe(0);
      expect((await refresh(next.body.refresh_token as string, nodes[0])).status).toBe(401);
      const replays = await rows.query(`SELECT seq FROM audit_events WHERE type = 'token.replayed'`);
      expect(replays).toHaveLength(round + 1);
    }
  });

  it('many people who refresh at once get each their own tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => signIn(`person${index}`)));
    const answers = await volley(
      tokens.map((token, index) => ({
        url: nodes[index % 2]!.url,
        path: '/auth/refresh',
        body: { refresh_token: token },
      })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    for (const [index, { body }] of answers.entries()) {
      const me = await nodes[0].withToken(body.access_token as string).get('/auth/me');
      expect(me.body.username).toBe(`person${index}`);
    }
  });

  it('a token given by one node is rotated by the other, turn by turn', async () => {
    let token = await signIn('carol');
    for (let turn = 0; turn < 6; turn++) {
      const answer = await refresh(token, nodes[turn % 2]!);
      expect(answer.status).toBe(200);
      token = answer.body.refresh_token as string;
    }
  });

  it('a sign-out that meets 10 refreshes on the other node leaves nothing alive', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await endLimitWindows(rows);
      const name = `dave-${round}`;
      await nodes[0].register(name);
      const login = (await nodes[0].login(name)).body as Record<string, string>;
      const [signedOut, ...refreshed] = await Promise.all([
        nodes[0].withToken(login['access_token']!).post('/auth/logout'),
        ...Array.from({ length: 10 }, () => refresh(login['refresh_token']!, nodes[1])),
      ]);
      expect(signedOut.status).toBe(204);
      expect(await liveFamilies(name)).toBe(0);
      for (const { status, body } of refreshed) {
        expect([200, 401]).toContain(status);
        if (status === 401) continue;
        expect((await nodes[0].withToken(body.access_token as string).get('/protected')).status).toBe(401);
        expect((await refresh(body.refresh_token as string, nodes[1])).status).toBe(401);
      }
    }
  });
});

describe('refreshing', () => {
  const start = appsOfEachTest();

  it('goes on after a restart of the server, lost answers included', async () => {
    const before = await start();
    await before.register('erin');
    const login = await before.login('erin');
    const first = login.body.refresh_token as string;
    const second = (await before.post('/auth/refresh', { refresh_token: first })).body.refresh_token as string;
    await before.stop();

    const after = await start({ database: before.database, clock: before.clock });
    expect((await after.withToken(login.body.access_token as string).get('/protected')).status).toBe(200);
    expect((await after.post('/auth/refresh', { refresh_token: first })).body.refresh_token).toBe(second);
    expect((await after.post('/auth/refresh', { refresh_token: second })).status).toBe(200);
  });
});
