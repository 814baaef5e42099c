import { json, sample } from 'fast-check';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { openSocket, type RawAnswer, rawExchange, requestBytes } from '../support/raw-http';
import { ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { faultOf } from '../support/verdicts';

/** How many mutated requests: the long form, before a release, is `TEST_FUZZ_REQUESTS=100000`; every run does a small part of it. */
const REQUESTS = Number(process.env['TEST_FUZZ_REQUESTS'] ?? 1_500);

/** Another seed makes other requests: `TEST_FUZZ_SEED=7`. A failure tells its own. */
const SEED = Number(process.env['TEST_FUZZ_SEED'] ?? 20_261_124);

const AT_ONCE = 12;

/** Bytes that parsers stumble over. */
const MORSELS = [
  ...[
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\t',
    ' ',
    ':',
    ';',
    ',',
    '"',
    "'",
    '\\',
    '/',
    '//',
    '?',
    '#',
    '%',
    '%00',
    '%ff',
    '..',
    '*',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '{}',
    '[]',
    'null',
    'true',
    '""',
    '0',
    '-1',
    '1e999',
    '9'.repeat(40),
    '\xff',
    '\xc3\x28',
    '\xed\xa0\x80',
    '\x80',
  ],
  ...[
    '\\u0000',
    '\\ud800',
    '__proto__',
    'constructor',
    '$where',
    "' OR 1=1--",
    '%s%n',
    '<x>',
    'chunked',
    'Content-Length: 1\r\n',
  ],
  ...['Transfer-Encoding: chunked\r\n', 'Host: x\r\n', 'HTTP/1.1', 'a'.repeat(300), '.'.repeat(300), 'é'.repeat(50)],
];

/** A small generator of numbers (mulberry32), so that a run can be repeated. @returns whole numbers below a bound */
function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** Changes a request in one to four places. */
function mutate(request: Buffer, below: (bound: number) => number): Buffer {
  let bytes = request;
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const morsel = Buffer.from(MORSELS[below(MORSELS.length)]!, 'latin1');
    const kinds: readonly (() => Buffer)[] = [
      () => Buffer.concat([before, morsel, after]),
      () => Buffer.concat([before, morsel, after.subarray(morsel.length)]),
      () => Buffer.concat([before, after.subarray(1 + below(16))]),
      () => Buffer.concat([before, after.subarray(0, 1 + below(40)), after]),
      () => Buffer.concat([before, Buffer.of(below(256)), after.subarray(1)]),
      () => (below(4) === 0 ? before : bytes),
    ];
    bytes = kinds[below(kinds.length)]!();
  }
  return bytes;
}

