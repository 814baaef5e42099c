import { appsOfEachTest } from '../../support/apps-of-each-test';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer } from '../../support/test-client';
import { SOON, within } from '../../support/within';

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

const told = ({ status, body }: Answer) => [status, body.code];

describe('signing out', () => {
  const start = appsOfEachTest();
  let app: TestApp;
  let neighbour: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    neighbour = await createTestApp({ env: ROOMY_LIMITS, database: app.database, clock: app.clock });
  });

  afterAll(async () => {
    await neighbour.stop();
    await app.close();
  });

  const signIn = async (username: string, node = app): Promise<Tokens> => {
    const { body } = await node.login(username);
    return { access: body.access_token as string, refresh: body.refresh_token as string };
  };

  const person = async (username: string): Promise<Tokens> => {
    await app.register(username);
    return signIn(username);
  };

  const isDead = async ({ access, refresh }: Tokens, node = app) => {
    expect(told(await node.withToken(access).get('/protected'))).toEqual([401, 'token_revoked']);
    expect(told(await node.post('/auth/refresh', { refresh_token: refresh }))).toEqual([401, 'invalid_refresh_token']);
  };

  const isAlive = async ({ access }: Tokens, node = app) => {
    expect((await node.withToken(access).get('/protected')).status).toBe(200);
  };

  describe('of one session', () => {
    it('by its access token kills that and the refresh token, and no other session of the person', async () => {
      const first = await person('alice');
      const second = await signIn('alice');
      const answer = await app.withToken(first.access).post('/auth/logout');
      expect([answer.status, answer.text]).toEqual([204, '']);
      await isDead(first);
      await isAlive(second);
      expect((await app.post('/auth/refresh', { refresh_token: second.refresh })).status).toBe(200);
    });

    it('by its refresh token alone kills both, when the access token has expired or is lost', async () => {
      const tokens = await person('bob');
      expect((await app.post('/auth/logout', { refresh_token: tokens.refresh })).status).toBe(204);
      await isDead(tokens);
    });

    it('kills the access tokens of earlier refreshes too', async () => {
      const tokens = await person('carol');
      const next = (await app.post('/auth/refresh', { refresh_token: tokens.refresh })).body as Record<string, string>;
      expect((await app.withToken(next['access_token']!).post('/auth/logout')).status).toBe(204);
      await isDead(tokens);
      await isDead({ access: next['access_token']!, refresh: next['refresh_token']! });
    });

    it('with neither token says what to send', async () => {
      for (const body of [undefined, {}, { refresh_token: null }, { refresh_token: '' }, { refresh_token: 7 }]) {
        const answer = await app.post('/auth/logout', body);
        expect(told(answer)).toEqual([400, 'validation_failed']);
        expect(answer.body.errors).toMatchObject([{ pointer: '#/refresh_token' }]);
      }
    });

    it('points at unknown fields and at a text that is too long', async () => {
      const unknown = await app.post('/auth/logout', { token: 'x' });
      expect(unknown.body.errors).toMatchObject([{ pointer: '#/token' }]);
      const long = await app.post('/auth/logout', { refresh_token: 'x'.repeat(8_193) });
      expect(long.body.errors).toMatchObject([{ pointer: '#/refresh_token' }]);
    });

    it('a second time is told that the token is dead already', async () => {
      const tokens = await person('dave');
      await app.withToken(tokens.access).post('/auth/logout');
      expect(told(await app.withToken(tokens.access).post('/auth/logout'))).toEqual([401, 'token_revoked']);
      expect(told(await app.post('/auth/logout', { refresh_token: tokens.refresh }))).toEqual([
        401,
        'invalid_refresh_token',
      ]);
    });

    it('two clicks at once answer without a fault and end the session once', async () => {
      const tokens = await person('erin');
      const client = app.withToken(tokens.access);
      const answers = await Promise.all([client.post('/auth/logout'), client.post('/auth/logout')]);
      for (const answer of answers) expect([204, 401]).toContain(answer.status);
      expect(answers.map(({ status }) => status)).toContain(204);
      await isDead(tokens);
    });

    it('works with a refresh token that was rotated a moment ago: the answer may have been lost', async () => {
      const tokens = await person('frances');
      const next = (await app.post('/auth/refresh', { refresh_token: tokens.refresh })).body as Record<string, string>;
      expect((await app.post('/auth/logout', { refresh_token: tokens.refresh })).status).toBe(204);
      await isDead(tokens);
      await isDead({ access: next['access_token']!, refresh: next['refresh_token']! });
    });

    it('is refused with a refresh token rotated long ago, with one that was never given, and with a bad access token', async () => {
      const tokens = await person('frank');
      await app.post('/auth/refresh', { refresh_token: tokens.refresh });
      app.clock.advance(30);
      expect(told(await app.post('/auth/logout', { refresh_token: tokens.refresh }))).toEqual([
        401,
        'invalid_refresh_token',
      ]);
      expect(told(await app.post('/auth/logout', { refresh_token: 'ghr_nonsense' }))).toEqual([
        401,
        'invalid_refresh_token',
      ]);
      expect(told(await app.withToken('nonsense').post('/auth/logout'))).toEqual([401, 'invalid_token']);
      await isAlive(tokens);
    });

    it('is not done by GET', async () => {
      const tokens = await person('grace');
      expect((await app.withToken(tokens.access).get('/auth/logout')).status).toBe(405);
      await isAlive(tokens);
    });
  });

  describe('of all sessions', () => {
    it('kills every token of the person and of nobody else', async () => {
      const [first, stranger] = [await person('heidi'), await person('ivan')];
      const second = await signIn('heidi', neighbour);
      expect((await app.withToken(second.access).post('/auth/logout-all')).status).toBe(204);
      await isDead(first);
      await isDead(second);
      await isAlive(stranger);
    });

    it('lets the person sign in again at once', async () => {
      const tokens = await person('judy');
      await app.withToken(tokens.access).post('/auth/logout-all');
      await isAlive(await signIn('judy'));
    });

    it('needs an access token', async () => {
      const { refresh } = await person('ken');
      expect(told(await app.post('/auth/logout-all'))).toEqual([401, 'missing_token']);
      expect(told(await app.post('/auth/logout-all', { refresh_token: refresh }))).toEqual([401, 'missing_token']);
      expect(told(await app.withToken(refresh).post('/auth/logout-all'))).toEqual([401, 'invalid_token']);
    });

    it('a second time is told that the token is dead already', async () => {
      const { access } = await person('leo');
      await app.withToken(access).post('/auth/logout-all');
      expect(told(await app.withToken(access).post('/auth/logout-all'))).toEqual([401, 'token_revoked']);
    });
  });

  describe('is known soon on every node (SES-07)', () => {
    it.each(['/auth/logout', '/auth/logout-all'])('after %s', async (path) => {
      const tokens = await person(`mallory${path.length}`);
      await isAlive(tokens, neighbour);
      await app.withToken(tokens.access).post(path);
      await isDead(tokens);
      expect(told(await neighbour.post('/auth/refresh', { refresh_token: tokens.refresh }))).toEqual([
        401,
        'invalid_refresh_token',
      ]);
      await within(SOON, async () => (await neighbour.withToken(tokens.access).get('/protected')).status === 401);
      await isDead(tokens, neighbour);
    });
  });

  it('is known to a node that starts later (SES-07)', async () => {
    const tokens = await person('nina');
    await app.withToken(tokens.access).post('/auth/logout');
    const late = await start({ env: ROOMY_LIMITS, database: app.database, clock: app.clock });
    await isDead(tokens, late);
  });
});
