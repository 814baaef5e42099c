import { createTestApp, type TestApp } from '../support/create-test-app';
import { rawRequest } from '../support/raw-http';

const DOCUMENTS = [
  '/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-protected-resource',
];

describe('documents that are the same for everybody', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: { NODE_ENV: 'development' } });
    for (const path of DOCUMENTS) await app.get(path);
  });

  afterAll(() => app.close());

  const headersOf = ({ headers }: { readonly headers: Headers }) => {
    const changing = ['x-request-id', 'date', 'connection', 'keep-alive'];
    return Object.fromEntries([...headers].filter(([name]) => !changing.includes(name)));
  };

  it.each(DOCUMENTS)('%s is answered early as its route answers it, header by header', async (path) => {
    const early = await app.get(path);
    // A client that has another version is not told by the early answer.
    const byRoute = await app.get(path, { 'if-none-match': '"another"' });
    expect(early.status).toBe(200);
    expect(early.text).toBe(byRoute.text);
    expect(headersOf(early)).toEqual(headersOf(byRoute));
    expect(early.headers.get('access-control-allow-origin')).toBe('*');
    expect(early.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(DOCUMENTS)('%s: its request has an id, the one that it brings where that is fit', async (path) => {
    expect((await app.get(path)).headers.get('x-request-id')).toMatch(/^[\w-]{16,}$/);
    expect((await app.get(path, { 'x-request-id': 'abc.1' })).headers.get('x-request-id')).toBe('abc.1');
  });

  it.each(DOCUMENTS)('%s: whoever has it is told so, and HEAD has no body', async (path) => {
    const { headers } = await app.get(path);
    expect((await app.get(path, { 'if-none-match': headers.get('etag')! })).status).toBe(304);
    const head = await app.request('HEAD', path);
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', headers.get('etag')]);
  });

  it('are not given to a request that two readers could understand in two ways (RFC 9112 §3.2)', async () => {
    const headers = [
      ['Host', 'one.example'],
      ['Host', 'two.example'],
    ] as const;
    for (const target of DOCUMENTS) {
      expect([target, (await rawRequest(app.url, { method: 'GET', target, headers })).status]).toEqual([target, 400]);
    }
  });

  it('lead people at another name of this server to its address, as everything does in development', async () => {
    for (const path of DOCUMENTS) {
      const answer = await rawRequest(app.url, {
        method: 'GET',
        target: path,
        headers: [
          ['Host', '127.0.0.1:9'],
          ['Accept', 'text/html'],
        ],
      });
      expect([path, answer.status]).toEqual([path, 421]);
    }
  });

  it('are measured as other routes are', async () => {
    const count = async () => {
      const { text } = await app.get('/metrics');
      return Number(
        /http_request_duration_seconds_count\{method="GET",route="\/jwks.json",status="2xx"\} (\d+)/.exec(text)?.[1],
      );
    };
    const before = await count();
    for (let request = 0; request < 3; request++) await app.get('/jwks.json');
    expect(await count()).toBe(before + 3);
  });
});
