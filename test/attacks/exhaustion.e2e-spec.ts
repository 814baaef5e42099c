import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { RouteTable } from '../../src/http/route-table';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { openSocket, rawExchange, rawRequest, requestBytes } from '../support/raw-http';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { complaints, faultOf } from '../support/verdicts';

const BODY_LIMIT = 65_536;

const MEGABYTE = 1_048_576;

describe('requests that want to cost more than they are worth', () => {
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    app = await createTestApp({ env: { ...ROOMY_LIMITS, TOKEN_COOKIES: 'on' } });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
  });

  afterAll(() => app.close());

  const bearer = () => ['Authorization', `Bearer ${token}`] as const;
  const JSON_TYPE = ['Content-Type', 'application/json'] as const;

  describe('DOS-01', () => {
    it('DOS-01: gives headers 15 s, requests 30 s and silence 60 s', () => {
      const server = app.app.getHttpServer();
      const { headersTimeout, requestTimeout, timeout, keepAliveTimeout, maxRequestsPerSocket } = server;
      expect([headersTimeout, requestTimeout, timeout]).toEqual([15_000, 30_000, 60_000]);
      expect(keepAliveTimeout).toBeLessThanOrEqual(75_000);
      expect(maxRequestsPerSocket).toBe(0);
    });

    it('DOS-01: cuts drips of headers and bodies off when their time is up, and serves the others meanwhile', async () => {
      // In small: 60 connections instead of 3,000, and times that are a hundredth of the real ones.
      const server = app.app.getHttpServer();
      const { headersTimeout, requestTimeout } = server;
      Object.assign(server, { headersTimeout: 150, requestTimeout: 300 });
      const beginnings = [
        'GET /protected HTTP/1.1\r\nHost: x\r\nX: ',
        'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
        'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
        '',
      ];
      const sockets = await Promise.all(Array.from({ length: 60 }, () => openSocket(app.url)));
      const ends = sockets.map((socket) => ended(socket));
      sockets.forEach((socket, index) => socket.write(beginnings[index % beginnings.length]!));
      const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('1')), 100);
      try {
        for (let round = 0; round < 5; round++) expect((await app.get('/health/live')).status).toBe(200);
        const answers = await Promise.all(ends);
        for (const answer of answers) expect(answer === '' || /^HTTP\/1\.1 (408|400) /.test(answer)).toBe(true);
        expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 408')).length).toBeGreaterThan(0);
        expect((await app.get('/health/live')).status).toBe(200);
      } finally {
        clearInterval(drip);
        Object.assign(server, { headersTimeout, requestTimeout });
      }
    }, 15_000);

    it('DOS-01: holds nothing for readers who do not read', async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(app.url)));
      for (const socket of sockets) {
        socket.pause();
        socket.write(requestBytes({ target: '/jwks.json' }));
      }
      expect((await app.get('/jwks.json')).status).toBe(200);
      sockets.forEach((socket) => socket.resetAndDestroy());
      expect((await app.get('/health/live')).status).toBe(200);
    });
  });

  it('DOS-02: answers too many or too large headers, addresses and cookies with 431, 414 or 400, and no large value with a fault', async () => {
    const of = (length: number) => 'a'.repeat(length);
    const many = (count: number, name = (index: number) => `X-${index}`) =>
      Array.from({ length: count }, (_none, index) => [name(index), 'x'] as const);
    const refused: readonly (readonly [string, Parameters<typeof requestBytes>[0]])[] = [
      ...[16, 64, 256].map(
        (kilobytes) =>
          [`a header of ${kilobytes} kB`, { target: '/protected', headers: [['X', of(kilobytes * 1_024)]] }] as const,
      ),
      ['a name of 20 kB', { target: '/protected', headers: [[of(20_000), 'x']] }],
      ['300 headers', { target: '/protected', headers: many(300) }],
      ['1,500 headers', { target: '/protected', headers: many(1_500) }],
      ['2,500 headers', { target: '/protected', headers: many(2_500) }],
      ['300 times the same header', { target: '/protected', headers: many(300, () => 'X') }],
      ['an address of 20 kB', { target: `/${of(20_000)}` }],
      ['an address of 100 kB', { target: `/${of(100_000)}` }],
      ['a query of 100 kB', { target: `/protected?state=${of(100_000)}` }],
      ['an id of 6,145 characters', { target: `/notes/${of(6_145)}`, headers: [bearer()] }],
      ['an id of 10 kB', { target: `/notes/${of(10_000)}`, headers: [bearer()] }],
      [
        '500 cookies of 50 bytes',
        {
          target: '/protected',
          headers: [
            [
              'Cookie',
              many(500, (index) => of(40) + index)
                .map((pair) => pair.join('='))
                .join('; '),
            ],
          ],
        },
      ],
      ['a method of 20 kB', { method: of(20_000).toUpperCase(), target: '/' }],
    ];
    const verdict = async (request: Parameters<typeof requestBytes>[0]) => {
      const { answers, closed } = await rawExchange(app.url, requestBytes(request));
      const [answer] = answers;
      if (answer === undefined) return closed ? null : 'no answer';
      return faultOf(answer) ?? ([431, 414, 400].includes(answer.status) ? null : `${answer.status} ${answer.text}`);
    };
    expect(await complaints(refused, verdict)).toEqual([]);

    const served: readonly (readonly [string, Parameters<typeof requestBytes>[0]])[] = [
      ['a query of 8 kB', { target: `/protected?state=${of(8_192)}`, headers: [bearer()] }],
      ['a header of 8 kB', { target: '/protected', headers: [['X', of(8_192)], bearer()] }],
      ['150 headers', { target: '/protected', headers: [...many(150), bearer()] }],
      [
        '500 small cookies',
        {
          target: '/protected',
          headers: [
            [
              'Cookie',
              many(500)
                .map((pair) => pair.join('='))
                .join('; '),
            ],
            bearer(),
          ],
        },
      ],
      ['2,000 parameters', { target: `/protected?${'a=1&'.repeat(2_000)}`, headers: [bearer()] }],
    ];
    const statusOf = async (request: Parameters<typeof requestBytes>[0]) => {
      const { status } = await rawRequest(app.url, request);
      return status === 200 ? null : String(status);
    };
    expect(await complaints(served, statusOf)).toEqual([]);
  });

  describe('DOS-03', () => {
    const posts = () =>
      app
        .resolve(RouteTable)
        .all()
        .filter(({ methods }) => methods.includes('POST'))
        .map(({ pattern }) => pattern);

    it('DOS-03: refuses a body that says it is too large before any of it arrives, at every route', async () => {
      const cases = [...posts(), '/nowhere'].flatMap((target) =>
        [BODY_LIMIT + 1, 10 * MEGABYTE, 500 * MEGABYTE, Number.MAX_SAFE_INTEGER].map(
          (length) => [`${target} ${length}`, { target, length }] as const,
        ),
      );
      const verdict = async ({ target, length }: { target: string; length: number }) => {
        const headers = [bearer(), JSON_TYPE, ['Content-Length', String(length)]] as const;
        const { answers } = await rawExchange(app.url, requestBytes({ method: 'POST', target, headers, body: '{' }));
        const [answer] = answers;
        return answer === undefined
          ? 'no answer'
          : (faultOf(answer) ?? ([404, 413, 415].includes(answer.status) ? null : `${answer.status}`));
      };
      expect(await complaints(cases, verdict)).toEqual([]);
    });

    it('DOS-03: stops reading a body without a length as soon as it is too large', async () => {
      const chunk = Buffer.concat([Buffer.from('4000\r\n'), Buffer.alloc(0x4000, 0x20), Buffer.from('\r\n')]);
      const head = `POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const socket = await openSocket(app.url);
      const end = ended(socket);
      socket.write(head);
      let sent = 0;
      // 64 MB are on offer; the server is expected to hang up long before.
      while (socket.writable && sent < 4_096) {
        sent++;
        if (!socket.write(chunk)) await new Promise<void>((ready) => setTimeout(ready, 1));
      }
      expect(await end).toMatch(/^HTTP\/1\.1 413 /);
      expect(sent).toBeLessThan(4_096);
    });

    it('DOS-03: unpacks nothing', async () => {
      const bomb = gzipSync(Buffer.alloc(20 * MEGABYTE, 0x20));
      expect(bomb.length).toBeLessThan(BODY_LIMIT);
      for (const encoding of [
        'gzip',
        'GZIP',
        'x-gzip',
        'deflate',
        'br',
        'zstd',
        'identity, gzip',
        'gzip, gzip',
        'identity;q=1',
        '',
        'chunked',
      ]) {
        const headers = [JSON_TYPE, ['Content-Encoding', encoding]] as const;
        const answer = await rawRequest(app.url, { method: 'POST', target: '/auth/login', headers, body: bomb });
        expect([encoding, answer.status]).toEqual([encoding, 415]);
      }
    });
  });
});

/** Everything that a connection answers until it is closed. */
function ended(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
