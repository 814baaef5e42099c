import { verify } from '@node-rs/argon2';
import { createHash } from 'node:crypto';
import { Accounts } from '../../src/auth/accounts';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { NO_LIMITS } from '../support/server-process';
import type { Answer, TestClient } from '../support/test-client';

jest.mock('@node-rs/argon2', () => {
  const argon2 = jest.requireActual<typeof import('@node-rs/argon2')>('@node-rs/argon2');
  return { ...argon2, verify: jest.fn(argon2.verify) };
});

/** Everything of an answer by which it could be told from another, but for what is different every time. */
function appearance({ status, headers, text }: Answer): unknown {
  const lines = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status, lines, text: text.replace(/"requestId":"[^"]+"/, '"requestId":""') };
}

describe('accounts', () => {
  let app: TestApp;
  let rows: DatabaseRows;

  beforeAll(async () => {
    app = await createTestApp({ env: NO_LIMITS });
    rows = await openRows(app.database);
    for (const name of ['alice', 'bob', 'carol', 'laura']) await app.register(name);
    const accounts = app.resolve(Accounts);
    await accounts.mark(await idOf('carol'), 'disabled', true);
    await accounts.mark(await idOf('laura'), 'locked', true);
    await app.asUser({ username: 'passwordless' });
    await app.asUser({ username: 'invited' });
    await rows.query(`DELETE FROM password_credentials WHERE user_id = '${await idOf('invited')}'`);
  });

  afterAll(async () => {
    await rows.close();
    await app.close();
  });

  const idOf = async (username: string) =>
    (await rows.query<{ id: string }>(`SELECT id FROM users WHERE username = '${username}'`))[0]!.id;

  const signedIn = async (username: string, password = GOOD_PASSWORD): Promise<TestClient> =>
    app.withToken((await app.login(username, password)).body.access_token as string);

  /** Everybody that a wrong password can be tried on. */
  const CLASSES = {
    'somebody with a password': 'alice',
    'somebody by e-mail address': 'alice@example.com',
    'nobody of that name': 'ghost',
    'nobody of that address': 'ghost@example.com',
    'a name that cannot be one': '!gh st!',
    'a disabled person': 'carol',
    'a locked person': 'laura',
    'a person with an unusable hash': 'passwordless',
    'a person without a password': 'invited',
  };

  describe('enumeration', () => {
    it('AUT-01: a wrong password is answered in the same way for everybody, and the right one of a disabled or locked person too', async () => {
      const wrong = await Promise.all(
        Object.values(CLASSES).map((username) => app.login(username, 'not-the-password')),
      );
      const right = await Promise.all(['carol', 'laura'].map((username) => app.login(username)));
      const [first, ...others] = [...wrong, ...right].map(appearance);
      expect(first).toMatchObject({ status: 401 });
      for (const other of others) expect(other).toEqual(first);
    });

    it('AUT-01: a registration does not tell whether the name or the address is taken', async () => {
      const answers = [
        await app.register('alice', { email: 'new@example.com' }),
        await app.register('alicia', { email: 'bob@example.com' }),
        await app.register('bob'),
      ];
      const [first, ...others] = answers.map(appearance);
      expect(first).toMatchObject({ status: 409 });
      for (const other of others) expect(other).toEqual(first);
    });

    it('AUT-02: everybody costs one verification with the same parameters, whatever the password', async () => {
      const hashing = jest.mocked(verify);
      const costs = new Set<string>();
      for (const password of [
        'not-the-password',
        '',
        ' ',
        'ß'.repeat(256),
        '\ud800',
        '🦆'.repeat(1_024),
        'a'.repeat(1_024),
      ]) {
        for (const username of Object.values(CLASSES)) {
          hashing.mockClear();
          const { status } = await app.login(username, password);
          // What is no password for anybody is refused before anybody is looked up.
          expect([password.slice(0, 9), username, status, hashing.mock.calls.length]).toEqual([
            password.slice(0, 9),
            username,
            password === '' ? 400 : 401,
            password === '' ? 0 : 1,
          ]);
          for (const [hash] of hashing.mock.calls) costs.add(/^\$argon2id\$v=19\$[^$]+\$/.exec(String(hash))![0]);
        }
      }
      expect([...costs]).toEqual(['$argon2id$v=19$m=19456,t=2,p=1$']);
    }, 60_000);
  });

  describe('passwords', () => {
    const duck = '🦆';
    const good = {
      'eight characters': 'q7#kVz!p',
      '64 characters': 'fjord '.repeat(10) + 'zeta',
      '128 characters': 'brackish-'.repeat(14) + 'vw',
      '256 characters': createHash('sha512').update('any').digest('hex').repeat(2),
      'spaces around it': '  velvet orbit lamp  ',
      'emoji only': `${duck}🪁🧲🪺🫧🛞🪛🧿`,
      'small letters only, many': 'quartz lantern drizzle mosaic',
    };
    const bad = {
      'seven characters': 'q7#kVz!',
      '257 characters': `${createHash('sha512').update('any').digest('hex').repeat(2)}x`,
      'one of the list': 'password123',
      'one of the list, in other letters': 'P@ssw0rd',
      'a row of keys': 'qwertyuiop',
      'one character again and again': 'aaaaaaaaaaaa',
      'the name of the service': 'Gatehouse1',
    };

    it.each(Object.entries(good))(
      'AUT-11: %s make a password on both paths, exactly as typed',
      async (what, password) => {
        const username = `fine-${Object.keys(good).indexOf(what)}`;
        expect((await app.register(username, { password })).status).toBe(201);
        expect((await app.login(username, password)).status).toBe(200);
        const others = [
          password.trim(),
          password.toUpperCase(),
          password.slice(0, -1),
          `${password} `,
          password.slice(0, 72),
        ];
        for (const other of others.filter((one) => one !== password && one !== '')) {
          expect((await app.login(username, other)).status).toBe(401);
        }
        const client = await signedIn(username, password);
        const back = `${password.slice(0, 254)}!.`;
        expect((await client.post('/auth/password', { currentPassword: password, newPassword: back })).status).toBe(
          204,
        );
        expect((await app.login(username, back)).status).toBe(200);
        expect((await app.login(username, password)).status).toBe(401);
      },
    );

    it.each(Object.entries(bad))(
      'AUT-11: %s makes no password on either path, and is not repeated in the refusal',
      async (_what, password) => {
        const registered = await app.register('not-fine', { password });
        const changed = await (
          await signedIn('bob')
        ).post('/auth/password', {
          currentPassword: GOOD_PASSWORD,
          newPassword: password,
        });
        for (const [answer, pointer] of [
          [registered, '#/password'],
          [changed, '#/newPassword'],
        ] as const) {
          expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer }] });
          expect(answer.text.toLowerCase()).not.toContain(password.toLowerCase());
        }
        expect((await app.login('bob')).status).toBe(200);
      },
    );

    it('AUT-11: the own name is no password, neither at registration nor at a change', async () => {
      expect((await app.register('violetta', { password: 'Violetta.1' })).status).toBe(400);
      await app.register('violetta');
      const change = { currentPassword: GOOD_PASSWORD, newPassword: 'violetta2violetta' };
      expect((await (await signedIn('violetta')).post('/auth/password', change)).status).toBe(400);
    });
  });

  describe('names', () => {
    const names: Readonly<Record<string, number>> = {
      'alic\u0435': 400, // Cyrillic е
      '\u0430lice': 400,
      'alice\u0000': 400,
      'alice\u200b': 400,
      'alice\u00ad': 400,
      'alice\ufe0f': 400,
      'al\u202eice': 400,
      'admin\u202e': 400,
      'alice ': 400,
      ' alice': 400,
      'alice\r\nBcc: x': 400,
      ALICE: 409,
      ａlice: 409, // full width
      '𝐚𝐥𝐢𝐜𝐞': 409,
      alıce: 409, // dotless i looks the same
      admin: 400,
      'adm-in': 400,
      Administrator: 400,
      root: 400,
    };

    it.each(Object.entries(names))('AUT-12: %j is refused as a user name', async (username, status) => {
      const answer = await app.register('x', { username, email: 'free@example.com' });
      expect([answer.status, await rows.query(`SELECT id FROM users WHERE email = 'free@example.com'`)]).toEqual([
        status,
        [],
      ]);
    });

    const addresses: Readonly<Record<string, number>> = {
      'Bob@example.com': 409,
      'BOB@EXAMPLE.COM': 409,
      'bob＠example.com': 400,
      'ｂｏｂ@example.com': 409,
      'bob@ｅxample.com': 409,
      'bob@example.com\u0000': 400,
      'bob@example.com\u0000@evil.test': 400,
      '"bob@evil.test"@example.com': 400,
      'bob@example.com,eve@evil.test': 400,
      'bob@example.com eve@evil.test': 400,
      'bob@example.com\r\nBcc:eve@evil.test': 400,
      '<bob@example.com>': 400,
      'bob@example.com@evil.test': 400,
      'bob\u200b@example.com': 400,
      'bob@': 400,
      '@example.com': 400,
      bob: 400,
    };

    it.each(Object.entries(addresses))('AUT-12: %j is refused as an e-mail address', async (email, status) => {
      const answer = await app.register('free-name', { email });
      expect([answer.status, await rows.query(`SELECT id FROM users WHERE username = 'free-name'`)]).toEqual([
        status,
        [],
      ]);
    });

    it('AUT-12: letters that fold to the same are one person, who signs in by any of them', async () => {
      expect((await app.register('Straße')).status).toBe(201);
      expect((await app.register('STRASSE', { email: 'other@example.com' })).status).toBe(409);
      for (const name of ['straße', 'strasse', 'STRASSE']) expect((await app.login(name)).status).toBe(200);
    });
  });

  describe('changes', () => {
    it('AUT-24: nobody marks their own address as verified, or anything else that is not theirs to say', async () => {
      const client = await signedIn('alice');
      const wishes = [
        'email_verified',
        'emailVerified',
        'verifiedAt',
        'email_verified_at',
        'phone_number_verified',
        'mfa',
      ];
      for (const wish of [
        ...wishes,
        'id',
        'sub',
        'roles',
        'username',
        'disabledAt',
        'disabled_at',
        'locked_at',
        'password',
      ]) {
        const answer = await client.patch('/auth/me', { displayName: 'Alice', [wish]: true });
        expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: `#/${wish}` }] });
      }
      const nested = await client.patch('/auth/me', { email: { address: 'x@example.com', isVerified: true } });
      expect(nested.status).toBe(400);
      const unchanged = { displayName: null, roles: [], emailVerified: false, phoneNumberVerified: false, claims: {} };
      expect((await client.get('/auth/me')).body).toMatchObject(unchanged);
    });

    it('AUT-26: a stolen access token changes neither password nor address: the present password is asked, and wrong ones are counted', async () => {
      const strict = await createTestApp();
      await strict.register('victim');
      const thief = strict.withToken((await strict.login('victim')).body.access_token as string);
      const newPassword = 'velvet-orbit-2-lamp';
      const tries: [string, string, object, number][] = [
        ['POST', '/auth/password', { newPassword }, 400],
        ['POST', '/auth/password', { currentPassword: '', newPassword }, 400],
        ['POST', '/auth/password', { currentPassword: null, newPassword }, 400],
        ['POST', '/auth/password', { currentPassword: 'guess', newPassword }, 403],
        ['PATCH', '/auth/me', { email: 'thief@evil.test' }, 400],
        ['PATCH', '/auth/me', { email: 'thief@evil.test', currentPassword: 'guess' }, 403],
      ];
      for (const [method, path, body, status] of tries) {
        expect([path, body, (await thief.request(method, path, body)).status]).toEqual([path, body, status]);
      }
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 20; attempt++) {
        const body = { currentPassword: `guess-${attempt}`, newPassword };
        statuses.push((await thief.post('/auth/password', body)).status);
      }
      expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(10);
      expect(statuses.at(-1)).toBe(429);
      expect((await thief.get('/auth/me')).body).toMatchObject({ email: 'victim@example.com' });
      strict.clock.advance(301);
      expect((await strict.login('victim')).status).toBe(200);
      await strict.close();
    });
  });

  describe('empty and strange fields', () => {
    const bodies: readonly unknown[] = [
      {},
      [],
      null,
      '',
      'null',
      { username: 'alice' },
      { username: 'alice', password: '' },
      { username: 'alice', password: null },
      { username: 'alice', password: [] },
      { username: 'alice', password: [GOOD_PASSWORD] },
      { username: 'alice', password: {} },
      { username: 'alice', password: { $ne: 1 } },
      { username: 'alice', password: true },
      { username: 'alice', password: 0 },
      { username: '', password: GOOD_PASSWORD },
      { username: ['alice'], password: GOOD_PASSWORD },
      { username: { $gt: '' }, password: GOOD_PASSWORD },
      { username: 'alice', password: GOOD_PASSWORD, otp: '' },
    ];

    it.each(bodies.map((body) => [JSON.stringify(body), body]))('AUT-32: %s signs nobody in', async (_text, body) => {
      const answer = await app.post('/auth/login', body);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/ghr_|eyJ/);
    });

    it('AUT-32: nobody signs in as a person without a password, with whatever stands for none', async () => {
      for (const username of ['invited', 'passwordless', 'passwordless@example.com']) {
        for (const password of [' ', 'null', 'undefined', '0', 'no password signs this person in', '$argon2id$']) {
          expect([username, password, (await app.login(username, password)).status]).toEqual([username, password, 401]);
        }
      }
    });

    it('AUT-32: an empty refresh token refreshes nothing and signs nobody out', async () => {
      for (const refresh_token of ['', ' ', null, [], {}, 0, true, 'ghr_', `ghr_${'A'.repeat(86)}`]) {
        for (const path of ['/auth/refresh', '/auth/logout']) {
          const { status } = await app.post(path, { refresh_token });
          expect([path, refresh_token, [400, 401].includes(status)]).toEqual([path, refresh_token, true]);
        }
      }
    });
  });
});
