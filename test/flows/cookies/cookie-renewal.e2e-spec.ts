import { Injectable, Module } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { type ClaimsContributor, ContributesClaims } from '../../../src/auth/extension-points';
import { CookieBrowser } from '../../support/cookie-browser';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { ROOMY_LIMITS } from '../../support/roomy-limits';

/** Seconds after which an access token of 900 s is renewed: a third of its life is left. */
const DUE = 600;

const contribution: { refuses: boolean } = { refuses: false };

@ContributesClaims()
@Injectable()
class ColourClaims implements ClaimsContributor {
  contribute(): Readonly<Record<string, unknown>> {
    if (contribution.refuses) throw new Error('The colours are away.');
    return { colour: 'blue' };
  }
}

@Module({ providers: [ColourClaims] })
class ColourModule {}

describe('an access token in a cookie', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: { ...ROOMY_LIMITS, TOKEN_COOKIES: 'on' }, features: [ColourModule] });
  });

  afterAll(() => app.close());

  const signIn = async (username: string) => {
    await app.register(username);
    const browser = new CookieBrowser(app, app.clock);
    const credentials = { username, password: GOOD_PASSWORD, cookies: true };
    expect((await browser.post('/auth/login', credentials)).status).toBe(200);
    return browser;
  };

  const change = async (sql: string) => {
    const rows = await openRows(app.database);
    await rows.query(sql);
    await rows.close();
  };

  const namesSet = (answer: { headers: Headers }) => answer.headers.getSetCookie().map((line) => line.split('=')[0]);

  it('is renewed by whatever request comes when a third of its life is left, and not before', async () => {
    const browser = await signIn('alice');
    const first = browser.value('access_token')!;
    app.clock.advance(DUE - 1);
    expect(namesSet(await browser.get('/protected'))).toEqual([]);
    app.clock.advance(1);
    const answer = await browser.get('/protected');
    expect(answer.status).toBe(200);
    expect(namesSet(answer)).toEqual(['access_token', 'csrf_token']);

    const second = browser.value('access_token')!;
    const [before, after] = [decodeJwt(first), decodeJwt(second)];
    expect(after.exp! - before.exp!).toBe(DUE);
    for (const kept of ['sub', 'sid', 'family', 'auth_time', 'scope', 'colour']) {
      expect(after[kept]).toEqual(before[kept]);
    }
    expect(namesSet(await browser.get('/protected'))).toEqual([]);
    app.clock.advance(DUE - 1);
    expect((await browser.get('/protected')).status).toBe(200);
  });

  it('keeps a person signed in who looks in every ten minutes, for a day', async () => {
    const browser = await signIn('bob');
    for (let turn = 0; turn < 144; turn++) {
      app.clock.advance(DUE);
      expect((await browser.get('/protected')).status).toBe(200);
    }
    expect((await browser.post('/auth/refresh')).status).toBe(200);
  });

  it('is not renewed in a header', async () => {
    await app.register('carol');
    const { access_token: token } = (await app.login('carol')).body as Record<string, string>;
    app.clock.advance(DUE + 1);
    const answer = await app.withToken(token!).get('/protected');
    expect([answer.status, namesSet(answer)]).toEqual([200, []]);
  });

  it('is not renewed by a request that was not meant: one without its CSRF token', async () => {
    const browser = await signIn('dave');
    app.clock.advance(DUE);
    const answer = await browser.request('POST', '/notes', { title: 'x', body: 'y' });
    expect([answer.status, namesSet(answer)]).toEqual([403, []]);
  });

  it.each([
    ['its session has ended', (id: string) => `UPDATE sessions SET ended_at = 1 WHERE user_id = '${id}'`],
    ['its session has expired', (id: string) => `UPDATE sessions SET expires_at = 1 WHERE user_id = '${id}'`],
    ['its family was revoked', (id: string) => `UPDATE token_families SET revoked_at = 1 WHERE user_id = '${id}'`],
    ['its person is disabled', (id: string) => `UPDATE users SET disabled_at = 1 WHERE id = '${id}'`],
    ['its person is locked', (id: string) => `UPDATE users SET locked_at = 1 WHERE id = '${id}'`],
  ])('is not renewed when %s, even where this node has not heard of it', async (what, sql) => {
    const browser = await signIn(`erin.${what.replace(/[^a-z]/g, '')}`);
    await change(sql(decodeJwt(browser.value('access_token')!).sub!));
    app.clock.advance(DUE);
    const answer = await browser.get('/protected');
    expect([answer.status, namesSet(answer)]).toEqual([200, []]);
    app.clock.advance(311);
    expect((await browser.get('/protected')).status).toBe(401);
  });

  it('is not renewed after the end of what the refresh token lives at most', async () => {
    const browser = await signIn('frank');
    for (const days of [13, 13, 13, 13, 13, 13, 11]) {
      app.clock.advance(days * 86_400);
      expect((await browser.post('/auth/refresh')).status).toBe(200);
    }
    app.clock.advance(86_400 - 100);
    expect((await browser.post('/auth/refresh')).status).toBe(200);
    app.clock.advance(DUE);
    expect(namesSet(await browser.get('/protected'))).toEqual([]);
  });

  it('stays good when its renewal fails', async () => {
    const browser = await signIn('grace');
    app.clock.advance(DUE);
    contribution.refuses = true;
    const answer = await browser.get('/protected');
    contribution.refuses = false;
    expect([answer.status, namesSet(answer)]).toEqual([200, []]);
    expect(namesSet(await browser.get('/protected'))).toEqual(['access_token', 'csrf_token']);
  });
});
