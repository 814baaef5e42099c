import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createLog } from '../logging/log';
import { loadSettings } from '../config/load-settings';
import { A_PUBLIC_ADDRESS, StrangersWeb } from '../../test/support/strangers-web';
import { OutboundFetcher } from './outbound-fetcher';
import { type OutboundNetwork, SystemNetwork } from './outbound-network';

const URL_OF_ALL = 'https://client.example/document.json';

/** How long a fetch may take, in milliseconds: of a server that answers on a busy machine, and of one that does not. */
const PATIENCE = 20_000;
const SHORT = 700;

describe('a fetch', () => {
  let web: StrangersWeb;
  let logged: string[];

  beforeEach(async () => {
    web = await StrangersWeb.open();
    logged = [];
  });

  afterEach(async () => {
    jest.useRealTimers();
    await web.close();
  });

  const fetcher = (loopback: 'on' | 'off' = 'off', network: OutboundNetwork = web) =>
    new OutboundFetcher(
      network,
      loadSettings({ OUTBOUND_LOOPBACK: loopback }),
      createLog('info', (line) => logged.push(line)),
    );

  const fetch = (url = URL_OF_ALL, validators: Readonly<Record<string, string>> = {}, timeLimit = PATIENCE) =>
    fetcher().fetch({ url, accept: 'application/json', mostBytes: 1_000, timeLimit, validators });

  const answering = (answer: RequestListener) => web.host('client.example', answer);

  it('brings the document, and says nothing of who asks', async () => {
    web.json(URL_OF_ALL, { a: 1 }, { etag: '"1"' });
    const fetched = await fetch();
    expect(fetched).toMatchObject({ outcome: 'document', answer: { status: 200, headers: { etag: '"1"' } } });
    expect(fetched.outcome === 'document' && fetched.answer.body.toString()).toBe('{"a":1}');
    expect(web.requests.map(({ headers }) => headers)).toEqual([
      {
        host: 'client.example',
        connection: 'close',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'Gatehouse',
      },
    ]);
    expect(logged).toEqual([]);
  });

  it('sends a form, and of the answer knows the status alone', async () => {
    let sent = '';
    answering((request, response) => {
      request.on('data', (chunk) => (sent += String(chunk)));
      request.on('end', () => response.writeHead(sent === 'a=b+c%26d' ? 202 : 400).end('x'.repeat(100_000)));
    });
    const form = new URLSearchParams({ a: 'b c&d' });
    expect(await fetcher().post(URL_OF_ALL, form)).toEqual({ outcome: 'answered', status: 202 });
    expect(web.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '9',
      'user-agent': 'Gatehouse',
    });
  });

  it('sends a form to nobody whom it would not ask, and follows no redirect', async () => {
    answering((_request, response) => response.writeHead(307, { location: 'https://other.example/' }).end());
    const form = new URLSearchParams({ a: 'b' });
    expect(await fetcher().post(URL_OF_ALL, form)).toEqual({ outcome: 'answered', status: 307 });
    web.point('client.example', ['10.0.0.1']);
    for (const url of [URL_OF_ALL, 'http://client.example/', 'https://127.0.0.1/', 'http://localhost:9/', 'nonsense']) {
      expect([url, await fetcher().post(url, form)]).toMatchObject([url, { outcome: 'failed', reason: 'refused' }]);
    }
    expect(web.connections).toHaveLength(1);
  });

  it('connects to the addresses that were checked, and asks for them once (DNS rebinding)', async () => {
    web.json(URL_OF_ALL, {});
    web.point('client.example', [A_PUBLIC_ADDRESS, '2606:2800:21f:cb07:6820:80da:af6b:8b2c'], ['127.0.0.1']);
    expect(await fetch()).toMatchObject({ outcome: 'document' });
    expect(web.questions).toEqual(['client.example']);
    expect(web.connections).toEqual([
      { host: 'client.example', addresses: [A_PUBLIC_ADDRESS, '2606:2800:21f:cb07:6820:80da:af6b:8b2c'] },
    ]);
    expect(await fetch()).toEqual(expect.objectContaining({ outcome: 'failed', reason: 'refused' }));
    expect(web.connections).toHaveLength(1);
  });

  it.each([
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['fd00::1'],
    ['64:ff9b::7f00:1'],
    ['0.0.0.0'],
  ])('DCR-01: of a name that leads to %s connects to nothing, though another address is public', async (address) => {
    web.json(URL_OF_ALL, {});
    for (const addresses of [[address], [A_PUBLIC_ADDRESS, address], [address, A_PUBLIC_ADDRESS]]) {
      web.point('client.example', addresses);
      expect(await fetch()).toMatchObject({ outcome: 'failed', reason: 'refused' });
      expect(await fetcher('on').fetch({ url: URL_OF_ALL, accept: '*/*', mostBytes: 9 })).toMatchObject({
        outcome: 'failed',
        reason: 'refused',
      });
    }
    expect(web.connections).toEqual([]);
  });

  it.each([
    ...['http://127.0.0.1', 'http://localhost', 'http://[::1]', 'http://[::ffff:7f00:1]', 'http://2130706433'],
    ...[
      'https://127.0.0.1',
      'https://localhost',
      'https://[::ffff:7f00:1]',
      'https://2130706433',
      'https://0177.0.0.1',
    ],
    ...[
      'https://0/',
      'https://169.254.169.254/latest/',
      'https://100.64.0.1',
      'https://[fd00::1]',
      'http://client.example/',
    ],
  ])('DCR-01: of %s asks nobody', async (url) => {
    expect(await fetch(url)).toMatchObject({ outcome: 'failed', reason: 'refused' });
    expect([web.questions, web.connections]).toEqual([[], []]);
  });

  it('DCR-01: follows no redirect', async () => {
    const places = ['https://other.example/', 'http://127.0.0.1/', '/elsewhere.json'];
    web.json('https://other.example/', {});
    web.json('https://client.example/elsewhere.json', {});
    for (const [status, location] of [301, 302, 303, 307, 308].flatMap((code) =>
      places.map((at) => [code, at] as const),
    )) {
      web.serve(URL_OF_ALL, '{}', { location }, status);
      expect(await fetch()).toMatchObject({ outcome: 'failed', reason: 'status', detail: String(status) });
    }
    expect(new Set(web.requests.map(({ url }) => url))).toEqual(new Set([URL_OF_ALL]));
  });

  it.each([
    [404, 'absent'],
    [410, 'absent'],
    [500, 'status'],
    [206, 'status'],
    [204, 'status'],
    [304, 'status'],
  ])('of a document with status %i brings nothing', async (status, reason) => {
    web.serve(URL_OF_ALL, status === 204 || status === 304 ? '' : '{}', {}, status);
    expect(await fetch()).toMatchObject({ outcome: 'failed', reason });
  });

  it('takes 304 for an answer only where it said what it has (RFC 9110 §15.4.5)', async () => {
    web.serve(URL_OF_ALL, '', { etag: '"1"' }, 304);
    expect(await fetch(URL_OF_ALL, { 'if-none-match': '"1"' })).toMatchObject({ outcome: 'unchanged' });
    expect(web.requests[0]?.headers['if-none-match']).toBe('"1"');
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip'])('takes nothing that is compressed: %s', async (encoding) => {
    web.serve(URL_OF_ALL, gzipSync(Buffer.alloc(1_000_000)).subarray(0, 900), { 'content-encoding': encoding });
    expect(await fetch()).toMatchObject({ outcome: 'failed', reason: 'unacceptable' });
  });

  it('reads no more than was asked for, whatever length is announced', async () => {
    let sent = 0;
    answering((_request, response) => {
      response.on('error', () => undefined);
      const more = (): void => {
        sent += 1_000;
        if (sent < 50_000_000 && !response.destroyed) response.write(Buffer.alloc(1_000), () => setImmediate(more));
      };
      more();
    });
    expect(await fetch()).toMatchObject({ outcome: 'failed', reason: 'too-large' });
    expect(sent).toBeLessThan(5_000_000);
    web.serve(URL_OF_ALL, Buffer.alloc(1_001));
    expect(await fetch()).toMatchObject({ outcome: 'failed', reason: 'too-large' });
    web.serve(URL_OF_ALL, Buffer.alloc(1_000));
    expect(await fetch()).toMatchObject({ outcome: 'document' });
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['sends its headers and no body', (_request, response) => void response.writeHead(200).write('{')],
    [
      'sends a byte at a time',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 50);
        response.once('close', () => clearInterval(timer));
      },
    ],
  ])('does not wait longer than its limit for a server that %s', async (_how, answer) => {
    answering(answer);
    const begun = performance.now();
    expect(await fetch(URL_OF_ALL, {}, SHORT)).toMatchObject({ outcome: 'failed', reason: 'too-slow' });
    const took = performance.now() - begun;
    expect(took).toBeGreaterThan(SHORT - 50);
    expect(took).toBeLessThan(5_000);
  });

  it('does not wait longer than its limit for a name server', async () => {
    const silent = Object.assign(Object.create(web) as StrangersWeb, {
      resolve: () => new Promise<never>(() => undefined),
    });
    const asked = fetcher('off', silent).fetch({ url: URL_OF_ALL, accept: '*/*', mostBytes: 9, timeLimit: SHORT });
    expect(await asked).toMatchObject({ outcome: 'failed', reason: 'too-slow' });
  });

  it('trusts no certificate but a good one for that very host', async () => {
    web.host('untrusted.example', (_request, response) => response.end('{}'), { trusted: false });
    expect(await fetch('https://untrusted.example/')).toMatchObject({ outcome: 'failed', reason: 'unreachable' });
    web.json(URL_OF_ALL, {});
    web.point('alias.example', [A_PUBLIC_ADDRESS]);
    expect(await fetch('https://alias.example/')).toMatchObject({ outcome: 'failed', reason: 'unreachable' });
    expect(web.requests).toEqual([]);
  });

  it('of a name that nobody knows brings nothing', async () => {
    expect(await fetch('https://nowhere.example/')).toMatchObject({ outcome: 'failed', reason: 'unreachable' });
  });

  it('takes no answer that was cut off', async () => {
    answering((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{}');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await fetch()).toMatchObject({ outcome: 'failed', reason: 'unreachable' });
  });

  it('tells operators why a document is missing, without its query', async () => {
    await fetch('https://nowhere.example/a/b?key=4711');
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({ url: 'https://nowhere.example/a/b', reason: 'unreachable' });
    expect(logged[0]).not.toContain('4711');
  });
});

