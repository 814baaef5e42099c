import { Controller, Get, Module, Post } from '@nestjs/common';
import { Accounts } from '../../../src/auth/accounts';
import { AccessToken, type Claims } from '../../../src/auth/access-token.decorator';
import { OptionalAuth } from '../../../src/auth/optional-auth.decorator';
import { RequireRefreshToken } from '../../../src/auth/require-refresh-token.decorator';
import { CookieBrowser } from '../../support/cookie-browser';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer } from '../../support/test-client';

@Controller('page')
class PageController {
  @Get()
  read(@AccessToken() claims: Claims): { jti: string } {
    return { jti: claims.jti };
  }

  @Post()
  write(): { written: true } {
    return { written: true };
  }

  @OptionalAuth()
  @Get('front')
  front(@AccessToken() claims: Claims | null): { signedIn: boolean } {
    return { signedIn: claims !== null };
  }
}

@Controller('auth/page')
class RefreshPageController {
  @RequireRefreshToken()
  @Post()
  look(): { in: true } {
    return { in: true };
  }
}

@Module({ controllers: [PageController, RefreshPageController] })
class PageModule {}

const told = ({ status, body }: Answer) => [status, body.code];

describe('tokens in cookies', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      env: { ...ROOMY_LIMITS, TOKEN_COOKIES: 'on', CORS_ORIGINS: 'https://app.example.com' },
      features: [PageModule],
    });
    await app.register('alice');
    await app.register('bob');
  });

  afterAll(() => app.close());

  const credentials = (username: string) => ({ username, password: GOOD_PASSWORD, cookies: true });

  const signIn = async (username = 'alice', node = app) => {
    const browser = new CookieBrowser(node, app.clock);
    const answer = await browser.post('/auth/login', credentials(username));
    expect(answer.status).toBe(200);
    return browser;
  };

  describe('are set at sign-in where they are asked for,', () => {
    it('out of reach of scripts, and the answer holds no token (SES-02)', async () => {
      const browser = new CookieBrowser(app, app.clock);
      const answer = await browser.post('/auth/login', credentials('alice'));
      expect(answer.body).toEqual({
        token_type: 'Bearer',
        expires_in: 900,
        scope: expect.stringContaining('notes:read notes:write') as string,
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');

      const now = app.clock.now();
      expect(Object.fromEntries(browser.cookies)).toEqual({
        access_token: {
          value: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
          attributes: ['Path=/', 'HttpOnly', 'SameSite=Lax'],
          path: '/',
          expiresAt: now + 900_000,
        },
        refresh_token: {
          value: expect.stringMatching(/^ghr_/) as string,
          attributes: ['Path=/auth', 'HttpOnly', 'SameSite=Strict'],
          path: '/auth',
          expiresAt: now + 14 * 86_400_000,
        },
        csrf_token: {
          value: expect.stringMatching(/^[\w-]{43}$/) as string,
          attributes: ['Path=/', 'SameSite=Lax'],
          path: '/',
          expiresAt: now + 14 * 86_400_000,
        },
      });
      for (const line of answer.headers.getSetCookie()) expect(line.length).toBeLessThan(4_096);
    });

    it('and not where they are not asked for', async () => {
      for (const cookies of [undefined, false]) {
        const answer = await app.post('/auth/login', { ...credentials('alice'), cookies });
        expect(answer.headers.getSetCookie()).toEqual([]);
        expect(answer.body).toHaveProperty('access_token');
      }
    });

    it('and a wrong password sets none', async () => {
      const answer = await app.post('/auth/login', { ...credentials('alice'), password: 'wrong-one-1' });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
    });

    it('for a page of this site only: another’s would sign the person in as somebody else (SES-03)', async () => {
      const attempt = (headers: Readonly<Record<string, string>>) =>
        app.post('/auth/login', credentials('alice'), headers);
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `${TEST_ISSUER}.evil.example` },
        { origin: 'http://localhost:3001' },
        { 'sec-fetch-site': 'cross-site' },
        { origin: TEST_ISSUER, 'sec-fetch-site': 'cross-site' },
      ]) {
        const answer = await attempt(headers);
        expect(told(answer)).toEqual([403, 'csrf_failed']);
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
      for (const headers of [
        { origin: TEST_ISSUER, 'sec-fetch-site': 'same-origin' },
        { origin: 'https://app.example.com', 'sec-fetch-site': 'same-site' },
      ]) {
        expect((await attempt(headers)).status).toBe(200);
      }
    });
  });

  describe('let requests in', () => {
    it('that only read, without more', async () => {
      const browser = await signIn();
      expect((await browser.get('/page')).status).toBe(200);
      expect((await browser.request('HEAD', '/page')).status).toBe(200);
      expect((await browser.get('/page/front')).body).toEqual({ signedIn: true });
    });

    it('that change something, with the CSRF token of their session only', async () => {
      const browser = await signIn();
      const other = await signIn('bob');
      expect((await browser.post('/page')).status).toBe(201);
      for (const headers of [
        {},
        { 'x-csrf-token': '' },
        { 'x-csrf-token': 'nonsense' },
        { 'x-csrf-token': other.value('csrf_token')! },
        { 'x-csrf-token': `${browser.value('csrf_token')!}x` },
        { cookie: `access_token=${browser.value('access_token')}; csrf_token=planted`, 'x-csrf-token': 'planted' },
      ]) {
        const answer = await browser.request('POST', '/page', undefined, headers);
        expect(told(answer)).toEqual([403, 'csrf_failed']);
        expect(answer.body.detail).toBe('Repeat the value of the csrf_token cookie in the X-CSRF-Token header.');
      }
    });

    it('on every node, and after a restart', async () => {
      const browser = await signIn();
      const node = await createTestApp({
        env: { TOKEN_COOKIES: 'on' },
        features: [PageModule],
        database: app.database,
        clock: app.clock,
      });
      const elsewhere = new CookieBrowser(node, app.clock);
      for (const [name, cookie] of browser.cookies) elsewhere.cookies.set(name, cookie);
      const answers = [await elsewhere.get('/page'), await elsewhere.post('/page')];
      await node.stop();
      expect(answers.map(({ status }) => status)).toEqual([200, 201]);
    });
  });

  describe('beside a token in the header', () => {
    it('are refused where the two differ (RFC 6750 §2)', async () => {
      const browser = await signIn();
      const { access_token: other } = (await app.login('bob')).body as Record<string, string>;
      const answer = await browser.get('/page', { authorization: `Bearer ${other}` });
      expect(told(answer)).toEqual([400, 'invalid_request']);
      expect(answer.body.detail).toMatch(/in one way only/);
    });

    it('need no CSRF token where the two are the same: no other site can know it', async () => {
      const browser = await signIn();
      const headers = { authorization: `Bearer ${browser.value('access_token')}` };
      expect((await browser.request('POST', '/page', undefined, headers)).status).toBe(201);
    });
  });

  describe('are refreshed by the cookie,', () => {
    it('with the CSRF token, into cookies again', async () => {
      const browser = await signIn();
      const before = Object.fromEntries([...browser.cookies].map(([name, { value }]) => [name, value]));
      const refused = await browser.request('POST', '/auth/refresh');
      expect(told(refused)).toEqual([403, 'csrf_failed']);

      const answer = await browser.post('/auth/refresh');
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        token_type: 'Bearer',
        expires_in: 900,
        scope: expect.stringContaining('notes:read notes:write') as string,
      });
      expect(browser.value('access_token')).not.toBe(before['access_token']);
      expect(browser.value('refresh_token')).not.toBe(before['refresh_token']);
      expect(browser.value('csrf_token')).toBe(before['csrf_token']);
      expect((await browser.post('/page')).status).toBe(201);
    });

    it('also when the access token has expired and the browser has dropped it', async () => {
      const browser = await signIn();
      app.clock.advance(901);
      expect(told(await browser.get('/page'))).toEqual([401, 'missing_token']);
      expect((await browser.post('/auth/refresh')).status).toBe(200);
      expect((await browser.get('/page')).status).toBe(200);
    });

    it('and a token in the body is answered in the body', async () => {
      const browser = await signIn();
      const { refresh_token: token } = (await app.login('bob')).body as Record<string, string>;
      const answer = await browser.request('POST', '/auth/refresh', { refresh_token: token });
      expect(answer.body).toHaveProperty('access_token');
      expect(answer.headers.getSetCookie()).toEqual([]);
    });

    it('and a refresh-only route takes it, with the CSRF token', async () => {
      const browser = await signIn();
      expect((await browser.post('/auth/page')).status).toBe(201);
      expect(told(await browser.request('POST', '/auth/page'))).toEqual([403, 'csrf_failed']);
    });
  });

  describe('are unset', () => {
    it('at sign-out, which needs the CSRF token (SES-05)', async () => {
      const browser = await signIn();
      const copied = browser.value('access_token')!;
      expect(told(await browser.request('POST', '/auth/logout'))).toEqual([403, 'csrf_failed']);
      expect(browser.cookies.size).toBe(3);
      expect((await browser.post('/auth/logout')).status).toBe(204);
      expect([...browser.cookies.keys()]).toEqual([]);
      expect(told(await app.withToken(copied).get('/page'))).toEqual([401, 'token_revoked']);
    });

    it('at sign-out by the refresh cookie alone', async () => {
      const browser = await signIn();
      app.clock.advance(901);
      expect(told(await browser.request('POST', '/auth/logout'))).toEqual([403, 'csrf_failed']);
      expect((await browser.post('/auth/logout')).status).toBe(204);
      expect([...browser.cookies.keys()]).toEqual([]);
    });

    it('at the sign-out of all sessions', async () => {
      const browser = await signIn();
      expect((await browser.post('/auth/logout-all')).status).toBe(204);
      expect([...browser.cookies.keys()]).toEqual([]);
    });

    it('where the session was ended elsewhere: the first answer drops the access token, the refresh the rest', async () => {
      const browser = await signIn('bob');
      const { access_token: other } = (await app.login('bob')).body as Record<string, string>;
      await app.withToken(other!).post('/auth/logout-all');
      expect(told(await browser.get('/page/front'))).toEqual([401, 'token_revoked']);
      expect(browser.value('access_token')).toBeUndefined();
      expect((await browser.get('/page/front')).body).toEqual({ signedIn: false });
      expect(told(await browser.post('/auth/refresh'))).toEqual([401, 'invalid_refresh_token']);
      expect([...browser.cookies.keys()]).toEqual([]);
    });

    it('where the access token is none of ours; a refresh token that is none may be a sibling domain’s, and ends nothing', async () => {
      const browser = await signIn();
      const kept = browser.cookies.get('access_token')!;
      browser.cookies.set('access_token', { ...kept, value: 'nonsense' });
      browser.cookies.set('refresh_token', { ...kept, value: 'ghr_nonsense', path: '/auth' });
      expect(told(await browser.get('/page'))).toEqual([401, 'invalid_token']);
      expect(browser.value('access_token')).toBeUndefined();
      expect(told(await browser.post('/auth/logout'))).toEqual([401, 'invalid_refresh_token']);
      expect(told(await browser.post('/auth/refresh'))).toEqual([401, 'invalid_refresh_token']);
      expect([...browser.cookies.keys()].sort()).toEqual(['csrf_token', 'refresh_token']);
    });
  });

  it('are not unset by an answer to a late request with an expired token', async () => {
    const browser = await signIn();
    const cookie = `access_token=${browser.value('access_token')}`;
    app.clock.advance(911);
    const answer = await app.get('/page', { cookie });
    expect(told(answer)).toEqual([401, 'token_expired']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('are dead when the person is disabled', async () => {
    const { id } = (await app.register('carol')).body as { id: string };
    const browser = await signIn('carol');
    await app.resolve(Accounts).mark(id, 'disabled', true);
    expect(told(await browser.get('/page'))).toEqual([401, 'token_revoked']);
    expect(told(await browser.post('/auth/refresh'))).toEqual([401, 'invalid_refresh_token']);
  });
});

describe('tokens in cookies under https', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      env: { TOKEN_COOKIES: 'on', ISSUER: 'https://id.example.com' },
      features: [PageModule],
    });
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('are Secure, and bear prefixes that no other host can plant (SES-02)', async () => {
    const browser = new CookieBrowser(app, app.clock);
    await browser.request('POST', '/auth/login', { username: 'alice', password: GOOD_PASSWORD, cookies: true });
    const attributes = [...browser.cookies].map(([name, cookie]) => [name, cookie.attributes.join('; ')]);
    expect(Object.fromEntries(attributes)).toEqual({
      '__Host-access_token': 'Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Secure-refresh_token': 'Path=/auth; HttpOnly; Secure; SameSite=Strict',
      '__Host-csrf_token': 'Path=/; Secure; SameSite=Lax',
    });
    expect((await browser.get('/page')).status).toBe(200);
    expect((await browser.post('/page', undefined, '__Host-csrf_token')).status).toBe(201);
    expect((await browser.post('/auth/refresh', undefined, '__Host-csrf_token')).status).toBe(200);
    expect((await browser.post('/auth/logout', undefined, '__Host-csrf_token')).status).toBe(204);
    expect([...browser.cookies.keys()]).toEqual([]);
  });

  it('under their plain names are ignored', async () => {
    const { access_token: token } = (await app.login('alice')).body as Record<string, string>;
    expect(told(await app.get('/page', { cookie: `access_token=${token}` }))).toEqual([401, 'missing_token']);
  });
});

describe('tokens in cookies where TOKEN_COOKIES is off', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ features: [PageModule] });
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('are refused with what to change, when they are asked for', async () => {
    const answer = await app.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD, cookies: true });
    expect(told(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toEqual([
      { pointer: '#/cookies', detail: 'Cookies are switched off: leave this out, or set TOKEN_COOKIES=on.' },
    ]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('are not looked at', async () => {
    const { access_token: access, refresh_token: refresh } = (await app.login('alice')).body as Record<string, string>;
    const cookie = `access_token=${access}; refresh_token=${refresh}`;
    expect(told(await app.get('/page', { cookie }))).toEqual([401, 'missing_token']);
    expect(told(await app.post('/auth/refresh', {}, { cookie }))).toEqual([400, 'validation_failed']);
    const out = await app.withToken(access!).post('/auth/logout');
    expect([out.status, out.headers.getSetCookie()]).toEqual([204, []]);
  });
});
