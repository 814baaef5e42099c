import { Accounts } from '../../src/auth/accounts';
import { KeyRotation } from '../../src/keys/key-rotation';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { rawRequest } from '../support/raw-http';
import { NO_LIMITS, TEST_KEY } from '../support/server-process';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const NEW_PASSWORD = 'velvet-orbit-2-lamp';

describe('operations', () => {
  let app: TestApp;
  let rows: DatabaseRows;

  beforeEach(async () => {
    const env = { ...NO_LIMITS, RATE_LIMIT_LOGIN_PER_ACCOUNT: '10', TOKEN_COOKIES: 'on' };
    app = await createTestApp({ env });
    rows = await openRows(app.database);
  });

  afterEach(async () => {
    await rows.close();
    await app.close();
  });

  const signIn = async (username: string, password = GOOD_PASSWORD): Promise<Tokens> => {
    const answer = await app.login(username, password);
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  };

  /** All rows of all tables as one text. */
  const dump = async (): Promise<{ text: string; values: string[] }> => {
    const values: string[] = [];
    for (const table of await rows.tables()) {
      for (const row of await rows.query(`SELECT * FROM ${table}`)) {
        values.push(...Object.values(row).filter((value): value is string => typeof value === 'string'));
      }
    }
    return { text: values.join('\n'), values };
  };

  it('OPS-03: nothing of a password, a token, a cookie or a private key stands in the database, in any form that can be used', async () => {
    const secrets = new Set<string>([GOOD_PASSWORD, NEW_PASSWORD, 'wrong-password-typed', TEST_KEY]);
    const note = (tokens: Tokens): Tokens => {
      secrets.add(tokens.access_token).add(tokens.refresh_token);
      secrets.add(tokens.access_token.split('.')[2]!);
      return tokens;
    };
    await app.register('alice');
    const first = note(await signIn('alice'));
    const second = note((await app.post('/auth/refresh', { refresh_token: first.refresh_token })).body as Tokens);
    const client = app.withToken(second.access_token);
    await client.post('/auth/password', { currentPassword: GOOD_PASSWORD, newPassword: NEW_PASSWORD });
    await app.login('alice', 'wrong-password-typed');
    const cookies = await app.post('/auth/login', { username: 'alice', password: NEW_PASSWORD, cookies: true });
    for (const line of cookies.headers.getSetCookie()) secrets.add(/=([^;]+)/.exec(line)![1]!);
    await client.post('/auth/logout');
    await app.resolve(KeyRotation).rotate({ atOnce: true });

    const { text, values } = await dump();
    expect(values.length).toBeGreaterThan(50);
    expect(secrets.size).toBeGreaterThan(12);
    const forms = [...secrets].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
      ...(secret.startsWith('ghr_')
        ? [secret.slice(4), Buffer.from(secret.slice(4), 'base64url').toString('hex')]
        : []),
    ]);
    for (const form of forms) expect(text.includes(form)).toBe(false);
    expect(text).not.toMatch(/"d":|PRIVATE KEY/);
    const hashes = await rows.query<{ hash: string }>('SELECT hash FROM password_credentials');
    for (const { hash } of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('OPS-03: whoever holds the whole database gets in with nothing of it', async () => {
    await app.register('alice');
    await signIn('alice');
    const { values } = await dump();
    const candidates = [...new Set(values)].filter((value) => value !== '' && value.length <= 512);
    expect(candidates.length).toBeGreaterThan(20);
    for (const candidate of candidates) {
      // What no header can hold cannot be sent in one.
      if (/^[\x21-\x7e]+$/.test(candidate)) {
        expect((await app.withToken(candidate).get('/protected')).status).toBe(401);
        const cookie = `access_token=${candidate}; refresh_token=${candidate}; csrf_token=${candidate}`;
        expect((await app.get('/protected', { cookie })).status).toBe(401);
      }
      for (const refresh_token of [candidate, `ghr_${candidate}`]) {
        expect([400, 401]).toContain((await app.post('/auth/refresh', { refresh_token })).status);
      }
    }
    const [hash] = await rows.query<{ hash: string }>('SELECT hash FROM password_credentials');
    expect((await app.login('alice', hash!.hash)).status).toBe(401);
  }, 60_000);

  it('OPS-05: every security event is in the audit log once, in order, with person, address, request and outcome, and without a secret', async () => {
    await app.register('alice');
    const { id } = (await app.withToken((await signIn('alice')).access_token).get('/auth/me')).body as { id: string };
    await app.login('alice', 'wrong-password-typed');
    await app.login('ghost', 'wrong-password-typed');
    const first = await signIn('alice');
    const second = (await app.post('/auth/refresh', { refresh_token: first.refresh_token })).body as Tokens;
    await app.post('/auth/refresh', { refresh_token: first.refresh_token });
    app.clock.advance(31);
    await app.post('/auth/refresh', { refresh_token: first.refresh_token });
    await app.post('/auth/refresh', { refresh_token: second.refresh_token });
    const third = app.withToken((await signIn('alice')).access_token);
    await third.patch('/auth/me', { email: 'liddell@example.com', currentPassword: GOOD_PASSWORD });
    await third.post('/auth/password', { currentPassword: GOOD_PASSWORD, newPassword: NEW_PASSWORD });
    await third.post('/auth/logout');
    await app.withToken((await signIn('alice', NEW_PASSWORD)).access_token).post('/auth/logout-all');
    const accounts = app.resolve(Accounts);
    await accounts.setRoles(id, ['editor']);
    await accounts.mark(id, 'locked', true);
    await accounts.mark(id, 'locked', false);
    await accounts.mark(id, 'disabled', true);
    await app.login('alice', NEW_PASSWORD);
    await accounts.mark(id, 'disabled', false);
    await app.resolve(KeyRotation).rotate({ atOnce: true });
    for (let attempt = 0; attempt < 14; attempt++) await app.login('nobody', 'wrong-password-typed');

    const events = await rows.query<Record<string, string | null>>('SELECT * FROM audit_events ORDER BY seq');
    const told = events.map(({ type, outcome }) => `${type} ${outcome}`);
    expect(told).toEqual([
      'user.registered success',
      'sign-in.succeeded success',
      'sign-in.failed failure',
      'sign-in.failed failure',
      'sign-in.succeeded success',
      'token.refreshed-after-loss success',
      'token.replayed failure',
      'sign-in.succeeded success',
      'user.changed success',
      'password.changed success',
      'session.ended success',
      'sign-in.succeeded success',
      'sessions.ended success',
      'user.roles-changed success',
      'user.locked success',
      'user.unlocked success',
      'user.disabled success',
      'sign-in.failed failure',
      'user.enabled success',
      'key.rotated success',
      ...Array.from({ length: 10 }, () => 'sign-in.failed failure'),
      'rate-limit.exceeded failure',
    ]);
    const byOperator = /^(user\.(locked|unlocked|disabled|enabled|roles-changed)|key\.rotated)$/;
    for (const event of events) {
      const requested = !byOperator.test(event['type']!);
      expect([event['type'], event['address']]).toEqual([event['type'], requested ? '127.0.0.1' : null]);
      if (requested) expect(event['request_id']).toMatch(/^[\w-]{20,}$/);
      const anonymous = event['type'] === 'key.rotated' || event['type'] === 'rate-limit.exceeded' || isOfGhost(event);
      expect([event['type'], event['user_id']]).toEqual([event['type'], anonymous ? null : id]);
      expect(Number(event['occurred_at'])).toBeGreaterThan(0);
    }
    const text = JSON.stringify(events);
    for (const secret of [
      GOOD_PASSWORD,
      NEW_PASSWORD,
      'wrong-password-typed',
      first.refresh_token,
      second.access_token,
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  const isOfGhost = ({ type, detail }: Record<string, string | null>) =>
    type === 'sign-in.failed' && (detail ?? '').includes('unknown name');

  it('OPS-06: what is not there is not half there: no endpoint of what is switched off, or that nobody has built, answers', async () => {
    await app.register('alice');
    const { access_token, refresh_token } = await signIn('alice');
    const absent: readonly [string, string][] = [
      ['POST', '/oauth/register'],
      ['GET', '/oauth/check-session'],
      ['GET', '/admin'],
      ['GET', '/account/sessions'],
      ['POST', '/graphql'],
      ['GET', '/debug'],
      ['GET', '/env'],
      ['GET', '/.env'],
      ['GET', '/.git/config'],
      ['GET', '/data/gatehouse.sqlite'],
      ['GET', '/data/gatehouse.key'],
    ];
    for (const [method, path] of absent) {
      const body = { grant_type: 'refresh_token', refresh_token, token: refresh_token, client_id: 'first-party' };
      const answer = await app.withToken(access_token).request(method, path, method === 'POST' ? body : undefined);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await app.post('/auth/refresh', { refresh_token })).status).toBe(200);
  });

  it('OPS-06, AUT-15: the published keys verify what is issued, with the algorithm and the issuer that they say, and nothing private is among them', async () => {
    await app.register('alice');
    const { access_token } = await signIn('alice');
    const [header, payload] = access_token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, string>);
    const { keys } = (await app.get('/jwks.json')).body as { keys: Record<string, string>[] };
    expect(keys.map(({ kid }) => kid)).toContain(header!['kid']);
    const members = { EC: ['crv', 'kid', 'kty', 'use', 'x', 'y'], RSA: ['e', 'kid', 'kty', 'n', 'use'] };
    for (const { alg, ...key } of keys) {
      expect(Object.keys(key).sort()).toEqual(members[key['kty'] as keyof typeof members]);
      // Those that encrypt serve several algorithms.
      expect(['sig ES256', 'sig RS256', 'enc undefined']).toContain(`${key['use']} ${alg}`);
    }
    expect(keys.find(({ kid }) => kid === header!['kid'])).toMatchObject({ alg: 'ES256', use: 'sig' });
    expect([header!['alg'], payload!['iss']]).toEqual(['ES256', TEST_ISSUER]);
  });

  it('AUT-15: no header or request line moves the issuer: keys, tokens, challenges and problems are the same bytes, and echo nothing', async () => {
    await app.register('alice');
    const lies: readonly (readonly [string, string])[][] = [
      [['Host', 'evil.test']],
      [['Host', 'localhost:3000@evil.test']],
      [['Host', 'evil.test:80']],
      [['X-Forwarded-Host', 'evil.test']],
      [
        ['X-Forwarded-Host', 'evil.test'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Port', '443'],
      ],
      [['X-Forwarded-Prefix', '/evil.test']],
      [['Forwarded', 'host=evil.test;proto=https']],
      [
        ['X-Original-URL', '/evil.test'],
        ['X-Rewrite-URL', '/evil.test'],
      ],
      [
        ['X-Host', 'evil.test'],
        ['X-Forwarded-Server', 'evil.test'],
      ],
      [
        ['Origin', 'https://evil.test'],
        ['Referer', 'https://evil.test/'],
      ],
    ];
    const login = JSON.stringify({ username: 'alice', password: GOOD_PASSWORD });
    const requests = [
      { target: '/jwks.json' },
      { target: '/protected' },
      { target: '/nothing' },
      { method: 'POST', target: '/auth/login', body: login },
    ] as const;
    const timeless = (text: string) => text.replace(/"(requestId|access_token|refresh_token)":"[^"]+"/g, '');
    for (const request of requests) {
      const own = 'body' in request ? [['Content-Type', 'application/json'] as const] : [];
      const plain = await rawRequest(app.url, { ...request, headers: [...own, ['Host', 'localhost:3000']] });
      for (const lie of lies) {
        const answer = await rawRequest(app.url, { ...request, headers: [...own, ...lie] });
        expect([lie[0], answer.status, timeless(answer.text)]).toEqual([lie[0], plain.status, timeless(plain.text)]);
        expect(answer.headers.get('www-authenticate')).toBe(plain.headers.get('www-authenticate'));
        expect(`${[...answer.headers].join()}${answer.text}`).not.toContain('evil.test');
        const token = (answer.body as Partial<Tokens>).access_token;
        if (token === undefined) continue;
        const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
        expect([claims['iss'], claims['aud']]).toEqual([TEST_ISSUER, TEST_ISSUER]);
      }
    }
    const absolute = await rawRequest(app.url, { target: 'http://evil.test/jwks.json' });
    expect(`${[...absolute.headers].join()}${absolute.text}`).not.toContain('evil.test');
    const twice = await rawRequest(app.url, {
      target: '/jwks.json',
      headers: [
        ['Host', 'localhost'],
        ['Host', 'evil.test'],
      ],
    });
    expect(twice.status).toBe(400);
  });
});
