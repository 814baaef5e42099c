import dns from 'node:dns';
import { Accounts } from '../../src/auth/accounts';
import { QueueFull } from '../../src/crypto/bounded-queue';
import { PasswordHasher } from '../../src/crypto/password-hash';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { rawExchange, requestBytes } from '../support/raw-http';
import { NO_LIMITS } from '../support/server-process';
import type { Answer } from '../support/test-client';
import { volley } from '../support/volley';

/** Sign-ins that may fail on one account in a window. */
const PER_ACCOUNT = 10;

/** The window of the limits of signing in, in seconds. */
const WINDOW = 300;

describe('guessing passwords', () => {
  let app: TestApp;
  let rows: DatabaseRows;

  afterEach(async () => {
    await rows.close();
    await app.close();
  });

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    app = await createTestApp({
      env: { ...NO_LIMITS, RATE_LIMIT_LOGIN_PER_ACCOUNT: String(PER_ACCOUNT), TRUSTED_PROXIES: '127.0.0.1', ...env },
    });
    rows = await openRows(app.database);
  };

  /** Tries to sign in through the trusted proxy, as somebody at that address. */
  const from = (address: string, username: string, password: string): Promise<Answer> =>
    app.post('/auth/login', { username, password }, { 'X-Forwarded-For': address });

  const events = (type: string) =>
    rows.query<{ user_id: string | null; address: string; detail: string }>(
      `SELECT user_id, address, detail FROM audit_events WHERE type = '${type}' ORDER BY seq`,
    );

  it('AUT-04: 200 wrong passwords from one address are throttled after ten, and told to wait', async () => {
    await start();
    await app.register('alice');
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 200; attempt++) {
      const answer = await from('198.51.100.1', 'alice', `wrong-${attempt}`);
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(WINDOW);
    }
    expect(statuses.slice(0, PER_ACCOUNT)).toEqual(Array.from({ length: PER_ACCOUNT }, () => 401));
    expect(new Set(statuses.slice(PER_ACCOUNT))).toEqual(new Set([429]));
    expect(await events('sign-in.failed')).toHaveLength(PER_ACCOUNT);
    expect((await events('rate-limit.exceeded')).map(({ detail }) => detail)).toEqual(['{"limit":"sign-in.account"}']);
  });

  it('AUT-04, AUT-09: guesses from 200 addresses are throttled too; the owner signs in from an address of theirs all the while', async () => {
    await start();
    await app.register('alice');
    expect((await from('203.0.113.7', 'alice', GOOD_PASSWORD)).status).toBe(200);
    let looked = 0;
    for (let attempt = 0; attempt < 200; attempt++) {
      const { status } = await from(`198.51.100.${attempt}`, 'alice', `wrong-${attempt}`);
      if (status === 401) looked++;
      else expect(status).toBe(429);
      if (attempt % 50 === 49) expect((await from('203.0.113.7', 'alice', GOOD_PASSWORD)).status).toBe(200);
    }
    expect(looked).toBe(PER_ACCOUNT);
    // From elsewhere the right password has to wait, like a guess that happens to be right.
    expect((await from('192.0.2.9', 'alice', GOOD_PASSWORD)).status).toBe(429);
  });

  it('AUT-09: guesses cannot lock an account for good: refused ones do not prolong the wait, and after it the owner is let in', async () => {
    await start();
    await app.register('alice');
    for (let hour = 0; hour < 5; hour++) {
      for (let attempt = 0; attempt < PER_ACCOUNT; attempt++) await from('198.51.100.1', 'alice', 'wrong');
      const waits: number[] = [];
      for (let elapsed = 0; elapsed < WINDOW; elapsed += 60) {
        const refused = await from('198.51.100.2', 'alice', 'wrong');
        expect(refused.status).toBe(429);
        waits.push(Number(refused.headers.get('retry-after')));
        app.clock.advance(60);
      }
      expect(waits).toEqual([300, 240, 180, 120, 60]);
    }
    expect((await from('192.0.2.9', 'alice', GOOD_PASSWORD)).status).toBe(200);
  });

  it('AUT-09: locked is locked on every way to a token, and guesses alone never lock', async () => {
    await start({ TOKEN_COOKIES: 'on' });
    await app.register('alice');
    const { access_token, refresh_token } = (await app.login('alice')).body as Record<string, string>;
    for (let attempt = 0; attempt < 50; attempt++) await from('198.51.100.1', 'alice', 'wrong');
    const [alice] = await rows.query<{ id: string; locked_at: unknown }>(`SELECT id, locked_at FROM users`);
    expect(alice!.locked_at).toBeNull();
    expect((await app.post('/auth/refresh', { refresh_token })).status).toBe(200);

    await app.resolve(Accounts).mark(alice!.id, 'locked', true);
    const tries = {
      login: app.login('alice'),
      'login with cookies': app.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD, cookies: true }),
      refresh: app.post('/auth/refresh', { refresh_token }),
      'refresh by cookie': app.post('/auth/refresh', {}, { cookie: `refresh_token=${refresh_token}` }),
      token: app.withToken(access_token!).get('/auth/me'),
      'token without a look at the person': app.withToken(access_token!).get('/protected'),
      'token by cookie': app.get('/protected', { cookie: `access_token=${access_token}` }),
    };
    for (const [what, request] of Object.entries(tries)) {
      const answer = await request;
      expect([what, answer.status < 400]).toEqual([what, false]);
      expect(answer.headers.get('set-cookie') ?? '').not.toMatch(/token=[^;]/); // cookies are removed, not given
    }
  });

  it('AUT-07: one guess on each of many accounts from many addresses runs into the limit of all, which people at their own addresses do not feel', async () => {
    await start({ RATE_LIMIT_LOGIN_TOTAL: '60' });
    const people = ['alice', 'bob', 'carol'];
    for (const [index, name] of people.entries()) {
      await app.register(name);
      expect((await from(`203.0.113.${index}`, name, GOOD_PASSWORD)).status).toBe(200);
    }
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 70; attempt++) {
      statuses.push((await from(`198.51.100.${attempt}`, `victim-${attempt}`, 'the-same-password')).status);
    }
    const looked = statuses.filter((status) => status === 401).length;
    expect(looked).toBeGreaterThan(50);
    expect(looked).toBeLessThanOrEqual(60);
    expect(new Set(statuses.slice(60))).toEqual(new Set([429]));
    expect((await events('rate-limit.exceeded')).map(({ detail }) => detail)).toEqual(['{"limit":"sign-in.total"}']);
    for (const [index, name] of people.entries()) {
      expect((await from(`203.0.113.${index}`, name, GOOD_PASSWORD)).status).toBe(200);
    }
  });

  it('AUT-08: of 100 simultaneous guesses on one node exactly ten are looked at, and of 100 on names that nobody has too', async () => {
    await start();
    await app.register('alice');
    for (const username of ['alice', 'ghost', 'Alice', 'ALICE@example.com']) {
      const answers = await volley(
        Array.from({ length: 100 }, (_, index) => ({
          url: app.url,
          path: '/auth/login',
          body: { username, password: `wrong-${index}` },
        })),
      );
      const looked = answers.filter(({ status }) => status === 401).length;
      // Another spelling is the same login. An address is another one than the name: counting them as one would tell whose it is.
      expect([username, looked]).toEqual([username, username === 'Alice' ? 0 : PER_ACCOUNT]);
    }
  }, 30_000);

  const spoofing: readonly (readonly [string, (attempt: number) => string])[] = [
    ['X-Forwarded-For', (attempt) => `198.51.100.${attempt}`],
    ['X-Forwarded-For', (attempt) => `198.51.100.${attempt}, 10.0.0.1, 127.0.0.1`],
    ['X-Forwarded-For', (attempt) => `unknown, _hidden${attempt}, localhost`],
    ['X-Forwarded-For', (attempt) => `victim-${attempt}.example.com`],
    ['X-Forwarded-For', (attempt) => `${attempt}`.padEnd(10_000, '1')],
    ['Forwarded', (attempt) => `for=198.51.100.${attempt}`],
    ['X-Real-IP', (attempt) => `198.51.100.${attempt}`],
    ['CF-Connecting-IP', (attempt) => `198.51.100.${attempt}`],
    ['True-Client-IP', (attempt) => `198.51.100.${attempt}`],
    ['X-Client-IP', (attempt) => `198.51.100.${attempt}`],
    ['X-Originating-IP', (attempt) => `[198.51.100.${attempt}]`],
    ['X-Cluster-Client-IP', (attempt) => `198.51.100.${attempt}`],
  ];

  it('AUT-05: without a trusted proxy no forwarding header changes whom the limit counts or the audit log names', async () => {
    await start({ TRUSTED_PROXIES: '', RATE_LIMIT_LOGIN_PER_ADDRESS: '12' });
    const lookups = jest.spyOn(dns, 'lookup');
    const statuses: number[] = [];
    for (const [attempt, [name, value]] of [...spoofing, ...spoofing].entries()) {
      const body = { username: `ghost-${attempt}`, password: 'wrong' };
      statuses.push((await app.post('/auth/login', body, { [name]: value(attempt) })).status);
    }
    expect(statuses).toEqual([...spoofing.map(() => 401), ...spoofing.map(() => 429)]);
    const addresses = await rows.query<{ address: string }>('SELECT DISTINCT address FROM audit_events');
    expect(addresses).toEqual([{ address: '127.0.0.1' }]);
    expect(lookups).not.toHaveBeenCalled();
    lookups.mockRestore();
  });

  it('AUT-05: behind a trusted proxy the last address that no trusted proxy has counts, whatever was written before it', async () => {
    await start({ RATE_LIMIT_LOGIN_PER_ADDRESS: '12' });
    const lies = ['', '192.0.2.1, ', '127.0.0.1, ', 'unknown, ', '::1, ', 'localhost, ', `${'9'.repeat(5_000)}, `];
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 24; attempt++) {
      const forwarded = `${lies[attempt % lies.length]!}198.51.100.66`;
      statuses.push((await from(forwarded, `ghost-${attempt}`, 'wrong')).status);
    }
    expect(statuses).toEqual(statuses.map((_status, index) => (index < 12 ? 401 : 429)));
    const addresses = await rows.query<{ address: string }>('SELECT DISTINCT address FROM audit_events');
    expect(addresses).toEqual([{ address: '198.51.100.66' }]);
    expect((await from('198.51.100.67', 'ghost', 'wrong')).status).toBe(401);
  });

  it('AUT-05: addresses of one IPv6 network, and an IPv4 address in IPv6 clothes, count as one', async () => {
    await start({ RATE_LIMIT_LOGIN_PER_ADDRESS: '12' });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 16; attempt++) {
      statuses.push((await from(`2001:db8:1:2::${attempt.toString(16)}`, `ghost-${attempt}`, 'wrong')).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(12);
    const mixed = ['198.51.100.5', '::ffff:198.51.100.5', '::FFFF:c633:6405'];
    const counted: number[] = [];
    for (let attempt = 0; attempt < 16; attempt++) {
      counted.push((await from(mixed[attempt % mixed.length]!, `other-${attempt}`, 'wrong')).status);
    }
    expect(counted.filter((status) => status === 401)).toHaveLength(12);
  });
});

