import { METHODS } from 'node:http';
import { RouteTable } from '../../src/http/route-table';
import { KeyRing } from '../../src/keys/key-ring';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { es256, forge, takeApart, type TakenApart } from '../support/forged-jwt';
import { OAUTH_ROUTES, OPEN_ROUTES, PAGE_ROUTES } from '../support/open-routes';
import { type RawAnswer, type RawRequest, rawRequest } from '../support/raw-http';
import { complaints, faultOf, notInvalidToken } from '../support/verdicts';

const OPEN: ReadonlySet<string> = new Set([...OPEN_ROUTES, ...OAUTH_ROUTES, ...PAGE_ROUTES]);

/** Open on a developer's machine, and for administrators in production. */
const OPEN_IN_DEVELOPMENT: ReadonlySet<string> = new Set(['GET /metrics']);

/** Routes that any access token opens, whatever its scopes. */
const WITHOUT_SCOPE: ReadonlySet<string> = new Set(['GET /protected']);

/** The challenge of a request without credentials: it names no error (RFC 6750 §3), and where to look further (RFC 9728 §5.1). */
const ASKED = /^Bearer (?:scope="[^"]+", )?resource_metadata="[^"]+"$/;

/** Every method that Node's parser reads, but CONNECT, which never reaches the application. */
const EVERY_METHOD = METHODS.filter((method) => method !== 'CONNECT');

interface Route {
  /** `GET /notes/:id` */
  readonly name: string;
  readonly method: string;
  readonly target: string;
}

/** Endpoints of the protocol itself, which take tokens for any resource server (OpenID Connect Core §5.3). */
const OF_ANY_AUDIENCE = new Set(['GET /oauth/userinfo', 'POST /oauth/userinfo']);

describe('the guard before every route', () => {
  let app: TestApp;
  let good: TakenApart;
  let credentials: Readonly<Record<'garbage' | 'expired' | 'for another audience' | 'without scopes' | 'good', string>>;
  let routes: readonly { readonly pattern: string; readonly target: string; readonly methods: readonly string[] }[];

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    const token = (await app.login('alice')).body.access_token as string;
    good = takeApart(token);
    const signer = es256(app.resolve(KeyRing).signingKey.privateKey);
    const signed = (claims: object) => forge({ header: good.header, payload: { ...good.payload, ...claims }, signer });
    const now = Math.floor(app.clock.now() / 1_000);
    credentials = {
      garbage: `${token.slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`,
      expired: signed({ iat: now - 7_200, exp: now - 3_600 }),
      'for another audience': signed({ aud: 'https://api.example.com' }),
      'without scopes': signed({ scope: '' }),
      good: token,
    };
    routes = app
      .resolve(RouteTable)
      .all()
      .map(({ pattern, methods }) => ({ pattern, methods, target: pattern.replace(/:\w+|\*/g, 'x') }));
  });

  afterAll(() => app.close());

  /** HEAD is registered with GET and lets in whom GET lets in. */
  const nameOf = (method: string, pattern: string) => `${method === 'HEAD' ? 'GET' : method} ${pattern}`;
  const isOpen = (name: string) => OPEN.has(name) || OPEN_IN_DEVELOPMENT.has(name);

  function registered(select: (name: string) => boolean): Route[] {
    return routes.flatMap(({ pattern, target, methods }) =>
      methods.map((method) => ({ name: nameOf(method, pattern), method, target })).filter(({ name }) => select(name)),
    );
  }

  const closed = () => registered((name) => !isOpen(name));

  const call = (
    { method, target }: Pick<Route, 'method' | 'target'>,
    token?: string,
    headers: RawRequest['headers'] = [],
  ) =>
    rawRequest(app.url, {
      method,
      target,
      headers: [
        ...headers,
        ['Content-Length', '0'],
        ...(token === undefined ? [] : ([['Authorization', `Bearer ${token}`]] as const)),
      ],
    });

  const everyRoute = (list: readonly Route[]) =>
    list.map((route) => [`${route.method} ${route.target}`, route] as const);

  const isMissing = (answer: RawAnswer) => {
    const asked = answer.status === 401 && ASKED.test(answer.headers.get('www-authenticate') ?? '');
    return faultOf(answer) ?? (asked ? null : `${answer.status} ${answer.text}`);
  };

  it('JWT-23: knows every route of the application', () => {
    const names = closed().map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['GET /protected', 'GET /auth/me', 'GET /notes/:id', 'DELETE /notes/:id']),
    );
    const known = new Set(routes.flatMap(({ pattern, methods }) => methods.map((method) => nameOf(method, pattern))));
    for (const name of WITHOUT_SCOPE) expect(known).toContain(name);
    for (const name of OPEN) expect(known).toContain(name);
  });

  it('JWT-23: asks for a token at every route that is not on the list of open ones', async () => {
    expect(await complaints(everyRoute(closed()), async (route) => isMissing(await call(route)))).toEqual([]);
  });

  it.each(['garbage', 'expired', 'for another audience'] as const)(
    'JWT-23: refuses a token that is %s at every one of them',
    async (kind) => {
      const wanted =
        kind === 'for another audience' ? closed().filter(({ name }) => !OF_ANY_AUDIENCE.has(name)) : closed();
      const verdict = async (route: Route) => notInvalidToken(await call(route, credentials[kind]));
      expect(await complaints(everyRoute(wanted), verdict)).toEqual([]);
    },
  );

  it('JWT-23: names every scope that is missing, at every route that is not on the list of those without', async () => {
    const needScope = closed().filter(({ name }) => !WITHOUT_SCOPE.has(name));
    expect(needScope.length).toBeGreaterThan(5);
    const verdict = async (route: Route) => {
      const answer = await call(route, credentials['without scopes']);
      const told = /^Bearer error="insufficient_scope", .*scope="[^"]+"/.test(
        answer.headers.get('www-authenticate') ?? '',
      );
      return answer.status === 403 && told ? faultOf(answer) : `${answer.status} ${answer.text}`;
    };
    expect(await complaints(everyRoute(needScope), verdict)).toEqual([]);
  });

  it('JWT-23: has no route for any other method, with or without a token', async () => {
    const others = routes.flatMap(({ pattern, target, methods }) =>
      EVERY_METHOD.filter((method) => !methods.includes(method)).map((method) => ({
        name: nameOf(method, pattern),
        method,
        target,
      })),
    );
    // One path of each pattern is enough for the rarer methods; the usual ones are tried on all.
    const usual = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|QUERY)$/;
    const tried = others.filter(({ method, target }) => usual.test(method) || target === '/protected');
    const verdict = async (route: Route) => {
      for (const token of [undefined, credentials.good]) {
        const answer = await call(route, token);
        const fault = faultOf(answer);
        if (fault !== null) return fault;
        if (![404, 405, 401, 403, 400].includes(answer.status)) return `${answer.status} ${answer.text}`;
        if (answer.status === 405 && !/^[A-Z]+(, [A-Z]+)*$/.test(answer.headers.get('allow') ?? '')) return 'no Allow';
      }
      return null;
    };
    expect(await complaints(everyRoute(tried), verdict)).toEqual([]);
  });

  it('JWT-23, FRW-04: takes the method from the request line and from nowhere else', async () => {
    const overrides = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
    const methods = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'];
    const verdict = async (route: Route) => {
      for (const method of methods) {
        const headers = overrides.map((name) => [name, method] as const);
        const target = `${route.target}?_method=${method}`;
        const complaint = isMissing(await call({ method: route.method, target }, undefined, headers));
        if (complaint !== null) return `${method}: ${complaint}`;
      }
      return null;
    };
    expect(await complaints(everyRoute(closed()), verdict)).toEqual([]);
    const made = await app.withToken(credentials.good).post('/notes', { title: 't', body: 'b' });
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    const path = `/notes/${made.body.id as string}`;
    expect((await app.withToken(credentials.good).get(`${path}?_method=DELETE`, headers)).status).toBe(200);
    expect((await app.withToken(credentials.good).get(path)).status).toBe(200);
  });

  it('FRW-04: reads methods with regard to case', async () => {
    for (const method of ['get', 'Get', 'gET', 'PRI', 'FOO', 'G\0T']) {
      const answer = await call({ method, target: '/protected' }, credentials.good);
      expect([method, answer.status]).toEqual([method, 400]);
    }
  });

  it('FRW-01: answers HEAD like GET at every route, and without a body', async () => {
    const gets = registered(() => true).filter(({ method }) => method === 'GET');
    const verdict = async (route: Route) => {
      for (const token of [undefined, credentials.expired, credentials['without scopes']]) {
        const get = await call(route, token);
        const head = await call({ method: 'HEAD', target: route.target }, token);
        const told = (answer: RawAnswer) => [
          answer.status,
          answer.headers.get('www-authenticate'),
          answer.headers.get('content-type'),
        ];
        if (JSON.stringify(told(head)) !== JSON.stringify(told(get))) {
          return `${told(head).join()} but GET ${told(get).join()}`;
        }
        const length = head.headers.get('content-length');
        // A refusal's length depends on nothing that is protected: its request id has always the same.
        const { length: actual } = Buffer.from(get.text);
        if (get.status >= 400 && length !== undefined && Number(length) !== actual) {
          return `length ${length} but GET ${actual}`;
        }
      }
      return null;
    };
    expect(await complaints(everyRoute(gets), verdict)).toEqual([]);
  });

  it('FRW-12: has no second way to a route: no prefix, version, format or other host', async () => {
    const targets = [
      ...[
        '/api/protected',
        '/v1/protected',
        '/v2/protected',
        '/api/v1/protected',
        '/auth/protected',
        '/public/protected',
      ],
      ...[
        '/protected.json',
        '/protected.html',
        '/protected/index',
        '/protected/*',
        '/protected/x',
        '/_/protected',
        '/x/../protected',
      ],
    ];
    const verdict = async (target: string) => {
      const answer = await call({ method: 'GET', target }, credentials.good);
      return answer.status === 404 ? faultOf(answer) : `${answer.status} ${answer.text}`;
    };
    expect(
      await complaints(
        targets.map((target) => [target, target] as const),
        verdict,
      ),
    ).toEqual([]);
    const headers = [
      ['X-API-Version', '0'],
      ['Accept-Version', '1.x'],
      ['Accept', 'application/json;v=1'],
      ['Host', 'internal'],
      ['X-Original-URL', '/health/live'],
      ['X-Rewrite-URL', '/health/live'],
      ['X-Forwarded-Prefix', '/health'],
      ['X-Forwarded-Path', '/health/live'],
      ['X-Internal-Request', '1'],
      ['X-Middleware-Subrequest', 'middleware'],
    ] as const;
    for (const header of headers) {
      expect([header[0], isMissing(await call({ method: 'GET', target: '/protected' }, undefined, [header]))]).toEqual([
        header[0],
        null,
      ]);
      // Nor does such a header lead from an open route to a guarded one.
      const open = await call({ method: 'GET', target: '/health/live' }, undefined, [[header[0], '/protected']]);
      expect([header[0], open.text]).toEqual([header[0], '{"status":"ok"}']);
    }
  });
});