describe('a server in a process of its own', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let seeds: readonly Buffer[];
  let token: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await ServerProcess.start(database.url, { TOKEN_COOKIES: 'on', LOG_LEVEL: 'warn' });
    const client = new TestClient(server.url);
    await client.post('/auth/register', { username: 'alice', email: 'alice@example.com', password: GOOD_PASSWORD });
    const { access_token, refresh_token } = (
      await client.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD })
    ).body;
    token = access_token;
    const headers = [
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
      ['Accept', '*/*'],
    ] as const;
    const post = (target: string, body: object, method = 'POST') =>
      requestBytes({ method, target, headers, body: JSON.stringify(body) });
    seeds = [
      ...[
        '/protected',
        '/auth/me',
        '/notes?limit=5',
        '/notes/x',
        '/jwks.json',
        '/health/ready',
        '/problems',
        '/docs-json',
      ].map((target) => requestBytes({ target, headers })),
      post('/auth/refresh', { refresh_token }),
      post('/auth/register', { username: 'x', email: 'x@example.com', password: 'short' }),
      post('/auth/password', { currentPassword: '', newPassword: 'y' }),
      post('/auth/me', { displayName: 'x' }, 'PATCH'),
      post('/notes', { title: 'x', body: 'y' }),
      post('/notes/x', { title: 'x' }, 'PATCH'),
      requestBytes({
        target: '/auth/me',
        headers: [
          ['Cookie', `access_token=${token}; csrf_token=x`],
          ['X-Forwarded-For', '::1'],
          ['X-Request-Id', 'x'],
        ],
      }),
      requestBytes({
        method: 'OPTIONS',
        target: '/notes',
        headers: [
          ['Origin', 'http://x'],
          ['Access-Control-Request-Method', 'GET'],
        ],
      }),
    ];
  }, 40_000);

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  /** The process is the one that was started, complains of nothing, and serves. */
  async function expectUnharmed(): Promise<void> {
    expect(server.running).toBe(true);
    expect(server.stderr).toBe('');
    expect(server.stdout.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
    const client = new TestClient(server.url).withToken(token);
    expect((await client.get('/health/ready')).status).toBe(200);
    const login = await client.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD });
    expect(login.status).toBe(200);
  }

  const complaint = (answer: RawAnswer) => {
    if (answer.status >= 400 && answer.text !== '' && typeof answer.body.requestId !== 'string') {
      return `no request id: ${answer.text}`;
    }
    return faultOf(answer);
  };

  /** Runs jobs, so many at once. */
  async function inLanes(count: number, job: (index: number) => Promise<void>): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < count) await job(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  it(
    `DOS-13: survives ${REQUESTS} mutated requests without a fault, an error line or a restart`,
    async () => {
      const below = generator(SEED);
      const statuses = new Map<number, number>();
      const found: string[] = [];
      await inLanes(REQUESTS, async () => {
        const bytes = mutate(seeds[below(seeds.length)]!, below);
        const { answers } = await rawExchange(server.url, bytes, { quiet: 100, end: true });
        for (const answer of answers) {
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const fault = complaint(answer);
          if (fault !== null) found.push(`seed ${SEED}: ${JSON.stringify(bytes.toString('latin1'))}: ${fault}`);
        }
      });
      expect(found).toEqual([]);
      // The mutations are mild enough to come past the parser, and wild enough to be refused in many places.
      for (const status of [200, 400, 401]) expect(statuses.get(status) ?? 0).toBeGreaterThan(REQUESTS / 25);
      await expectUnharmed();
    },
    60_000 + 20 * REQUESTS,
  );

  it(
    'DOS-13: takes any JSON value for any body, and answers each with a refusal or a result',
    async () => {
      const routes = ['/auth/login', '/auth/register', '/auth/refresh', '/auth/password', '/auth/logout', '/notes'];
      const values = sample(json({ maxDepth: 5 }), { numRuns: Math.ceil(REQUESTS / 5), seed: SEED });
      const keys = ['username', 'email', 'password', 'refresh_token', 'title', 'body', 'currentPassword', 'cookies'];
      const found: string[] = [];
      await inLanes(values.length, async (index) => {
        const target = routes[index % routes.length]!;
        const value = values[index]!;
        const body =
          index % 2 === 0
            ? value
            : `{"${keys[index % keys.length]}":${value},"${keys[(index >> 3) % keys.length]}":${value}}`;
        const headers = [
          ['Content-Type', 'application/json'],
          ['Authorization', `Bearer ${target === '/auth/logout' ? 'x' : token}`],
        ] as const;
        const { answers } = await rawExchange(
          server.url,
          requestBytes({ method: 'POST', target, headers, body: Buffer.from(body) }),
        );
        for (const answer of answers) {
          const fault = complaint(answer);
          if (fault !== null) found.push(`seed ${SEED}: ${target} ${body}: ${fault}`);
        }
      });
      expect(found).toEqual([]);
      await expectUnharmed();
    },
    60_000 + 20 * REQUESTS,
  );

  it('DOS-13, RAC-21: survives clients that vanish in the middle of a request or of an answer', async () => {
    const below = generator(SEED);
    await inLanes(150, async (index) => {
      const socket = await openSocket(server.url);
      const bytes = seeds[below(seeds.length)]!;
      if (index % 3 === 0) {
        socket.write(bytes.subarray(0, below(bytes.length)));
        await new Promise((resolve) => setImmediate(resolve));
        socket.resetAndDestroy();
      } else if (index % 3 === 1) {
        // Several requests at once; the client is gone when the first byte of the first answer comes.
        const gone = new Promise<void>((resolve) => {
          socket.once('data', () => resolve(void socket.resetAndDestroy()));
          socket.once('close', () => resolve());
        });
        socket.write(Buffer.concat([bytes, bytes, bytes]));
        await gone;
      } else {
        socket.write(bytes);
        socket.destroy();
      }
    });
    await expectUnharmed();
  }, 20_000);
});