describe('what a password hash costs', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: NO_LIMITS });
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('AUT-10: passwords too long are refused before anything is hashed, at once, however many come', async () => {
    const hashed = jest.spyOn(app.resolve(PasswordHasher), 'verify');
    const bodies = [
      ...Array.from({ length: 100 }, (_, index) => [413, index % 2 === 0 ? 'a'.repeat(1_000_000) : 'ﷺ'.repeat(43_690)]),
      ...['a'.repeat(1_025), 'ﷺ'.repeat(2_000), '🦆'.repeat(1_025)].map((password) => [400, password]),
    ] as const;
    for (const [status, password] of bodies) {
      const request = requestBytes({
        method: 'POST',
        target: '/auth/login',
        headers: [['Content-Type', 'application/json']],
        body: Buffer.from(JSON.stringify({ username: 'alice', password })),
      });
      const { answers } = await rawExchange(app.url, request);
      expect(answers.map((answer) => answer.status)).toEqual([status]);
    }
    expect(hashed).not.toHaveBeenCalled();
    hashed.mockRestore();
  }, 30_000);

  it('AUT-10, DOS-10: when the line for hashing is full, sign-ins are told 503 with Retry-After at once, and everything else goes on', async () => {
    const { access_token } = (await app.login('alice')).body as Record<string, string>;
    const hasher = app.resolve(PasswordHasher);
    const flood = { running: true };
    // Unicode that grows with compatibility normalisation is bounded work too.
    const attack = async (): Promise<void> => {
      while (flood.running) await hasher.verify(null, 'ﷺ'.repeat(256));
    };
    const attackers = Array.from({ length: 600 }, () => attack().catch((error: unknown) => error));
    expect(hasher.waiting).toBe(512);
    for (let attempt = 0; attempt < 5; attempt++) {
      const refused = await app.login('alice');
      expect([refused.status, refused.body.code]).toEqual([503, 'temporarily_unavailable']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (let turn = 0; turn < 25; turn++) {
      for (const path of ['/health/live', '/jwks.json', '/protected', '/auth/me']) {
        expect([path, (await app.withToken(access_token!).get(path)).status]).toEqual([path, 200]);
      }
    }
    // All that time nobody else has had to wait for the line to end.
    expect(hasher.waiting).toBeGreaterThan(0);
    flood.running = false;
    const outcomes = await Promise.all(attackers);
    expect(outcomes.filter((outcome) => outcome instanceof QueueFull).length).toBeGreaterThan(50);
    expect((await app.login('alice')).status).toBe(200);
  }, 60_000);
});
