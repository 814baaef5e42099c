import { RouteTable } from '../../src/http/route-table';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { rawRequest } from '../support/raw-http';
import { complaints, faultOf } from '../support/verdicts';

const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  TOKEN_COOKIES: 'on',
};

const words = (text: string) => text.trim().split(/\s+/);

/** What other servers leave lying about. */
const LEFTOVERS = words(`
  /api-docs /swagger /swagger.json /swagger-ui /openapi.json /api /graphql /graphiql /playground /altair
  /v3/api-docs /health/details /health/db /healthz /status /info /version /env /actuator /actuator/env
  /actuator/heapdump /server-status /debug /debug/pprof /_devtools /__inspect /json/version /trace /console
  /phpinfo.php /telescope /mailbox /dev/mailbox /test /setup /install /seed /reset /backup /logs /log /audit
  /metrics/raw /stats /profiler /.well-known/security.txt
`);

/** Addresses of features that are not there: whoever adds one takes its address from this list, with tests in its place. */
const NOT_THERE = words(`
  /admin /admin/sessions /admin/keys /admin/audit /users /users/1 /clients /keys
  /sessions /roles /oauth/register
  /.well-known/webfinger /.well-known/jwks.json /userinfo /token /authorize /introspect /connect/register
  /set-up /account/sessions /account/passkeys /auth/reset /auth/forgot /auth/verify /auth/impersonate
  /auth/users /auth/sessions /auth/mfa /auth/token /auth/me/roles /auth/admin /import /export /upload /avatar
  /auth/me/avatar /scim/v2/Users /saml/acs /ws /socket.io /events /sse
`);