describe('a fetch from this machine', () => {
  let server: Server;
  let port: number;
  let touched = 0;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      touched++;
      response.end('{"here":true}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => new Promise((closed) => server.close(closed)));

  const fetch = (loopback: 'on' | 'off', host: string) =>
    new OutboundFetcher(new SystemNetwork(), loadSettings({ OUTBOUND_LOOPBACK: loopback }), createLog('silent')).fetch({
      url: `http://${host}:${port}/`,
      accept: '*/*',
      mostBytes: 100,
    });

  it.each(['127.0.0.1', 'localhost', 'app.localhost'])('works where that is allowed: %s', async (host) => {
    const before = touched;
    expect(await fetch('off', host)).toMatchObject({ outcome: 'failed', reason: 'refused' });
    expect(touched).toBe(before);
    expect(await fetch('on', host)).toMatchObject({ outcome: 'document' });
    expect(touched).toBe(before + 1);
  });
});

describe('the network of the machine', () => {
  it('connects to the addresses that it is given, whatever the name, and to the next where the first is dead', async () => {
    const server = createTcpServer((socket) => socket.end('hello'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const route = new SystemNetwork().route('rebound.example', port, ['::1', '127.0.0.1']);
    const socket = connect(route);
    const text = await new Promise((done) => socket.once('data', (data) => done(data.toString())));
    expect([text, socket.remoteAddress]).toEqual(['hello', '127.0.0.1']);
    socket.destroy();
    await new Promise((closed) => server.close(closed));
  });

  it('gives up on name servers when it is told to', async () => {
    const limit = new AbortController();
    const asked = new SystemNetwork().resolve('nowhere.invalid', limit.signal);
    limit.abort();
    expect(await asked).toEqual([]);
  });
});
