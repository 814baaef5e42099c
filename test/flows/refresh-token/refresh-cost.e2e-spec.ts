import { appsOfEachTest } from '../../support/apps-of-each-test';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { recordStatements } from '../../support/recorded-statements';

const REFRESHES = 50;

describe('what it costs the database', () => {
  const start = appsOfEachTest();
  let app: TestApp;
  let statements: string[];

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
  });

  afterAll(() => app.close());

  beforeEach(() => {
    statements = recordStatements(app);
  });

  afterEach(() => jest.restoreAllMocks());

  const signIn = async () => (await app.login('alice')).body as Record<string, string>;

  it('a refresh: at most three statements, the leases of its rate limits included', async () => {
    let { refresh_token: token } = await signIn();
    statements.length = 0;
    let largest = 0;
    for (let count = 0; count < REFRESHES; count++) {
      const before = statements.length;
      const answer = await app.post('/auth/refresh', { refresh_token: token });
      expect(answer.status).toBe(200);
      token = answer.body.refresh_token as string;
      if (count > 0) largest = Math.max(largest, statements.length - before);
    }
    expect(largest).toBeLessThanOrEqual(3);
    expect(statements.length).toBeLessThanOrEqual(3 * REFRESHES);
    const writes = statements.filter((sql) => /^(?:INSERT|UPDATE|DELETE)/.test(sql) && !sql.includes('rate_limits'));
    expect(writes).toHaveLength(REFRESHES);
  });

  it('a refused text that was never a refresh token: no statement beside the leases', async () => {
    await app.post('/auth/refresh', { refresh_token: 'ghr_nonsense' });
    statements.length = 0;
    for (let count = 0; count < 10; count++) {
      expect((await app.post('/auth/refresh', { refresh_token: `ghr_${'A'.repeat(86)}` })).status).toBe(401);
    }
    expect(statements).toEqual([]);
  });

  it('a guarded route with a token that was seen before: none', async () => {
    const { access_token: token } = await signIn();
    const client = app.withToken(token!);
    statements.length = 0;
    for (let count = 0; count < 10; count++) expect((await client.get('/protected')).status).toBe(200);
    expect(statements).toEqual([]);
  });

  it('a guarded route with a token of another node that is seen for the first time: none', async () => {
    const { access_token: token } = await signIn();
    const other = await start({ database: app.database, clock: app.clock });
    const seen = recordStatements(other);
    expect((await other.withToken(token!).get('/protected')).status).toBe(200);
    expect(seen).toEqual([]);
  });

  it('a refused token, a missing one and a public route: none', async () => {
    statements.length = 0;
    expect((await app.withToken('nonsense').get('/protected')).status).toBe(401);
    expect((await app.get('/protected')).status).toBe(401);
    expect((await app.get('/jwks.json')).status).toBe(200);
    expect(statements).toEqual([]);
  });

  it('the person behind a token: one, and only where a route asks for them', async () => {
    const { access_token: token } = await signIn();
    statements.length = 0;
    expect((await app.withToken(token!).get('/auth/me')).status).toBe(200);
    expect(statements).toHaveLength(1);
  });
});
