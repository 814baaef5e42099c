import { randomBytes } from 'node:crypto';
import { RouteTable } from '../../src/http/route-table';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { rawExchange, rawRequest, requestBytes } from '../support/raw-http';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { complaints, faultOf } from '../support/verdicts';

/** Longest line that an attacker can cause, in characters. */
const LONGEST_LINE = 16_000;

/** What no line may hold, even though JSON allows it: controls, separators of lines and marks that turn the direction of writing. */
const MISLEADING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const canary = (name: string) => `${name}-${randomBytes(12).toString('hex')}`;

describe('the log', () => {
  let app: TestApp;
  const lines: string[] = [];
  /** Everything that was sent or issued and is nobody else's business. */
  const secrets = new Map<string, string>();

  const secret = (name: string, value = canary(name)) => {
    secrets.set(`${name} ${secrets.size}`, value);
    return value;
  };

  /** Parts of each secret count too: a cut token is still half of one. Only the header of a JWT is no secret. */
  const leaks = (text: string) =>
    [...secrets].flatMap(([name, value]) => {
      const segments = value.startsWith('eyJ') ? value.split('.').slice(1) : [value];
      const parts = segments.flatMap((part) => [part, part.slice(0, 24), part.slice(-16)]);
      return parts.some((part) => part.length >= 12 && text.includes(part)) ? [name] : [];
    });

  beforeAll(async () => {
    app = await createTestApp({
      log: (line) => lines.push(line),
      env: { ...ROOMY_LIMITS, TOKEN_COOKIES: 'on', LOG_LEVEL: 'trace', TRUSTED_PROXIES: '127.0.0.1' },
    });
  });

  afterAll(() => app.close());

  it('INJ-09: is written to by every route', async () => {
    expect(lines.length).toBeGreaterThan(0);
    lines.length = 0;
    expect((await app.get('/health/live')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ route: '/health/live', status: 200 }),
    ]);
  });

  it('INJ-09: holds no secret after a whole life: registered, signed in, refreshed, changed, replayed, signed out', async () => {
    const password = secret('password');
    const email = secret('email', `${canary('mail')}@example.com`);
    const username = 'alice';
    const displayName = secret('name');
    await app.post('/auth/register', { username, email, password, displayName });
    await app.post('/auth/register', { username, email, password });
    await app.post('/auth/login', { username, password: secret('wrong password') });
    await app.post('/auth/login', { username: secret('password typed as name'), password });
    const first = (await app.post('/auth/login', { username: email, password })).body;
    secret('access token', first.access_token);
    secret('refresh token', first.refresh_token);
    const client = app.withToken(first.access_token as string);
    await client.get('/auth/me');
    await client.patch('/auth/me', {
      displayName: secret('new name'),
      email: secret('new email', `${canary('m')}@example.com`),
      currentPassword: password,
    });
    await client.post('/notes', { title: secret('title'), body: secret('body') });
    await client.get('/notes?limit=1');
    for (let round = 0; round < 2; round++) {
      const { body } = await app.post('/auth/refresh', { refresh_token: first.refresh_token as string });
      secret('access token', body.access_token);
      secret('refresh token', body.refresh_token);
    }
    const newPassword = secret('new password');
    await client.post('/auth/password', { currentPassword: password, newPassword });
    app.clock.advance(3_600);
    await client.get('/protected');
    await app.post('/auth/refresh', { refresh_token: first.refresh_token as string });

    const login = await app.post('/auth/login', { username, password: newPassword, cookies: true });
    expect(login.status).toBe(200);
    const jar = login.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
    for (const cookie of jar) secret('cookie', cookie.slice(cookie.indexOf('=') + 1));
    const csrf = jar.find((cookie) => cookie.startsWith('csrf_token='))!.slice('csrf_token='.length);
    const browser = { cookie: jar.join('; '), 'x-csrf-token': csrf };
    await app.get('/auth/me', browser);
    await app.post('/auth/refresh', undefined, { cookie: browser.cookie });
    const renewed = await app.post('/auth/refresh', undefined, browser);
    for (const cookie of renewed.headers.getSetCookie()) {
      secret('cookie', cookie.slice(cookie.indexOf('=') + 1).split(';')[0]);
    }
    await app.post('/auth/logout-all', undefined, browser);
    await app.post('/auth/logout', undefined, browser);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(secrets.size).toBeGreaterThan(20);
    expect(leaks(lines.join(''))).toEqual([]);
  });

  it('INJ-09: holds no secret that is sent to any route, in any place where it does not belong', async () => {
    const { access_token: token, refresh_token: refresh } = (
      await app.post('/auth/login', {
        username: 'alice',
        password: [...secrets].find(([name]) => name.startsWith('new password'))![1],
      })
    ).body as Record<string, string>;
    secret('access token', token);
    secret('refresh token', refresh);
    const password = secret('password');
    const basic = secret('basic', Buffer.from(`alice:${password}`).toString('base64'));
    const cookie = `access_token=${token}; refresh_token=${refresh}; csrf_token=${secret('csrf')}; session=${secret('session')}`;
    const bodies: readonly (readonly [type: string, body: string])[] = [
      [
        'application/json',
        JSON.stringify({
          username: 'alice',
          password,
          refresh_token: refresh,
          code: secret('code'),
          client_secret: secret('client secret'),
        }),
      ],
      ['application/json', `{"password":"${password}",`],
      ['application/json', `${password}`],
      ['application/json', `{"password":{"x":"${password}"},"${password}":1}`],
      ['application/json', `{"__proto__":"${password}"}`],
      ['application/json', JSON.stringify({ password: password.repeat(3_000) })],
      ['application/x-www-form-urlencoded', `password=${password}&code_verifier=${secret('verifier')}`],
      [`text/${password}`, password],
    ];
    const targets = app
      .resolve(RouteTable)
      .all()
      .flatMap(({ pattern, methods }) =>
        methods.map((method) => [method, pattern.replace(/:\w+|\*/g, refresh!)] as const),
      );
    for (const [method, target] of targets) {
      for (const [type, body] of bodies) {
        const query = `access_token=${token}&refresh_token=${refresh}&code=${password}&state=${password}&password=${password}`;
        const sent = method === 'GET' || method === 'HEAD' ? {} : { body };
        for (const authorization of [`Bearer ${token}`, `Bearer ${token}x`, `Basic ${basic}`]) {
          const headers = [
            ['Authorization', authorization],
            ['Cookie', cookie],
            ['Content-Type', type],
            ['X-CSRF-Token', password],
          ] as const;
          await rawRequest(app.url, { method, target: `${target}?${query}`, headers, ...sent });
        }
        if (sent.body === undefined) break;
      }
    }
    const strays = [
      `/x/${token}`,
      `/${refresh}`,
      `/${refresh}/${token}`,
      `/auth/login/${refresh}`,
      `//${token}`,
      `/a?${password}`,
      `/a%zz${password}`,
      `/notes/${token}`,
      `/%FF${token}`,
    ];
    for (const target of strays) await rawRequest(app.url, { target, headers: [['Cookie', cookie]] });
    await rawExchange(app.url, `GET /${token} HTTP/1.1\r\nHost: x\r\nX: \0\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await rawExchange(
      app.url,
      `POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{"password":"${password}"`,
      { quiet: 50 },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(leaks(lines.join(''))).toEqual([]);
  });

  it('INJ-09: holds none of its own secrets either', async () => {
    const rows = await openRows(app.database);
    const own = [
      ...(await rows.query<{ hash: string }>('SELECT hash FROM password_credentials')).map(({ hash }) => hash),
      ...(await rows.query<{ private_jwk_sealed: string }>('SELECT private_jwk_sealed FROM signing_keys')).map(
        (row) => row.private_jwk_sealed,
      ),
      ...app.settings.keys.encryptionKeys,
    ];
    await rows.close();
    const text = lines.join('');
    expect(own.length).toBeGreaterThan(3);
    expect(own.filter((one) => text.includes(one) || text.includes(one.slice(-16)))).toEqual([]);
  });

  describe('injected texts', () => {
    const PAYLOADS = [
      '\r\n{"level":"info","msg":"login ok"}',
      '\n{"level":"info","msg":"login ok"}\n',
      '"}\n{"level":"info","msg":"login ok',
      '","msg":"login ok","x":"',
      '\u001b[2J\u001b[31mlogin ok\u001b[0m',
      '\u009b31m',
      '\u2028{"msg":"login ok"}\u2029',
      '\u202elogin ok\u202c',
      '\ufeff\u200f\u0085',
      '%0d%0a{"level":"info","msg":"login ok"}',
      `\${jndi:ldap://127.0.0.1/x}`,
      '%s%d%j%o',
      'x'.repeat(60_000),
    ];

    it('INJ-09: make one structured line each, escaped and capped, wherever they come in', async () => {
      const before = lines.length;
      const send = async (payload: string) => {
        const utf8 = Buffer.from(payload).toString('latin1');
        const inHeader = utf8.replace(/[\0-\x08\x0a-\x1f\x7f]/g, '').slice(0, 8_000);
        const inTarget = utf8.replace(/[\0-\x20\x7f]/g, '').slice(0, 8_000);
        await app.post('/auth/login', { username: payload, password: payload });
        await app.post('/auth/register', { username: payload, email: payload, password: payload });
        await app.post('/auth/refresh', { refresh_token: payload });
        await app.post(`/x${encodeURIComponent(payload).slice(0, 8_000)}`, { [payload]: payload });
        for (const name of [
          'User-Agent',
          'X-Request-Id',
          'X-Forwarded-For',
          'X-Forwarded-Host',
          'Host',
          'Referer',
          'Origin',
          'Accept',
          'Content-Type',
        ]) {
          await rawRequest(app.url, { method: 'POST', target: '/auth/login', headers: [[name, inHeader]], body: '{}' });
        }
        await rawRequest(app.url, { target: `/${inTarget}` });
        await rawRequest(app.url, { target: `/protected?${inTarget}` });
        await rawExchange(app.url, requestBytes({ method: 'GET', target: `/${utf8.slice(0, 100)}` }), { quiet: 50 });
        return null;
      };
      expect(
        await complaints(
          PAYLOADS.map((payload) => [payload.slice(0, 20), payload] as const),
          send,
        ),
      ).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const written = lines.slice(before);
      expect(written.length).toBeGreaterThan(100);
      for (const line of written) {
        expect(line.endsWith('}\n')).toBe(true);
        const text = line.slice(0, -1);
        expect(MISLEADING.exec(text)?.[0]).toBeUndefined();
        expect(text.length).toBeLessThan(LONGEST_LINE);
        const entry = JSON.parse(text) as Record<string, unknown>;
        expect(entry.msg).not.toContain('login ok');
        // A second member of the same name would be the one that a reader takes.
        expect(text.match(/"level":/g)).toHaveLength(1);
        expect(text.match(/"msg":/g)).toHaveLength(1);
      }
    });
  });

  it('INJ-09, FRW-06: tells an error of the database without its values, to the client nothing but the request id', async () => {
    const broken: string[] = [];
    const other = await createTestApp({ log: (line) => broken.push(line) });
    const rows = await openRows(other.database);
    try {
      await other.register('alice');
      const { access_token, refresh_token } = (await other.login('alice')).body as Record<string, string>;
      const client = other.withToken(access_token!);
      for (const table of ['notes', 'token_families', 'sessions', 'users']) {
        await rows.query(`ALTER TABLE ${table} RENAME TO ${table}_gone`);
      }
      secrets.clear();
      secret('password', GOOD_PASSWORD);
      secret('access token', access_token);
      secret('refresh token', refresh_token);
      const title = secret('title');
      const email = secret('email', `${canary('mail')}@example.com`);
      const answers = [
        await other.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD }),
        await other.post('/auth/register', { username: 'bob', email, password: GOOD_PASSWORD }),
        await other.post('/auth/refresh', { refresh_token }),
        await client.get('/auth/me'),
        await client.get('/notes'),
        await client.post('/notes', { title, body: title }),
      ];
      for (const { status, body, text, headers } of answers) {
        expect([500, 503]).toContain(status);
        expect(Object.keys(body as object).sort()).toEqual([
          'code',
          'instance',
          'requestId',
          'status',
          'title',
          'type',
        ]);
        expect(faultOf({ status: 200, text, headers })).toBeNull();
        expect(
          broken.some((line) => line.includes(body.requestId as string) && /"level":"(error|warn)"/.test(line)),
        ).toBe(true);
      }
      expect(leaks(broken.join(''))).toEqual([]);
    } finally {
      await rows.close();
      await other.close();
    }
  });
});
