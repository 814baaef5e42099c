import { appsOfEachTest } from '../../support/apps-of-each-test';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { type DatabaseRows, openRows } from '../../support/database-rows';
import { raceRounds } from '../../support/race-rounds';
import { endLimitWindows, ROOMY_LIMITS } from '../../support/roomy-limits';

const ROUNDS = raceRounds(1);

describe('registering on two nodes at once', () => {
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

  const count = async (condition: string) => {
    const [row] = await rows.query<{ count: number | string }>(
      `SELECT COUNT(*) AS count FROM users WHERE ${condition}`,
    );
    return Number(row!.count);
  };

  const statuses = (answers: readonly { status: number }[]) =>
    answers.map(({ status }) => status).sort((left, right) => left - right);

  it('makes one account of 50 parallel registrations of one identity, and answers all others with 409', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await endLimitWindows(rows);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          nodes[index % 2]!.register(`${index % 3 === 0 ? 'RACER' : 'racer'}-${round}`),
        ),
      );
      expect(statuses(answers)).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
      expect(await count(`username_canonical = 'racer-${round}'`)).toBe(1);
      expect((await nodes[0].login(`racer-${round}`)).status).toBe(200);
    }
  });

  it('makes one account of 20 parallel registrations of one e-mail address under different names', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await endLimitWindows(rows);
      const email = `runner-${round}@example.com`;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => nodes[index % 2]!.register(`runner-${round}-${index}`, { email })),
      );
      expect(statuses(answers)).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
      expect(await count(`email_canonical = '${email}'`)).toBe(1);
    }
  });

  it('lets people in on one node who have registered on the other a moment ago', async () => {
    expect((await nodes[1].register('traveller')).status).toBe(201);
    expect((await nodes[0].login('traveller')).status).toBe(200);
    expect((await nodes[0].register('traveller')).status).toBe(409);
  });
});

describe('registering', () => {
  const start = appsOfEachTest();

  it('is remembered after a restart of the server', async () => {
    const before = await start();
    expect((await before.register('keeper')).status).toBe(201);
    await before.stop();
    const after = await start({ database: before.database, clock: before.clock });
    expect((await after.register('keeper')).status).toBe(409);
    expect((await after.login('keeper')).status).toBe(200);
  });

  it('is refused where REGISTRATION is closed, and people who are there already sign in', async () => {
    const open = await start();
    await open.register('early');
    await open.stop();
    const closed = await start({
      env: { REGISTRATION: 'closed' },
      database: open.database,
      clock: open.clock,
    });
    const answer = await closed.register('late');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'registration_closed', status: 403 });
    expect((await closed.login('early')).status).toBe(200);
    expect((await closed.login('late')).status).toBe(401);
  });
});
