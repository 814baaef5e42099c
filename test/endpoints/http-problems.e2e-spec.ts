import { createTestApp, type TestApp, TEST_ISSUER } from '../support/create-test-app';
import { PROBE_SECRET, ProbeModule } from '../support/probe.feature';
import { rawExchange, rawRequest, requestBytes } from '../support/raw-http';
import type { Answer } from '../support/test-client';

describe('what the platform refuses', () => {
  const lines: string[] = [];
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ features: [ProbeModule], log: (line) => lines.push(line) });
  });
  afterAll(() => app.close());

  function expectProblem(
    answer: Pick<Answer, 'status' | 'body'> & { headers: { get(name: string): string | null | undefined } },
    status: number,
    code: string,
  ) {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const { body } = answer;
    expect(body).toMatchObject({ type: `${TEST_ISSUER}/problems#${code}`, status, code });
    expect(typeof body.title).toBe('string');
    expect(body.requestId).toBe(answer.headers.get('x-request-id'));
  }

  it('answers 404 where there is nothing, with the path and without its query', async () => {
    const answer = await app.get('/nothing/here?token=abc');
    expectProblem(answer, 404, 'not_found');
    expect(answer.body.instance).toBe('/nothing/here');
    expect(answer.text).not.toContain('abc');
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'QUERY', 'PROPFIND', 'TRACE'])(
    'answers %s with 405 and the methods that a path has (FRW-04)',
    async (method) => {
      const answer = await rawRequest(app.url, { method, target: '/probe', headers: [] });
      expectProblem(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    },
  );

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'does not let %s change the method (FRW-04)',
    async (name) => {
      expect((await app.get('/probe', { [name]: 'POST' })).body).toEqual({ msg: 'probe' });
      expect((await app.get('/probe?_method=POST')).body).toEqual({ msg: 'probe' });
    },
  );

  it.each(['get', 'GeT', 'FOO', 'GET\t'])('answers the method "%s" with 400 (FRW-04)', async (method) => {
    const answer = await rawRequest(app.url, { method, target: '/probe' });
    expectProblem(answer, 400, 'bad_request');
  });

  it.each([
    ['not JSON', '{"name":'],
    ['a prototype', '{"name":"a","count":1,"__proto__":{"admin":true}}'],
    ['a constructor', '{"name":"a","count":1,"constructor":{"prototype":{"admin":true}}}'],
    ['a comment', '{"name":"a",/* */"count":1}'],
    ['behind a byte order mark', '\uFEFF{"name":"a","count":1}'],
  ])('answers a body that is %s with 400, and does not repeat it (INJ-13)', async (_what, body) => {
    const answer = await app.post('/probe', body);
    expectProblem(answer, 400, 'malformed_json');
    expect(answer.body.detail).toBeUndefined();
  });

  it('answers a body that breaks the rules with a pointer to each fault', async () => {
    const answer = await app.post('/probe', { name: 'x'.repeat(101), count: '1', extra: true });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '#/count',
      '#/extra',
      '#/name',
    ]);
  });

  it.each(['null', '[]', '"text"', '7', ''])('answers the body %s with 400', async (body) => {
    const answer = await rawRequest(app.url, {
      method: 'POST',
      target: '/probe',
      headers: [['Content-Type', 'application/json']],
      body,
    });
    expectProblem(answer, 400, 'validation_failed');
  });

  it('takes no body for an empty one where none is needed', async () => {
    expect((await app.post('/probe/empty')).status).toBe(204);
    expect((await app.request('POST', '/probe/empty', '')).status).toBe(204);
  });

  const foreignTypes = [
    ...[
      'application/json\ta',
      'application/json;',
      'application/json; charset=utf-7',
      'application/json; a=b',
      'application/jsonp',
    ],
    ...[
      'text/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded; x',
      'application/json, text/plain',
    ],
    ...[
      'multipart/form-data; boundary=x',
      'application/vnd.api+json',
      '*/*',
      'json',
      'application/json charset=utf-8',
      '"application/json"',
    ],
  ];

  it.each(foreignTypes)('answers Content-Type: %s with 415 (FRW-03)', async (type) => {
    const body = '{"name":"a","count":1,"extra":1}';
    const answer = await rawRequest(app.url, {
      method: 'POST',
      target: '/probe',
      headers: [['Content-Type', type]],
      body,
    });
    expectProblem(answer, 415, 'unsupported_media_type');
    expect(answer.headers.get('accept')).toBe('application/json');
  });

  it('answers a body without Content-Type with 415 (FRW-03)', async () => {
    const answer = await rawRequest(app.url, { method: 'POST', target: '/probe', body: '{"name":"a","count":1}' });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each([
    'application/json',
    'Application/JSON',
    ' application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('validates what comes as %s like everything else (FRW-03)', async (type) => {
    const send = (body: string) =>
      rawRequest(app.url, { method: 'POST', target: '/probe', headers: [['Content-Type', type]], body });
    expect((await send('{"name":"a","count":1}')).status).toBe(200);
    expectProblem(await send('{"name":"a","count":1,"extra":1}'), 400, 'validation_failed');
  });

  it('reads the first of two types and validates all the same (FRW-03)', async () => {
    const headers = [
      ['Content-Type', 'application/json'],
      ['Content-Type', 'text/plain'],
    ] as const;
    const answer = await rawRequest(app.url, { method: 'POST', target: '/probe', headers, body: '{"extra":1}' });
    expect([400, 415]).toContain(answer.status);
  });

  it('takes forms only where a route accepts them, and refuses a field that stands twice', async () => {
    const form = (target: string, body: string) =>
      rawRequest(app.url, {
        method: 'POST',
        target,
        headers: [['Content-Type', 'application/x-www-form-urlencoded']],
        body,
      });
    expect((await form('/probe/form', 'name=%C3%A4+b')).body).toEqual({ name: 'ä b' });
    expectProblem(await form('/probe/form', 'name=a&name=b'), 400, 'validation_failed');
    expectProblem(await form('/probe/form', 'name=a&__proto__=b'), 400, 'validation_failed');
    expectProblem(await form('/probe', 'name=a&count=1'), 415, 'unsupported_media_type');
  });

  it.each(['gzip', 'br', 'deflate', 'x'])(
    'answers Content-Encoding: %s with 415 before it reads the body (DOS-03)',
    async (encoding) => {
      const answer = await app.post('/probe', { name: 'a', count: 1 }, { 'content-encoding': encoding });
      expectProblem(answer, 415, 'unsupported_media_type');
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    },
  );

  it('answers a body above 64 kB with 413, announced or in chunks (DOS-03)', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(70_000), count: 1 });
    expectProblem(await app.post('/probe', body), 413, 'payload_too_large');
    const head = 'POST /probe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const announced = await rawExchange(app.url, `${head}Content-Length: 500000000\r\n\r\n{`);
    expectProblem(announced.answers[0]!, 413, 'payload_too_large');
    expect(announced.closed).toBe(true);
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const chunked = await rawExchange(app.url, [`${head}Transfer-Encoding: chunked\r\n\r\n`, chunk, chunk, chunk]);
    expectProblem(chunked.answers[0]!, 413, 'payload_too_large');
    expect(chunked.closed).toBe(true);
  });

  it('answers headers above 16 kB, and more than 200 of them, with 431 (DOS-02)', async () => {
    for (const headers of [
      [['X-Large', 'x'.repeat(20_000)]],
      Array.from({ length: 300 }, (_, index) => [`X-${index}`, '1']),
    ] as [string, string][][]) {
      expectProblem(await rawRequest(app.url, { target: '/probe', headers }), 431, 'headers_too_large');
    }
    expectProblem(await rawRequest(app.url, { target: `/probe?${'x'.repeat(100_000)}` }), 431, 'headers_too_large');
  });

  it('answers a part of a path that is too long with 414 (DOS-02)', async () => {
    expectProblem(await app.get(`/probe/text/${'x'.repeat(7_000)}`), 414, 'uri_too_long');
  });

  it.each(['/%zz', '/probe/text/%', '/probe/text/%ff', '/probe/text/%c3%28'])(
    'answers the path %s with 400',
    async (target) => {
      expectProblem(await rawRequest(app.url, { target }), 400, 'bad_request');
    },
  );

  it('answers a character that no database stores with 400 (FRW-07)', async () => {
    expectProblem(await app.get('/probe/text/a%00b'), 400, 'validation_failed');
  });

  it.each(['probe', '*', '*probe', 'ftp://localhost/probe', '//'])(
    'does not take the target %s for a path (FRW-02)',
    async (target) => {
      const answer = await rawRequest(app.url, { method: target === '*' ? 'OPTIONS' : 'GET', target });
      expect([400, 404]).toContain(answer.status);
    },
  );

  it.each(['/Probe', '/probe/', '//probe', '/./probe', '/probe;x', '/x/../probe', '/probe%2f', '/probe/%2e'])(
    'does not take %s for /probe (FRW-02)',
    async (target) => {
      expectProblem(await rawRequest(app.url, { target }), 404, 'not_found');
    },
  );

  it('serves an absolute target whatever its host (RFC 9112 §3.2.2)', async () => {
    expect((await rawRequest(app.url, { target: 'http://other.example/probe' })).body).toEqual({ msg: 'probe' });
  });

  it('answers two Host headers with 400 (RFC 9112 §3.2, DOS-09)', async () => {
    const headers = [
      ['Host', 'localhost'],
      ['Host', 'evil.example'],
    ] as const;
    expectProblem(await rawRequest(app.url, { target: '/probe', headers }), 400, 'bad_request');
  });

  it.each([
    ['both lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a length with a sign', 'Content-Length: +5\r\n\r\nhello'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['an unknown coding', 'Transfer-Encoding: chunked, x\r\n\r\nhello'],
    ['a space before the colon', 'Content-Length : 5\r\n\r\nhello'],
  ])('answers %s with 400 and closes (DOS-09)', async (_what, rest) => {
    const exchange = await rawExchange(
      app.url,
      `POST /probe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${rest}GET /probe HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    expect(exchange.answers).toHaveLength(1);
    expectProblem(exchange.answers[0]!, 400, 'bad_request');
    expect(exchange.closed).toBe(true);
  });

  it('tells the client what a feature says of its own fault', async () => {
    const answer = await app.get('/probe/fault/conflict');
    expectProblem(answer, 409, 'conflict');
    expect(answer.body.detail).toBe('There is one already.');
    expect((await app.get('/probe/fault/limited')).headers.get('retry-after')).toBe('7');
  });

  it('keeps faults of the server to itself and logs them under the id of the request (FRW-06)', async () => {
    lines.length = 0;
    const answer = await app.get('/probe/fault/any', { 'x-request-id': 'find-me' });
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/probe-secret|at |node_modules/);
    const logged = lines.filter((line) => line.includes('"level":"error"') && line.includes('find-me'));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({ problem: 'internal_error', route: '/probe/fault/:kind' });
    expect(logged[0]).toContain('probe.feature');
    expect(lines.join('')).not.toContain(PROBE_SECRET);
  });

  it('names the kind of every refusal in the log, for whoever looks for the reason of a status', async () => {
    lines.length = 0;
    await app.post('/auth/login', { username: 'nobody', password: 'wrong' }, { 'x-request-id': 'find-me' });
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged).toContainEqual(
      expect.objectContaining({ requestId: 'find-me', level: 'debug', problem: 'invalid_credentials' }),
    );
  });

  it('asks to come back while the database is away (OPS-07)', async () => {
    const answer = await app.get('/probe/fault/away');
    expectProblem(answer, 503, 'temporarily_unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.text).not.toContain(PROBE_SECRET);
  });

  it('explains every problem at the address that its type names', async () => {
    const { body } = await app.get('/nothing');
    const { pathname, hash } = new URL(body.type as string);
    const page = await app.get(pathname);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain(`id="${hash.slice(1)}"`);
  });

  it('answers HEAD as GET, without the body', async () => {
    const [head, get] = [await app.request('HEAD', '/probe'), await app.get('/probe')];
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(
      (await rawExchange(app.url, requestBytes({ method: 'HEAD', target: '/protected' }), { bodyless: true }))
        .answers[0]?.status,
    ).toBe(401);
  });
});
