import { createTestApp, type TestApp } from '../support/create-test-app';
import { ProbeModule } from '../support/probe.feature';
import { rawRequest } from '../support/raw-http';
import type { Answer } from '../support/test-client';

const answersOfEveryKind: readonly (readonly [what: string, ask: (app: TestApp) => Promise<Answer>])[] = [
  ['an answer', (app) => app.get('/probe')],
  ['a refusal at a guarded route', (app) => app.get('/protected')],
  ['a path that does not exist', (app) => app.get('/nothing')],
  ['a method that is not allowed', (app) => app.delete('/probe')],
  ['a path that cannot be decoded', (app) => app.get('/%zz')],
  ['a body that is not JSON', (app) => app.post('/probe', '{')],
  ['a fault of the server', (app) => app.get('/probe/fault/any')],
  ['a preflight', (app) => app.request('OPTIONS', '/probe', undefined, preflight('https://app.example'))],
];

function preflight(origin: string, method = 'POST'): Record<string, string> {
  return { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' };
}

describe('the headers of every answer', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ features: [ProbeModule], env: { CORS_ORIGINS: 'https://app.example' } });
  });
  afterAll(() => app.close());

  it.each(answersOfEveryKind)('%s lets browsers do nothing with it and keeps no copy', async (_what, ask) => {
    const { headers } = await ask(app);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it('of a page let it know nobody and be framed by nobody', async () => {
    const { headers } = await app.get('/problems');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/) as string,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    });
  });

  it('of a redirect keep the address to themselves', async () => {
    const { status, headers } = await app.get('/probe/elsewhere');
    expect(status).toBe(302);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each(answersOfEveryKind)('%s names no software and no version (INJ-16)', async (_what, ask) => {
    const { headers } = await ask(app);
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  });

  it.each(answersOfEveryKind)('%s bears the id of the request', async (_what, ask) => {
    expect((await ask(app)).headers.get('x-request-id')).toMatch(/^[\w-]{22}$/);
  });

  it('repeats the id that the client gave, if it is harmless (INJ-09)', async () => {
    expect((await app.get('/probe', { 'x-request-id': 'trace-1' })).headers.get('x-request-id')).toBe('trace-1');
    expect((await app.get('/probe', { 'x-request-id': 'a b' })).headers.get('x-request-id')).not.toBe('a b');
  });

  it('leaves a route its own caching', async () => {
    expect((await app.get('/probe/cached')).headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('does not ask for https over http', async () => {
    expect((await app.get('/probe')).headers.has('strict-transport-security')).toBe(false);
  });

  it.each(['Host', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'Forwarded'])(
    'repeats nothing of %s (FRW-09)',
    async (name) => {
      for (const target of ['/probe', '/nothing', '/protected']) {
        const answer = await rawRequest(app.url, { target, headers: [[name, 'evil.example']] });
        expect([...answer.headers.values(), answer.text].join(' ')).not.toContain('evil');
      }
    },
  );
});

describe('the headers behind https', () => {
  it('ask browsers to stay with https (RFC 6797)', async () => {
    const app = await createTestApp({ env: { ISSUER: 'https://id.example' } });
    expect((await app.get('/nothing')).headers.get('strict-transport-security')).toBe('max-age=31536000');
    await app.close();
  });
});

describe('pages of other origins', () => {
  const exposed = 'WWW-Authenticate, Location, Retry-After, X-Request-Id, DPoP-Nonce';
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      features: [ProbeModule],
      env: { CORS_ORIGINS: 'https://app.example,https://b.example' },
    });
  });
  afterAll(() => app.close());

  it.each(['/probe', '/protected', '/nothing', '/probe/fault/any'])(
    'may read %s where they are configured, errors too',
    async (path) => {
      const { headers } = await app.get(path, { origin: 'https://app.example' });
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(headers.get('access-control-expose-headers')).toBe(exposed);
      expect(headers.get('vary')).toBe('Origin');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
    },
  );

  it.each([
    'https://evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil',
    'https://APP.example',
    'null',
    '',
  ])('may not read where they are not: %s', async (origin) => {
    const { headers } = await app.get('/probe', { origin });
    expect(headers.has('access-control-allow-origin')).toBe(false);
    expect(headers.get('vary')).toBe('Origin');
  });

  it('may read what is public, whoever they are, without credentials', async () => {
    const { headers } = await app.get('/jwks.json', { origin: 'https://anybody.example' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    expect(headers.get('access-control-expose-headers')).toBe(exposed);
  });

  it.each(['/problems', '/health/live', '/metrics'])('may not read %s, configured or not', async (path) => {
    expect((await app.get(path, { origin: 'https://app.example' })).headers.has('access-control-allow-origin')).toBe(
      false,
    );
  });

  it('are told before they ask what they may send', async () => {
    const answer = await app.request('OPTIONS', '/notes/7', undefined, preflight('https://app.example', 'DELETE'));
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'Authorization, Content-Type, X-CSRF-Token, X-Request-Id, DPoP',
      'access-control-max-age': '600',
    });
  });

  it.each([
    ['/notes', 'https://evil.example'],
    ['/metrics', 'https://app.example'],
  ])('are told nothing about %s from %s', async (path, origin) => {
    const { headers } = await app.request('OPTIONS', path, undefined, preflight(origin));
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('pages of other origins with token cookies', () => {
  it('may send credentials where they are configured, and nowhere else', async () => {
    const env = { CORS_ORIGINS: 'https://app.example', TOKEN_COOKIES: 'on' };
    const app = await createTestApp({ features: [ProbeModule], env });
    const credentials = async (path: string, origin: string) =>
      (await app.get(path, { origin })).headers.get('access-control-allow-credentials');
    expect(await credentials('/probe', 'https://app.example')).toBe('true');
    expect(await credentials('/probe', 'https://evil.example')).toBeNull();
    expect(await credentials('/jwks.json', 'https://app.example')).toBeNull();
    await app.close();
  });
});

describe('a developer’s machine', () => {
  let app: TestApp;
  const page = { accept: 'text/html,application/xhtml+xml;q=0.9' };

  beforeAll(async () => {
    app = await createTestApp({ features: [ProbeModule], env: { NODE_ENV: 'development', CORS_ORIGINS: '*' } });
  });
  afterAll(() => app.close());

  it('leads people from another name of it to the issuer, and says why', async () => {
    const answer = await app.get('/docs?code=secret', page);
    expect(answer.status).toBe(421);
    expect(answer.text).toContain('content="5;url=http://localhost:3000/docs"');
    expect(answer.text).toContain('you opened it under another name');
    expect(answer.text).not.toMatch(/secret|127\.0\.0\.1/);
  });

  it('repeats nothing unescaped on the way', async () => {
    const answer = await rawRequest(app.url, {
      target: '/"><script>x</script>',
      headers: [
        ['Accept', 'text/html'],
        ['Host', '"><b>'],
      ],
    });
    expect(answer.text).not.toMatch(/<script|<b>/);
  });

  it.each([
    ['programs', {}],
    ['the issuer’s own name', { ...page, host: 'localhost:3000' }],
    ['what came through a proxy', { ...page, 'x-forwarded-host': 'id.example' }],
  ])('serves %s', async (_what, headers) => {
    const answer = await rawRequest(app.url, { target: '/probe', headers: Object.entries(headers) });
    expect(answer.body).toEqual({ msg: 'probe' });
  });

  it('may let every page read, without credentials', async () => {
    const { headers } = await app.get('/probe', { origin: 'http://localhost:5173' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('shows its metrics to everybody', async () => {
    expect((await app.get('/metrics')).status).toBe(200);
  });
});
