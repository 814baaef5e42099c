import { Accounts } from '../../src/auth/accounts';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { rawRequest } from '../support/raw-http';
import { NO_LIMITS } from '../support/server-process';
import type { Answer } from '../support/test-client';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const DAY = 86_400;

/** Name → value and attributes of the cookies that an answer sets. */
function cookiesOf(answer: Answer): Map<string, { value: string; attributes: string[] }> {
  return new Map(
    answer.headers.getSetCookie().map((line) => {
      const [pair = '', ...attributes] = line.split('; ');
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), { value: pair.slice(equals + 1), attributes }];
    }),
  );
}

const cookieHeader = (answer: Answer) =>
  [...cookiesOf(answer)].map(([name, { value }]) => `${name}=${value}`).join('; ');

describe('sessions and tokens', () => {
  let app: TestApp;
  let rows: DatabaseRows;

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    app = await createTestApp({ env: { ...NO_LIMITS, ...env } });
    rows = await openRows(app.database);
    await app.register('alice');
  };

  afterEach(async () => {
    await rows.close();
    await app.close();
  });

  const signIn = async (username = 'alice'): Promise<Tokens> => (await app.login(username)).body as Tokens;
  const refresh = (refresh_token: string) => app.post('/auth/refresh', { refresh_token });
  const guarded = async (token: string) => (await app.withToken(token).get('/protected')).status;
  const rotated = async (refresh_token: string): Promise<Tokens> => {
    const answer = await refresh(refresh_token);
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  };

  const expectDead = async ({ access_token, refresh_token }: Tokens) =>
    expect([await guarded(access_token), (await refresh(refresh_token)).status]).toEqual([401, 401]);

  const expectAlive = async ({ access_token, refresh_token }: Tokens): Promise<Tokens> => {
    expect(await guarded(access_token)).toBe(200);
    return rotated(refresh_token);
  };

  describe('refresh tokens', () => {
    beforeEach(() => start());

    it('RFR-01: a token replayed after the leeway ends its whole family, no other, and is written down', async () => {
      const first = await signIn();
      const other = await signIn();
      const second = await rotated(first.refresh_token);
      const third = await rotated(second.refresh_token);
      app.clock.advance(31);
      expect((await refresh(first.refresh_token)).status).toBe(401);
      for (const tokens of [first, second, third]) await expectDead(tokens);
      await expectAlive(other);
      const events = await rows.query<{ user_id: string; session_id: string; address: string }>(
        `SELECT user_id, session_id, address FROM audit_events WHERE type = 'token.replayed' AND outcome = 'failure'`,
      );
      expect(events).toEqual([{ user_id: expect.any(String), session_id: expect.any(String), address: '127.0.0.1' }]);
    });

    it('RFR-06: whoever refreshes without pause has to sign in again at the absolute limit', async () => {
      let tokens = await signIn();
      for (let day = 0; day < 89; day++) {
        app.clock.advance(DAY);
        tokens = await rotated(tokens.refresh_token);
      }
      app.clock.advance(DAY);
      expect((await refresh(tokens.refresh_token)).status).toBe(401);
      expect((await app.login('alice')).status).toBe(200);
    });

    it.each(['disabled', 'locked'] as const)(
      'RFR-07: the tokens of a person who is %s are dead at once, and stay dead when the person is let in again',
      async (mark) => {
        const before = [await signIn(), await signIn()];
        const id = ((await app.withToken(before[0]!.access_token).get('/auth/me')).body as { id: string }).id;
        const accounts = app.resolve(Accounts);
        await accounts.mark(id, mark, true);
        for (const tokens of before) await expectDead(tokens);
        expect((await app.login('alice')).status).toBe(401);
        await accounts.mark(id, mark, false);
        for (const tokens of before) await expectDead(tokens);
        await expectAlive(await signIn());
      },
    );

    it('RFR-07: a change of password ends every other session and its tokens, and the one that asked goes on', async () => {
      const [own, other] = [await signIn(), await signIn()];
      const change = { currentPassword: GOOD_PASSWORD, newPassword: 'velvet-orbit-2-lamp' };
      expect((await app.withToken(own.access_token).post('/auth/password', change)).status).toBe(204);
      await expectDead(other);
      await expectAlive(own);
    });

    it('RFR-12: no token passes for another kind at any place', async () => {
      const { access_token, refresh_token } = await signIn();
      const csrf = 'A'.repeat(43);
      for (const wrong of [refresh_token, csrf, `${access_token}.x`, access_token.split('.').slice(0, 2).join('.')]) {
        const answer = await app.withToken(wrong).get('/protected');
        expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token']);
        expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      }
      for (const wrong of [access_token, csrf, access_token.split('.')[2]!, `ghr_${refresh_token}`]) {
        expect((await refresh(wrong)).status).toBe(401);
        expect((await app.post('/auth/logout', { refresh_token: wrong })).status).toBe(401);
      }
      // None of it has cost the owner anything.
      await expectAlive({ access_token, refresh_token });
    });

    it('RFR-13: an access token is taken from one Authorization header and from nowhere else', async () => {
      const { access_token } = await signIn();
      const ask = async (target: string, headers: [string, string][], body?: string) => {
        const method = body === undefined ? 'GET' : 'POST';
        return rawRequest(app.url, { method, target, headers, ...(body === undefined ? {} : { body }) });
      };
      const bearer = (text: string): [string, string] => ['Authorization', text];
      const json: [string, string] = ['Content-Type', 'application/json'];
      expect((await ask('/protected', [bearer(`bearer ${access_token}`)])).status).toBe(200);
      expect((await ask('/protected', [bearer(`BEARER  ${access_token}`)])).status).toBe(200);
      const refused = [
        ask(`/protected?access_token=${access_token}`, []),
        ask(`/protected?access_token=${access_token}`, [bearer(`Bearer ${access_token}`)]),
        ask('/protected', [bearer(`Bearer ${access_token}`), bearer(`Bearer ${access_token}`)]),
        ask('/protected', [bearer(`Bearer ${access_token}, Bearer ${access_token}`)]),
        ask('/protected', [bearer(`Bearer ${access_token},${access_token}`)]),
        ask('/protected', [bearer(`Token ${access_token}`)]),
        ask('/protected', [bearer(access_token)]),
        ask('/notes', [json], JSON.stringify({ title: 'x', body: 'y', access_token })),
      ];
      for (const request of refused) {
        const { status, headers } = await request;
        expect([400, 401]).toContain(status);
        expect(headers.get('www-authenticate') ?? 'Bearer').toMatch(
          /^Bearer( [a-z_]+="[^"\\]*"(, [a-z_]+="[^"\\]*")*)?$/,
        );
      }
    });
  });

  describe('cookies', () => {
    const withCookies = (credentials: object, headers: Readonly<Record<string, string>> = {}) =>
      app.post('/auth/login', { password: GOOD_PASSWORD, cookies: true, ...credentials }, headers);

    it('SES-01: a value that somebody planted is never taken over: every sign-in has its own session and its own tokens', async () => {
      await start({ TOKEN_COOKIES: 'on' });
      await app.register('mallory');
      const planted = cookieHeader(await withCookies({ username: 'mallory' }));
      const chosen = 'access_token=chosen; refresh_token=chosen; csrf_token=chosen; sid=chosen';
      const seen = new Set<string>();
      for (const cookie of [planted, chosen, '']) {
        const answer = await withCookies({ username: 'alice' }, cookie === '' ? {} : { cookie });
        expect(answer.status).toBe(200);
        const cookies = cookiesOf(answer);
        expect([...cookies.keys()].sort()).toEqual(['access_token', 'csrf_token', 'refresh_token']);
        for (const { value } of cookies.values()) {
          expect(`${planted}; ${chosen}`).not.toContain(value);
          seen.add(value);
        }
        const me = await app.get('/auth/me', { cookie: cookieHeader(answer) });
        expect(me.body).toMatchObject({ username: 'alice' });
      }
      expect(seen.size).toBe(9);
      expect((await app.get('/auth/me', { cookie: planted })).body).toMatchObject({ username: 'mallory' });
    });

    it('SES-02: behind https every cookie is Secure, prefixed and without a domain, and none that scripts can read tells anything', async () => {
      await start({ TOKEN_COOKIES: 'on', ISSUER: 'https://id.example.com' });
      const answers = [await withCookies({ username: 'alice' }), await withCookies({ username: 'alice@example.com' })];
      for (const answer of answers) {
        const cookies = cookiesOf(answer);
        expect(cookies.size).toBe(3);
        for (const [name, { value, attributes }] of cookies) {
          expect(name).toMatch(/^__(Host|Secure)-/);
          expect(attributes).toContain('Secure');
          expect(attributes.some((attribute) => /^SameSite=(Lax|Strict)$/.test(attribute))).toBe(true);
          expect(attributes.some((attribute) => attribute.startsWith('Domain'))).toBe(false);
          expect(`${name}=${value}; ${attributes.join('; ')}`.length).toBeLessThan(4_096);
          if (name.startsWith('__Host-')) expect(attributes).toContain('Path=/');
          if (!attributes.includes('HttpOnly')) {
            expect([name, value]).toEqual(['__Host-csrf_token', expect.stringMatching(/^[\w-]{43}$/)]);
          }
        }
        expect(answer.text).not.toMatch(/eyJ|ghr_/);
      }
      for (const path of ['/nothing', '/protected', '/auth/me', '/health/live', '/jwks.json']) {
        expect((await app.get(path)).headers.getSetCookie()).toEqual([]);
      }
    });

    it('SES-03: a page of another site cannot sign the visitor in as somebody else', async () => {
      await start({ TOKEN_COOKIES: 'on' });
      const body = JSON.stringify({ username: 'alice', password: GOOD_PASSWORD, cookies: true });
      const attempts: [string, number, string, Readonly<Record<string, string>>][] = [
        [
          'a form',
          415,
          'username=alice&password=x&cookies=true',
          { 'content-type': 'application/x-www-form-urlencoded' },
        ],
        ['plain text', 415, body, { 'content-type': 'text/plain' }],
        ['a file upload', 415, body, { 'content-type': 'multipart/form-data; boundary=x' }],
        ['another origin', 403, body, { origin: 'https://evil.test' }],
        ['no origin to tell', 403, body, { origin: 'null' }],
        ['a sibling host', 403, body, { origin: 'http://evil.localhost:3000' }],
        ['another port', 403, body, { origin: 'http://localhost:3001' }],
        ['the issuer as a prefix', 403, body, { origin: 'http://localhost:3000.evil.test' }],
        ['a request that the browser calls cross-site', 403, body, { 'sec-fetch-site': 'cross-site' }],
      ];
      for (const [what, status, payload, headers] of attempts) {
        const answer = await app.post('/auth/login', payload, headers);
        expect([what, answer.status, answer.headers.getSetCookie()]).toEqual([what, status, []]);
      }
      expect(await rows.query('SELECT id FROM sessions')).toEqual([]);
      const own = await app.post('/auth/login', body, {
        origin: 'http://localhost:3000',
        'sec-fetch-site': 'same-origin',
      });
      expect(own.status).toBe(200);
    });

    it('SES-07: copies of the cookies are as dead after a sign-out as the ones that the browser dropped', async () => {
      await start({ TOKEN_COOKIES: 'on' });
      const answer = await withCookies({ username: 'alice' });
      const cookie = cookieHeader(answer);
      const csrf = { 'x-csrf-token': cookiesOf(answer).get('csrf_token')!.value };
      expect((await app.post('/auth/logout', undefined, { cookie, ...csrf })).status).toBe(204);
      expect((await app.get('/auth/me', { cookie })).status).toBe(401);
      expect((await app.post('/auth/refresh', {}, { cookie, ...csrf })).status).toBe(401);
      expect((await app.post('/notes', { title: 'x', body: 'y' }, { cookie, ...csrf })).status).toBe(401);
    });

    it('SES-09: the server ends sessions by its own clock, whatever the cookie says of its age', async () => {
      await start({ TOKEN_COOKIES: 'on', REFRESH_TOKEN_LIFETIME: '1h', REFRESH_TOKEN_ABSOLUTE_LIFETIME: '3h' });
      const idle = await withCookies({ username: 'alice' });
      const csrfOf = (answer: Answer) => ({ 'x-csrf-token': cookiesOf(answer).get('csrf_token')!.value });
      app.clock.advance(3_601);
      expect((await app.get('/auth/me', { cookie: cookieHeader(idle) })).status).toBe(401);
      expect((await app.post('/auth/refresh', {}, { cookie: cookieHeader(idle), ...csrfOf(idle) })).status).toBe(401);

      let active = await withCookies({ username: 'alice' });
      for (let turn = 0; turn < 5; turn++) {
        app.clock.advance(1_800);
        active = await app.post('/auth/refresh', {}, { cookie: cookieHeader(active), ...csrfOf(active) });
        expect(active.status).toBe(200);
      }
      app.clock.advance(1_800);
      expect((await app.post('/auth/refresh', {}, { cookie: cookieHeader(active), ...csrfOf(active) })).status).toBe(
        401,
      );
    });
  });

  describe('ending sessions', () => {
    beforeEach(() => start());

    it('SES-08: of three sessions one is ended alone, then all, while requests are in flight', async () => {
      const [one, two, three] = [await signIn(), await signIn(), await signIn()];
      expect((await app.withToken(one.access_token).post('/auth/logout')).status).toBe(204);
      await expectDead(one);
      const second = await expectAlive(two);
      await expectAlive(three);

      const flight = Array.from({ length: 30 }, () => refresh(second.refresh_token));
      const ended = await app.withToken(second.access_token).post('/auth/logout-all');
      expect(ended.status).toBe(204);
      for (const answer of await Promise.all(flight)) {
        expect([200, 401]).toContain(answer.status);
        if (answer.status === 200) await expectDead(answer.body as Tokens);
      }
      for (const tokens of [second, three]) await expectDead(tokens);
      expect(await rows.query('SELECT id FROM sessions WHERE ended_at IS NULL')).toEqual([]);
      expect(await rows.query('SELECT id FROM token_families WHERE revoked_at IS NULL')).toEqual([]);
      await expectAlive(await signIn());
    });

    it('SES-18: nothing private may be kept by a cache, and no disguised address leads to it', async () => {
      const tokens = await signIn();
      const client = app.withToken(tokens.access_token);
      const answers = [
        await app.login('alice'),
        await refresh(tokens.refresh_token),
        ...(await Promise.all(['/auth/me', '/notes', '/protected'].map((path) => client.get(path)))),
        ...(await Promise.all(['/auth/me', '/notes'].map((path) => app.get(path)))),
      ];
      for (const { headers } of answers) expect(headers.get('cache-control')).toContain('no-store');
      const disguises = ['/x.css', ';a.js', '%2fa.png', '/', '%00.js', '.json', '%3Fa.css'];
      for (const path of disguises.map((disguise) => `/auth/me${disguise}`)) {
        const { status, headers } = await rawRequest(app.url, {
          target: path,
          headers: [['Authorization', `Bearer ${tokens.access_token}`]],
        });
        expect([path, [400, 404].includes(status), headers.get('cache-control')]).toEqual([path, true, 'no-store']);
      }
    });
  });

  it('SES-15: no address that the server gives out, and no line that it logs, holds a token or the id of a session', async () => {
    const lines: string[] = [];
    app = await createTestApp({ env: NO_LIMITS, log: (line) => lines.push(line) });
    rows = await openRows(app.database);
    await app.register('alice');
    const first = await signIn();
    const second = await rotated(first.refresh_token);
    const client = app.withToken(second.access_token);
    const note = await client.post('/notes', { title: 'x', body: 'y' });
    await client.get(`/protected?access_token=${second.access_token}`);
    await client.post('/auth/logout');
    await guarded(second.access_token);
    const [session] = await rows.query<{ id: string }>('SELECT id FROM sessions');
    const log = lines.join('\n');
    expect(log).toContain('/auth/refresh');
    for (const secret of [first, second].flatMap(Object.values).filter((value) => String(value).length > 60)) {
      expect(log).not.toContain(secret);
    }
    expect(log).not.toContain(session!.id);
    expect(note.headers.get('location')).toMatch(/^\/notes\/[\w-]+$/);
  });
});
