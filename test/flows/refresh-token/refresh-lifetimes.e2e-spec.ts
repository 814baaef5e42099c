import { appsOfEachTest } from '../../support/apps-of-each-test';
import type { TestApp } from '../../support/create-test-app';

const HOUR = 3_600;

describe('the life of a refresh token', () => {
  const start = appsOfEachTest();

  const withApp = async (env: Readonly<Record<string, string>>, test: (app: TestApp) => Promise<void>) => {
    const app = await start({ env });
    await app.register('alice');
    await test(app);
  };

  const signIn = async (app: TestApp) => (await app.login('alice')).body.refresh_token as string;
  const refresh = (app: TestApp, token: string) => app.post('/auth/refresh', { refresh_token: token });
  const LIFETIMES = { REFRESH_TOKEN_LIFETIME: '1h', REFRESH_TOKEN_ABSOLUTE_LIFETIME: '3h' };

  it('ends when nobody uses it for REFRESH_TOKEN_LIFETIME, to the second, and begins anew at every use', () =>
    withApp(LIFETIMES, async (app) => {
      const first = await signIn(app);
      app.clock.advance(HOUR - 1);
      const second = (await refresh(app, first)).body.refresh_token as string;
      app.clock.advance(HOUR - 1);
      const third = await refresh(app, second);
      expect(third.status).toBe(200);
      app.clock.advance(HOUR);
      const late = await refresh(app, third.body.refresh_token as string);
      expect([late.status, late.body.code]).toEqual([401, 'invalid_refresh_token']);
    }));

  it('ends after REFRESH_TOKEN_ABSOLUTE_LIFETIME, to the second, however often it is used (RFR-06)', () =>
    withApp(LIFETIMES, async (app) => {
      let token = await signIn(app);
      for (const step of [HOUR - 1, HOUR - 1, HOUR - 1, 2]) {
        app.clock.advance(step);
        const answer = await refresh(app, token);
        expect(answer.status).toBe(200);
        token = answer.body.refresh_token as string;
      }
      app.clock.advance(1);
      expect((await refresh(app, token)).status).toBe(401);
      const again = await app.login('alice');
      expect(again.status).toBe(200);
    }));

  it('lets an access token live on by itself when it ends', () =>
    withApp({ ...LIFETIMES, ACCESS_TOKEN_LIFETIME: '2h' }, async (app) => {
      const login = (await app.login('alice')).body as Record<string, string>;
      app.clock.advance(HOUR + 1);
      expect((await refresh(app, login['refresh_token']!)).status).toBe(401);
      expect((await app.withToken(login['access_token']!).get('/protected')).status).toBe(200);
    }));

  it('with a leeway of 0 allows no reuse: the second use revokes the family', () =>
    withApp({ REFRESH_REUSE_LEEWAY: '0' }, async (app) => {
      const first = await signIn(app);
      const second = await refresh(app, first);
      expect(second.status).toBe(200);
      expect((await refresh(app, first)).status).toBe(401);
      expect((await refresh(app, second.body.refresh_token as string)).status).toBe(401);
      expect((await app.withToken(second.body.access_token as string).get('/protected')).status).toBe(401);
    }));

  it('takes the leeway from REFRESH_REUSE_LEEWAY, to the second', () =>
    withApp({ REFRESH_REUSE_LEEWAY: '2m' }, async (app) => {
      const first = await signIn(app);
      const second = (await refresh(app, first)).body.refresh_token as string;
      app.clock.advance(119);
      expect((await refresh(app, first)).body.refresh_token).toBe(second);
      app.clock.advance(1);
      expect((await refresh(app, first)).status).toBe(401);
      expect((await refresh(app, second)).status).toBe(401);
    }));
});