describe('what the server shows to strangers', () => {
  let development: TestApp;
  let production: TestApp;
  const faults: string[] = [];

  beforeAll(async () => {
    development = await createTestApp({ env: { NODE_ENV: 'development', TOKEN_COOKIES: 'on' } });
    production = await createTestApp({ env: { ...PRODUCTION, LOG_LEVEL: 'error' }, log: (line) => faults.push(line) });
  });

  afterAll(async () => {
    await development.close();
    await production.close();
  });

  const paths = (list: readonly string[]) => list.map((path) => [path, path] as const);

  it('INJ-16: leaves nothing lying about, in development as in production', async () => {
    for (const app of [development, production]) {
      const verdict = async (target: string) => {
        const answer = await rawRequest(app.url, { target });
        return (
          faultOf(answer) ??
          ([404, 405].includes(answer.status) ? null : `${answer.status} ${answer.text.slice(0, 100)}`)
        );
      };
      expect(await complaints(paths(LEFTOVERS), verdict)).toEqual([]);
    }
  });

  it('INJ-16: in production, shows metrics to administrators only and no documentation', async () => {
    expect((await production.get('/metrics')).status).toBe(401);
    expect((await (await production.asUser()).get('/metrics')).status).toBe(403);
    const answer = await (await production.asUser({ roles: ['admin'] })).get('/metrics');
    expect([answer.status, faults]).toEqual([200, []]);
    for (const path of ['/docs', '/docs/', '/docs-json', '/docs-yaml', '/docs/swagger-ui-init.js']) {
      expect([path, (await production.get(path)).status]).toEqual([path, 404]);
    }
  });

  it('INJ-16: tells strangers no version, name of software, path or address of its inside', async () => {
    for (const app of [development, production]) {
      const gets = app
        .resolve(RouteTable)
        .all()
        .filter(({ methods }) => methods.includes('GET'))
        .map(({ pattern }) => pattern.replace(/:\w+|\*/g, 'x'));
      for (const path of [...gets, '/nowhere']) {
        const answer = await app.get(path);
        for (const name of ['server', 'x-powered-by', 'via', 'x-runtime', 'x-response-time', 'x-aspnet-version']) {
          expect([path, name, answer.headers.get(name)]).toEqual([path, name, null]);
        }
        if (app === production) {
          expect(answer.text).not.toMatch(/sqlite|postgres|node_modules|typeorm|fastify|nestjs|\b20\.\d+\.\d+\b/i);
        }
      }
    }
    expect((await production.get('/health/ready')).body.checks).toEqual(
      expect.not.objectContaining({ url: expect.anything() as unknown }),
    );
  });

  it('JWT-23: has no feature that it does not have, for strangers, people and administrators alike', async () => {
    const clients = [production, await production.asUser(), await production.asUser({ roles: ['admin'] })];
    const verdict = async (path: string) => {
      for (const client of clients) {
        for (const method of ['GET', 'POST'] as const) {
          const answer = await client.request(method, path);
          const fault =
            faultOf(answer) ??
            (answer.status === 404 ? null : `${method} ${answer.status} ${answer.text.slice(0, 100)}`);
          if (fault !== null) return fault;
        }
      }
      return null;
    };
    expect(await complaints(paths(NOT_THERE), verdict)).toEqual([]);
  });

  it('JWT-15, JWT-23: takes no protocol parameter where there is no protocol', async () => {
    const unsigned = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.';
    const fields = [
      'request',
      'request_uri',
      'id_token_hint',
      'client_assertion',
      'subject_token',
      'actor_token',
      'assertion',
      'DPoP',
      'login_hint',
      'grant_type',
    ];
    for (const field of fields) {
      const login = await production.post('/auth/login', { username: 'x', password: 'y', [field]: unsigned });
      expect([field, login.status]).toEqual([field, 400]);
      const refresh = await production.post('/auth/refresh', { refresh_token: 'x', [field]: unsigned });
      expect([field, refresh.status]).toEqual([field, 400]);
      expect((await production.get(`/protected?${field}=${unsigned}`)).status).toBe(401);
    }
  });

  describe('FRW-09', () => {
    const FORWARDED = {
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-port': '1',
      'x-forwarded-server': 'evil.example',
      'x-forwarded-scheme': 'http',
      'x-forwarded-ssl': 'off',
      'x-original-host': 'evil.example',
      'x-host': 'evil.example',
      'front-end-https': 'off',
      forwarded: 'for=1.2.3.4;host=evil.example;proto=http',
    };

    const signIn = async (app: TestApp, headers: Readonly<Record<string, string>>, username: string) => {
      const registered = await app.post(
        '/auth/register',
        { username, email: `${username}@example.com`, password: GOOD_PASSWORD },
        headers,
      );
      const answer = await app.post('/auth/login', { username, password: GOOD_PASSWORD, cookies: true }, headers);
      return { registered, answer, cookies: answer.headers.getSetCookie() };
    };

    it('FRW-09: https is what the issuer says, not what a header says: cookies stay Secure, or stay plain', async () => {
      const behind = await createTestApp({ env: { ...PRODUCTION, TRUSTED_PROXIES: '127.0.0.1' } });
      try {
        for (const app of [production, behind]) {
          const { answer, cookies } = await signIn(app, FORWARDED, 'alice');
          expect(answer.status).toBe(200);
          expect(cookies).toHaveLength(3);
          for (const cookie of cookies) expect(cookie).toMatch(/^__(Host|Secure)-.*; Secure/);
          expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
        }
      } finally {
        await behind.close();
      }
      const plain = await signIn(
        development,
        { ...FORWARDED, 'x-forwarded-proto': 'https', forwarded: 'proto=https' },
        'alice',
      );
      expect(plain.cookies).toHaveLength(3);
      for (const cookie of plain.cookies) expect(cookie).not.toMatch(/Secure|evil|Domain/i);
      expect(plain.answer.headers.get('strict-transport-security')).toBeNull();
    });

    it('FRW-09: names no host of a header, in no answer', async () => {
      for (const app of [development, production]) {
        const { registered } = await signIn(app, FORWARDED, 'bob');
        const answers = [
          registered,
          await app.get('/nowhere', FORWARDED),
          await app.get('/protected', FORWARDED),
          await app.post('/auth/login', {}, FORWARDED),
          await app.get('/jwks.json', FORWARDED),
        ];
        for (const { text, headers } of answers) {
          expect(text + JSON.stringify([...headers])).not.toContain('evil.example');
        }
        expect(registered.headers.get('location')).toBe('/auth/me');
      }
    });

    it('FRW-09: an address that a stranger claims for themselves counts nothing', async () => {
      const limited = await createTestApp({
        env: { RATE_LIMIT_LOGIN_PER_ADDRESS: '5', RATE_LIMIT_LOGIN_PER_ACCOUNT: '1000' },
      });
      try {
        const statuses: number[] = [];
        for (let index = 0; index < 8; index++) {
          const address = `198.51.100.${index}`;
          const headers = {
            'x-forwarded-for': address,
            'x-real-ip': address,
            'cf-connecting-ip': address,
            'true-client-ip': address,
            'x-client-ip': address,
            forwarded: `for=${address}`,
          };
          statuses.push(
            (await limited.post('/auth/login', { username: `nobody-${index}`, password: 'x' }, headers)).status,
          );
        }
        expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
      } finally {
        await limited.close();
      }
    });
  });

  describe('INJ-02', () => {
    it('INJ-02: the page for the wrong address repeats no host and no markup, and exists in development only', async () => {
      const html = '"><script>alert(1)</script><img/src=x\'onerror=alert(1)>&quot;';
      const headers = [
        ['Host', 'evil.example'],
        ['Accept', 'text/html'],
        ['Referer', html],
      ] as const;
      for (const target of [
        '/',
        `/${html}`,
        `/x?${html}`,
        `//evil.example/${html}`,
        `/\\evil.example`,
        `http://evil.example/${html}`,
        '/;url=http://evil.example',
        '/%22%3E%3Cscript%3E',
      ]) {
        const page = await rawRequest(development.url, { target, headers });
        expect([target, page.status]).toEqual([target, 421]);
        expect(page.text).not.toMatch(/<script|<img|onerror=alert\(1\)>|Host: evil/);
        expect(
          page.text
            .match(/(?:href=|url=)"?([^"]*)/g)!
            .every((link) => link.includes(`${development.settings.issuer}/`)),
        ).toBe(true);
        expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
        expect((await rawRequest(production.url, { target, headers })).status).not.toBe(421);
      }
    });

    it('INJ-02: the page of problems takes nothing from its address', async () => {
      const plain = await production.get('/problems');
      expect(plain.status).toBe(200);
      const html = encodeURIComponent('"><script>alert(1)</script>');
      for (const query of [`?code=${html}`, `?error=${html}&error_description=${html}`, `?${html}`, `?lang=${html}`]) {
        expect((await production.get(`/problems${query}`)).text).toBe(plain.text);
      }
      expect(plain.text).not.toMatch(/<script|javascript:|onload=/i);
      expect(plain.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    });
  });
});
