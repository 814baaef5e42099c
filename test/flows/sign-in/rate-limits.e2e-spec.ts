import { UnitOfWork } from '../../../src/database/unit-of-work';
import { appsOfEachTest } from '../../support/apps-of-each-test';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer } from '../../support/test-client';

const WINDOW = 300;

/** No window is longer. */
const HOUR = 3_600;

/** Sign-ins on one account that these tests allow; the default is tried once. */
const ALLOWED = 4;
const FEW = { RATE_LIMIT_LOGIN_PER_ACCOUNT: String(ALLOWED) };
const PROXY = { TRUSTED_PROXIES: '127.0.0.1/8' };

const told = ({ status, body }: Answer) => [status, body.code];
const REFUSED = [401, 'invalid_credentials'];
const LIMITED = [429, 'rate_limited'];

/** A caller at that address, as a trusted proxy in front of the application tells of it. */
const from = (app: TestApp, address: string) => app.withHeaders({ 'x-forwarded-for': address });

const attempt = (app: TestApp, username: string, address: string, password = 'wrong-one-1') =>
  from(app, address).post('/auth/login', { username, password });

const fail = async (app: TestApp, username: string, address: string, times: number) => {
  for (let count = 0; count < times; count++) expect(told(await attempt(app, username, address))).toEqual(REFUSED);
};

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${index + 1}`);

describe('the limit of sign-ins', () => {
  const start = appsOfEachTest();

  const shared = new Map<string, TestApp>();

  afterAll(() => Promise.all([...shared.values()].map((app) => app.close())));

  /** An application where nobody has signed in or failed to; it is one of an earlier test, when all that was counted there is over. */
  const startWith = async (env: Readonly<Record<string, string>> = PROXY) => {
    const known = shared.get(JSON.stringify(env));
    const app = known ?? (await createTestApp({ env: { ...FEW, ...env } }));
    shared.set(JSON.stringify(env), app);
    if (known !== undefined) {
      app.clock.advance(HOUR);
      await app.resolve(UnitOfWork).run((transaction) => transaction.query('DELETE FROM users'));
    }
    await app.register('alice');
    return app;
  };

  const startAnew = async () => {
    const app = await start({ env: { ...FEW, ...PROXY } });
    await app.register('alice');
    return app;
  };

  describe('on one account', () => {
    it('refuses the 11th failure in 5 minutes, the right password too, and says when to come back (AUT-04)', async () => {
      const app = await startWith({ ...PROXY, RATE_LIMIT_LOGIN_PER_ACCOUNT: '' });
      await fail(app, 'alice', '203.0.113.1', 5);
      app.clock.advance(100);
      await fail(app, 'alice', '203.0.113.2', 5);
      const answer = await attempt(app, 'alice', '203.0.113.3', GOOD_PASSWORD);
      expect(told(answer)).toEqual(LIMITED);
      expect(answer.headers.get('retry-after')).toBe('200');
      expect(answer.body).toMatchObject({ title: 'Too many requests', detail: 'Try again in 200 s.' });

      app.clock.advance(199.5);
      const last = await attempt(app, 'alice', '203.0.113.3', GOOD_PASSWORD);
      expect([last.status, last.headers.get('retry-after')]).toEqual([429, '1']);
      app.clock.advance(0.5);
      expect((await attempt(app, 'alice', '203.0.113.3', GOOD_PASSWORD)).status).toBe(200);
    });

    it('counts every spelling of its name as one, and leaves other accounts alone', async () => {
      const app = await startWith();
      for (const [index, name] of ['alice', 'ALICE', 'ａｌｉｃｅ', 'aLiCe'].entries()) {
        await fail(app, name, `203.0.113.${index}`, 1);
      }
      expect(told(await attempt(app, 'alice', '203.0.113.9'))).toEqual(LIMITED);
      expect(told(await attempt(app, 'bob', '203.0.113.9'))).toEqual(REFUSED);
    });

    it('counts a name that nobody has like one that somebody has (AUT-01)', async () => {
      const app = await startWith();
      await fail(app, 'nobody', '203.0.113.1', ALLOWED);
      expect(told(await attempt(app, 'nobody', '203.0.113.1'))).toEqual(LIMITED);
    });

    it('is not used up by successes, nor by requests that are not valid', async () => {
      const app = await startWith();
      for (let count = 0; count < 2 * ALLOWED; count++) {
        expect((await attempt(app, 'alice', '203.0.113.1', GOOD_PASSWORD)).status).toBe(200);
        expect((await from(app, '203.0.113.1').post('/auth/login', { username: 'alice' })).status).toBe(400);
      }
      await fail(app, 'alice', '203.0.113.1', ALLOWED);
      expect(told(await attempt(app, 'alice', '203.0.113.1', GOOD_PASSWORD))).toEqual(LIMITED);
    });

    it('covers the password that is asked for again inside', async () => {
      const app = await startWith();
      const { access_token: token } = (await app.login('alice')).body as Record<string, string>;
      const change = (currentPassword: string) =>
        app.withToken(token!).post('/auth/password', { currentPassword, newPassword: 'another-harbour-7-candle' });
      for (let count = 0; count < ALLOWED; count++) {
        expect(told(await change('wrong-one-1'))).toEqual([403, 'wrong_password']);
      }
      expect(told(await change(GOOD_PASSWORD))).toEqual(LIMITED);
      app.clock.advance(WINDOW);
      expect((await change(GOOD_PASSWORD)).status).toBe(204);
    });
  });

  describe('cannot be used to keep the owner out (AUT-09):', () => {
    it('an address from which they have signed in goes on, whatever strangers do', async () => {
      const app = await startWith();
      expect((await attempt(app, 'alice', '198.51.100.7', GOOD_PASSWORD)).status).toBe(200);
      for (let window = 0; window < 3; window++) {
        for (const address of addresses(ALLOWED)) await fail(app, 'alice', address, 1);
        expect(told(await attempt(app, 'alice', '203.0.113.200'))).toEqual(LIMITED);
        expect((await attempt(app, 'alice', '198.51.100.7', GOOD_PASSWORD)).status).toBe(200);
        app.clock.advance(WINDOW);
      }
    });

    it('so does another address of the same IPv6 network', async () => {
      const app = await startWith();
      expect((await attempt(app, 'alice', '2001:db8:0:7::5', GOOD_PASSWORD)).status).toBe(200);
      await fail(app, 'alice', '203.0.113.1', ALLOWED);
      expect((await attempt(app, 'alice', '2001:db8:0:7:a:b:c:d', GOOD_PASSWORD)).status).toBe(200);
      expect(told(await attempt(app, 'alice', '2001:db8:0:8::5', GOOD_PASSWORD))).toEqual(LIMITED);
    });

    it('a new address waits for the end of a window at most', async () => {
      const app = await startWith();
      await fail(app, 'alice', '203.0.113.1', ALLOWED);
      app.clock.advance(WINDOW - 1);
      for (let count = 0; count < 5; count++) {
        expect(told(await attempt(app, 'alice', '203.0.113.1'))).toEqual(LIMITED);
      }
      app.clock.advance(1);
      expect((await attempt(app, 'alice', '198.51.100.9', GOOD_PASSWORD)).status).toBe(200);
    });

    it('and the known address is limited by itself', async () => {
      const app = await startWith();
      expect((await attempt(app, 'alice', '198.51.100.7', GOOD_PASSWORD)).status).toBe(200);
      await fail(app, 'alice', '198.51.100.7', ALLOWED);
      expect(told(await attempt(app, 'alice', '198.51.100.7', GOOD_PASSWORD))).toEqual(LIMITED);
      expect((await attempt(app, 'alice', '198.51.100.8', GOOD_PASSWORD)).status).toBe(200);
    });
  });

  describe('on one address', () => {
    const env = { ...PROXY, RATE_LIMIT_LOGIN_PER_ADDRESS: '6' };

    it('stops one that tries many accounts, and no other address (AUT-07)', async () => {
      const app = await startWith(env);
      for (let count = 0; count < 6; count++) await fail(app, `victim${count}`, '203.0.113.1', 1);
      expect(told(await attempt(app, 'alice', '203.0.113.1', GOOD_PASSWORD))).toEqual(LIMITED);
      expect((await attempt(app, 'alice', '203.0.113.2', GOOD_PASSWORD)).status).toBe(200);
      app.clock.advance(WINDOW);
      expect((await attempt(app, 'alice', '203.0.113.1', GOOD_PASSWORD)).status).toBe(200);
    });

    it('counts an IPv6 network of one customer as one', async () => {
      const app = await startWith(env);
      for (let count = 0; count < 6; count++) await fail(app, `victim${count}`, `2001:db8:1:2:${count}::1`, 1);
      expect(told(await attempt(app, 'alice', '2001:db8:1:2:ffff::1', GOOD_PASSWORD))).toEqual(LIMITED);
      expect((await attempt(app, 'alice', '2001:db8:1:3::1', GOOD_PASSWORD)).status).toBe(200);
    });

    it('counts an attempt that the account’s limit has refused on neither of the others', async () => {
      const app = await startWith({ ...PROXY, RATE_LIMIT_LOGIN_PER_ADDRESS: '6' });
      await fail(app, 'victim', '203.0.113.1', ALLOWED);
      for (let count = 0; count < 5; count++) {
        expect(told(await attempt(app, 'victim', '203.0.113.1'))).toEqual(LIMITED);
      }
      await fail(app, 'other', '203.0.113.1', 2);
      expect(told(await attempt(app, 'other', '203.0.113.1'))).toEqual(LIMITED);
    });

    it('cannot be dodged by forwarding headers that nobody trusted has set (AUT-05)', async () => {
      const app = await startWith({ RATE_LIMIT_LOGIN_PER_ADDRESS: '6' });
      const names = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip'];
      for (const [index, name] of names.entries()) {
        const value = name === 'forwarded' ? `for=203.0.113.${index}` : `203.0.113.${index}`;
        const answer = await app.post('/auth/login', { username: `victim${index}`, password: 'x' }, { [name]: value });
        expect(told(answer)).toEqual(REFUSED);
      }
      expect(told(await attempt(app, 'alice', '203.0.113.77', GOOD_PASSWORD))).toEqual(LIMITED);
    });

    it('takes of a chain of proxies the first address that is not trusted, from the right (AUT-05)', async () => {
      const app = await startWith(env);
      const forged = ['10.9.9.1', '10.9.9.2, 10.9.9.3', 'unknown', '_hidden', '"', 'x'.repeat(2_000)];
      for (const [index, claim] of forged.entries()) {
        await fail(app, `victim${index}`, `${claim}, 203.0.113.1, 127.0.0.2`, 1);
      }
      expect(told(await attempt(app, 'alice', '203.0.113.1', GOOD_PASSWORD))).toEqual(LIMITED);
      expect((await attempt(app, 'alice', '203.0.113.2', GOOD_PASSWORD)).status).toBe(200);
    });
  });

  it('in all stops an attack from many addresses on many accounts, but not owners at known addresses (AUT-07)', async () => {
    const app = await startWith({ ...PROXY, RATE_LIMIT_LOGIN_TOTAL: '6' });
    expect((await attempt(app, 'alice', '198.51.100.7', GOOD_PASSWORD)).status).toBe(200);
    for (const [index, address] of addresses(6).entries()) await fail(app, `victim${index}`, address, 1);
    expect(told(await attempt(app, 'someone', '203.0.113.99'))).toEqual(LIMITED);
    expect((await attempt(app, 'alice', '198.51.100.7', GOOD_PASSWORD)).status).toBe(200);
  });

  it('survives a restart of the server', async () => {
    const before = await startAnew();
    await fail(before, 'alice', '203.0.113.1', ALLOWED);
    await before.stop();
    const after = await start({ env: { ...PROXY, ...FEW }, database: before.database, clock: before.clock });
    expect(told(await attempt(after, 'alice', '203.0.113.1', GOOD_PASSWORD))).toEqual(LIMITED);
    after.clock.advance(WINDOW);
    expect((await attempt(after, 'alice', '203.0.113.1', GOOD_PASSWORD)).status).toBe(200);
  });

  it('holds over two nodes, under a burst too (AUT-08)', async () => {
    const first = await startAnew();
    const second = await start({ env: { ...PROXY, ...FEW }, database: first.database, clock: first.clock });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => attempt(index % 2 === 0 ? first : second, 'alice', '203.0.113.1')),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(ALLOWED);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40 - ALLOWED);
    for (const node of [first, second]) {
      expect(told(await attempt(node, 'alice', '203.0.113.2', GOOD_PASSWORD))).toEqual(LIMITED);
    }
  });

  it('is noted once for each window, not for each request', async () => {
    const app = await startAnew();
    for (let window = 0; window < 2; window++) {
      await fail(app, 'alice', '203.0.113.1', ALLOWED);
      for (let count = 0; count < 5; count++) await attempt(app, 'alice', '203.0.113.1');
      app.clock.advance(WINDOW);
    }
    const rows = await openRows(app.database);
    const events = await rows.query(
      `SELECT detail, address FROM audit_events WHERE type = 'rate-limit.exceeded' ORDER BY seq`,
    );
    await rows.close();
    const event = { detail: '{"limit":"sign-in.account"}', address: '203.0.113.1' };
    expect(events).toEqual([event, event]);
  });
});

describe('the limit of sessions', () => {
  const start = appsOfEachTest();

  it('counts sign-ins that succeed, for each account by the hour (DOS-06)', async () => {
    const app = await start({ env: { RATE_LIMIT_SESSIONS_PER_ACCOUNT: '3' } });
    for (const name of ['alice', 'bob']) await app.register(name);
    for (let count = 0; count < 3; count++) expect((await app.login('alice')).status).toBe(200);
    const answer = await app.login('alice');
    expect([...told(answer), answer.headers.get('retry-after')]).toEqual([...LIMITED, '3600']);
    expect((await app.login('bob')).status).toBe(200);
    app.clock.advance(3_600);
    expect((await app.login('alice')).status).toBe(200);
  });

  it('keeps the newest hundred of a person’s sessions, and ends the others with their tokens', async () => {
    const app = await start({ env: ROOMY_LIMITS });
    await app.register('alice');
    const signIn = async () => (await app.login('alice')).body as { access_token: string; refresh_token: string };
    const first = await signIn();
    app.clock.advance(1);
    const second = await signIn();
    app.clock.advance(1);
    // At one and the same instant: the session just begun is never the one that ends.
    for (let count = 2; count < 100; count++) await signIn();
    expect((await app.withToken(first.access_token).get('/protected')).status).toBe(200);
    const last = await signIn();
    expect(told(await app.withToken(first.access_token).get('/protected'))).toEqual([401, 'token_revoked']);
    expect((await app.post('/auth/refresh', { refresh_token: first.refresh_token })).status).toBe(401);
    for (const { access_token: token } of [second, last]) {
      expect((await app.withToken(token).get('/protected')).status).toBe(200);
    }
  });
});

describe('the limit of registrations', () => {
  const start = appsOfEachTest();

  const register = (app: TestApp, name: string, address: string) =>
    from(app, address).post('/auth/register', {
      username: name,
      email: `${name}@example.com`,
      password: GOOD_PASSWORD,
    });

  it('counts each address by the hour', async () => {
    const app = await start({ env: { ...PROXY, RATE_LIMIT_REGISTRATION_PER_ADDRESS: '2' } });
    for (const name of ['one', 'two']) expect((await register(app, name, '203.0.113.1')).status).toBe(201);
    app.clock.advance(600);
    const answer = await register(app, 'three', '203.0.113.1');
    expect(told(answer)).toEqual(LIMITED);
    expect(answer.headers.get('retry-after')).toBe('3000');
    expect((await register(app, 'three', '203.0.113.2')).status).toBe(201);
    app.clock.advance(3_000);
    expect((await register(app, 'four', '203.0.113.1')).status).toBe(201);
  });

  it('counts all together', async () => {
    const app = await start({ env: { ...PROXY, RATE_LIMIT_REGISTRATION_TOTAL: '3' } });
    for (const [index, address] of addresses(3).entries()) {
      expect((await register(app, `person${index}`, address)).status).toBe(201);
    }
    expect(told(await register(app, 'late', '203.0.113.9'))).toEqual(LIMITED);
  });

  it('counts refused names too, so that nobody can try out many', async () => {
    const app = await start({ env: { ...PROXY, RATE_LIMIT_REGISTRATION_PER_ADDRESS: '3' } });
    expect((await register(app, 'taken', '203.0.113.1')).status).toBe(201);
    for (let count = 0; count < 2; count++) expect((await register(app, 'taken', '203.0.113.1')).status).toBe(409);
    expect(told(await register(app, 'taken', '203.0.113.1'))).toEqual(LIMITED);
  });
});

describe('the limit of refreshes', () => {
  const start = appsOfEachTest();

  const signIn = async (app: TestApp, username: string) => {
    await app.register(username);
    return (await app.login(username)).body.refresh_token as string;
  };

  const refresh = (app: TestApp, token: string, address: string) =>
    from(app, address).post('/auth/refresh', { refresh_token: token });

  it('counts each account, does not use the token up when it refuses, and ends with its window', async () => {
    const app = await start({ env: { ...PROXY, RATE_LIMIT_REFRESH_PER_ACCOUNT: '3' } });
    let token = await signIn(app, 'alice');
    for (const address of addresses(3)) {
      token = (await refresh(app, token, address)).body.refresh_token as string;
    }
    const answer = await refresh(app, token, '203.0.113.9');
    expect(told(answer)).toEqual(LIMITED);
    expect(answer.headers.get('retry-after')).toBe('300');
    expect((await refresh(app, await signIn(app, 'bob'), '203.0.113.9')).status).toBe(200);
    app.clock.advance(WINDOW);
    expect((await refresh(app, token, '203.0.113.9')).status).toBe(200);
  });

  it('counts each address and all together; forged tokens for their address alone', async () => {
    const app = await start({
      env: { ...PROXY, RATE_LIMIT_REFRESH_PER_ADDRESS: '3', RATE_LIMIT_REFRESH_TOTAL: '2' },
    });
    const token = await signIn(app, 'alice');
    for (let count = 0; count < 3; count++) expect((await refresh(app, 'ghr_x', '203.0.113.1')).status).toBe(401);
    expect(told(await refresh(app, token, '203.0.113.1'))).toEqual(LIMITED);
    for (const address of addresses(4).slice(1, 3)) expect((await refresh(app, token, address)).status).toBe(200);
    expect(told(await refresh(app, token, '203.0.113.4'))).toEqual(LIMITED);
  });

  it('holds over two nodes and survives a restart', async () => {
    const env = { ...PROXY, RATE_LIMIT_REFRESH_PER_ACCOUNT: '4' };
    const first = await start({ env });
    const token = await signIn(first, 'alice');
    const second = await start({ env, database: first.database, clock: first.clock });
    for (const node of [first, second, first, second]) {
      expect((await refresh(node, token, '203.0.113.1')).status).toBe(200);
    }
    for (const node of [first, second]) expect(told(await refresh(node, token, '203.0.113.1'))).toEqual(LIMITED);
    await first.stop();
    const third = await start({ env, database: second.database, clock: second.clock });
    expect(told(await refresh(third, token, '203.0.113.1'))).toEqual(LIMITED);
  });
});
