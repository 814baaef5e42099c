import { createTestApp, type TestApp } from '../support/create-test-app';
import { rawExchange, type RawExchange, rawRequest } from '../support/raw-http';
import { complaints, faultOf } from '../support/verdicts';

describe('requests whose end two readers could see in two places', () => {
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
  });

  afterAll(() => app.close());

  /** What an attacker would like to have taken for a request of its own. */
  const hidden = () => `GET /protected HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;

  const send = (bytes: string) => rawExchange(app.url, bytes, { quiet: 150 });

  const wasReached = ({ answers }: RawExchange) =>
    answers.some(({ text }) => text.includes('This is a protected route'));

  /** One refusal, and then the connection is closed: whatever follows is nobody's request. */
  const refusal = (exchange: RawExchange) => {
    const { answers, closed, rest } = exchange;
    if (wasReached(exchange)) return 'the hidden request was answered';
    if (!closed) return 'the connection stays open';
    if (answers.length !== 1 || rest !== '') return `${answers.length} answers and ${JSON.stringify(rest)}`;
    return (
      faultOf(answers[0]!) ?? ([400, 413, 408, 501].includes(answers[0]!.status) ? null : String(answers[0]!.status))
    );
  };

  const post = (headers: readonly string[], body = '') =>
    ['POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers, '', body].join('\r\n');

  it('DOS-09: refuses contradictory and misspelt lengths, and closes the connection', async () => {
    const inner = hidden();
    const length = `Content-Length: ${inner.length}`;
    const requests: readonly (readonly [string, string])[] = [
      ['length and chunks', post(['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner}`)],
      ['chunks and length', post(['Transfer-Encoding: chunked', length], `0\r\n\r\n${inner}`)],
      ['two lengths', post(['Content-Length: 0', length], inner)],
      ['two equal lengths', post([length, length], inner)],
      ['a list of lengths', post([`Content-Length: 0, ${inner.length}`], inner)],
      ...['+5', '-1', '0x10', '1e2', '5 5', '5,', '٥', '', ' ', '"5"', '99999999999999999999', '1_0', '5;', '\v5'].map(
        (value) =>
          [
            `length ${JSON.stringify(value)}`,
            post([`Content-Length: ${Buffer.from(value).toString('latin1')}`], inner),
          ] as const,
      ),
      ...[
        'chunked, identity',
        'identity, chunked, identity',
        'xchunked',
        'x',
        'chunked;q=1',
        '"chunked"',
        '\vchunked',
        'chunked\x00',
        'chunk ed',
        'gzip',
      ].map(
        (value) =>
          [`encoding ${JSON.stringify(value)}`, post([`Transfer-Encoding: ${value}`], `0\r\n\r\n${inner}`)] as const,
      ),
      [
        'two encodings, chunked first',
        post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], `0\r\n\r\n${inner}`),
      ],
      ['a space before the colon', post([`Content-Length : ${inner.length}`], inner)],
      ['a space before the colon of the encoding', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${inner}`)],
      ['a tab before the colon', post([`Content-Length\t: ${inner.length}`], inner)],
      ['a space before the name', post([` Content-Length: ${inner.length}`], inner)],
      ['a folded header', post(['X: a', `\tContent-Length: ${inner.length}`], inner)],
      ['a folded encoding', post(['Transfer-Encoding:', ' chunked'], `0\r\n\r\n${inner}`)],
      ['no name', post([': x'], inner)],
      ['no colon', post(['Content-Length'], inner)],
      ['NUL in a name', post([`Content\0-Length: ${inner.length}`], inner)],
      ['a bare CR', post([`X: a\rContent-Length: ${inner.length}`], inner)],
      ['a bare LF before a header', post([`X: a\nContent-Length: ${inner.length}`], inner)],
      ['bare LFs only', post([length], '').replaceAll('\r\n', '\n') + inner],
      ['LF CR', post([length], '').replaceAll('\r\n', '\n\r') + inner],
    ];
    const verdict = async (bytes: string) => {
      const exchange = await send(bytes);
      // An empty value means no body to some; then what follows is a request of its own and is answered as such only by us.
      return refusal(exchange);
    };
    expect(await complaints(requests, verdict)).toEqual([]);
  });

  it('DOS-09: refuses malformed chunks, and closes the connection', async () => {
    const inner = hidden();
    const chunked = (body: string) => post(['Transfer-Encoding: chunked'], body);
    const requests: readonly (readonly [string, string])[] = [
      ['a size that is none', chunked(`x\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a negative size', chunked(`-1\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a size with a sign', chunked(`+2\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a size in C', chunked(`0x2\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a huge size', chunked(`ffffffffffffffffff\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a size of 2^64 + 2', chunked(`10000000000000002\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a space before the size', chunked(` 2\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a bare LF after the size', chunked(`2\n{}\r\n0\r\n\r\n${inner}`)],
      ['a bare CR after the size', chunked(`2\r{}\r\n0\r\n\r\n${inner}`)],
      ['no end of the chunk', chunked(`2\r\n{}0\r\n\r\n${inner}`)],
      ['a chunk that is longer than it says', chunked(`1\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['an extension with a bare LF', chunked(`2;a\n{}\r\n0\r\n\r\n${inner}`)],
      ['an extension of 20 kB', chunked(`2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n${inner}`)],
      ['a trailer that is none', chunked(`2\r\n{}\r\n0\r\n : x\r\n\r\n${inner}`)],
    ];
    expect(await complaints(requests, async (bytes) => refusal(await send(bytes)))).toEqual([]);
  });

  it('DOS-09: takes no header from a trailer', async () => {
    const bytes = `POST /notes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const { answers } = await send(bytes);
    expect(answers.map(({ status }) => status)).toEqual([401]);
  });

  it('DOS-09: refuses request lines that are none', async () => {
    const rest = `\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const lines = [
      ...[
        'GET /protected',
        'GET /protected HTTP/0.9',
        'GET /protected HTTP/2.0',
        'GET /protected HTTP/1.2',
        'GET /protected HTTP/11',
        'GET /protected http/1.1',
      ],
      ...[
        'GET /protected HTTP/1.1 ',
        'GET /protected\tHTTP/1.1',
        'GET\t/protected HTTP/1.1',
        ' GET /protected HTTP/1.1',
        'GET /pro tected HTTP/1.1',
      ],
      ...[
        'GET protected HTTP/1.1',
        'GET ?x HTTP/1.1',
        'GET x:/protected HTTP/1.1',
        'GET ftp://x/protected HTTP/1.1',
        'GET * HTTP/1.1',
        'GET \\protected HTTP/1.1',
      ],
      ...[
        'GET /protected\0 HTTP/1.1',
        'GET /protected HTTP/1.1\0',
        'PRI * HTTP/2.0',
        '\x16\x03\x01\x02\0',
        'SSH-2.0-x',
        'HELO x',
        '{}',
        '',
      ],
    ];
    const verdict = async (line: string) => {
      const exchange = await send(line + rest);
      if (wasReached(exchange)) return 'answered';
      const { answers, closed } = exchange;
      const bad = answers.find((answer) => faultOf(answer) !== null || answer.status < 400);
      return bad === undefined ? (closed ? null : 'open') : `${bad.status} ${bad.text}`;
    };
    expect(
      await complaints(
        lines.map((line) => [JSON.stringify(line), line] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('DOS-09: wants one Host, and believes none', async () => {
    const request = (hosts: readonly string[], target = '/protected') =>
      [`GET ${target} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`), 'Connection: close', '', ''].join('\r\n');
    for (const hosts of [[], ['a', 'b'], ['localhost', 'localhost'], ['', 'x']]) {
      const { answers } = await send(request(hosts));
      expect([hosts, answers.map(({ status }) => status)]).toEqual([hosts, [400]]);
    }
    const hosts = [
      'evil.example',
      'evil.example:80',
      'localhost:1',
      '127.0.0.1',
      '[::1]',
      'a b',
      'x/y',
      'user@x',
      '',
      '%00',
      '\xff',
      'x'.repeat(5_000),
    ];
    for (const host of hosts) {
      for (const target of ['/protected', 'http://evil.example/protected', 'http://evil.example:1/jwks.json']) {
        const { answers } = await send(request([host], target));
        expect(answers).toHaveLength(1);
        expect([400, 401, 200]).toContain(answers[0]!.status);
        const seen = JSON.stringify([...answers[0]!.headers]) + answers[0]!.text;
        expect(seen).not.toContain('evil.example');
      }
    }
  });

  it('DOS-09: answers pipelined requests one by one, each for itself', async () => {
    const guarded = hidden();
    const open = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
    const anonymous = 'GET /protected HTTP/1.1\r\nHost: x\r\n\r\n';
    const { answers } = await send(guarded + anonymous + open + guarded + anonymous);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 200, 401]);
  });

  it('DOS-09: reads the body of a request that needs none, so that it is not taken for the next one', async () => {
    const inner = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const line of [
      'GET /protected',
      'HEAD /protected',
      'GET /nowhere',
      'DELETE /notes/x',
      'GET /jwks.json',
      'OPTIONS /notes',
      'TRACE /notes',
    ]) {
      const bodyless = line.startsWith('HEAD');
      const lengthy = `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`;
      const chunky = `${line} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
      for (const bytes of [lengthy, chunky]) {
        const last = `${line.split(' ')[0]} /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
        const { answers, closed } = await rawExchange(app.url, bytes + last, { quiet: 150, bodyless });
        expect([line, answers.length, answers[1]?.status, closed]).toEqual([line, 2, 404, true]);
      }
    }
  });

  it('DOS-08, FRW-10: speaks HTTP/1.1 only: no HTTP/2, no WebSocket and no tunnel', async () => {
    const upgrades = [
      [
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ],
      ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
      ['Upgrade: TLS/1.2', 'Connection: Upgrade'],
    ];
    const paths = ['/', '/protected', '/graphql', '/socket.io/?EIO=4&transport=websocket', '/ws', '/notes'];
    const requests = paths.flatMap((path) =>
      upgrades.map((headers) => [`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n')),
    );
    const exchanges = await Promise.all(requests.map(send));
    for (const { answers } of exchanges) {
      // The answer to what was asked besides, which at / is the home page: no 101.
      expect(answers.map(({ status }) => [200, 401, 404, 400].includes(status))).toEqual([true]);
    }
    const preface = await send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    expect([preface.closed, preface.answers.map(({ status }) => status)]).toEqual([true, [400]]);
    const tunnel = await send('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect([tunnel.closed, tunnel.answers.every(({ status }) => status >= 400)]).toEqual([true, true]);
    const events = await rawRequest(app.url, { target: '/protected', headers: [['Accept', 'text/event-stream']] });
    expect(events.status).toBe(401);
  });

  it('DOS-09: promises nothing that it does not know: Expect other than 100-continue is refused', async () => {
    const answer = await rawRequest(app.url, {
      method: 'POST',
      target: '/auth/login',
      headers: [
        ['Expect', 'x'],
        ['Content-Type', 'application/json'],
      ],
      body: '{}',
    });
    expect(answer.status).toBe(417);
    const continued = await rawRequest(app.url, {
      method: 'POST',
      target: '/auth/login',
      headers: [
        ['Expect', '100-continue'],
        ['Content-Type', 'application/json'],
      ],
      body: '{}',
    });
    expect(continued.status).toBe(400);
  });
});
