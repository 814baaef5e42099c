import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { rawRequest } from '../support/raw-http';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import type { Answer, TestClient } from '../support/test-client';
import { complaints, faultOf } from '../support/verdicts';

const SQL: readonly string[] = [
  `'`,
  `''`,
  `' OR '1'='1`,
  `' OR 1=1--`,
  `" OR ""="`,
  `'; DROP TABLE users;--`,
  `' UNION SELECT hash FROM password_credentials--`,
  `1; SELECT pg_sleep(5)`,
  `(SELECT pg_sleep(5))`,
  `randomblob(1000000000)`,
  `CASE WHEN (SELECT 1) THEN id ELSE title END`,
  `%`,
  `_`,
  `\\`,
  `\\'; --`,
  `$1`,
  `?`,
  `:id`,
  `/**/`,
  `0x27`,
];

/** What a field that wants a text is sent instead. */
const NO_TEXTS: readonly unknown[] = [
  { _type: 'not', _value: 'x' },
  { '@instanceof': 'FindOperator', _type: 'not', _value: 'x' },
  { sql: '1=1' },
  { $gt: '' },
  { $ne: null },
  { $regex: '.*' },
  { toString: 'x' },
  { length: 5 },
  { toSqlQuery: 'x' },
  {},
  [],
  ['a', 'b'],
  [[]],
  [null],
  true,
  false,
  0,
  1,
  1e308,
];

describe('input that wants to be more than text', () => {
  let app: TestApp;
  let rows: DatabaseRows;
  let alice: TestClient;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    rows = await openRows(app.database);
    await app.register('alice');
    await app.register('bob');
    alice = app.withToken((await app.login('alice')).body.access_token as string);
    const bob = app.withToken((await app.login('bob')).body.access_token as string);
    await bob.post('/notes', { title: 'private', body: 'bob only' });
    await alice.post('/notes', { title: 'own', body: 'own' });
  });

  afterAll(async () => {
    await rows.close();
    await app.close();
  });

  const expectStatus =
    (...statuses: readonly number[]) =>
    (answer: Answer) =>
      faultOf(answer) ?? (statuses.includes(answer.status) ? null : `${answer.status} ${answer.text}`);

  const named = (values: readonly unknown[]) => values.map((value) => [JSON.stringify(value), value] as const);

  describe('INJ-06', () => {
    it('INJ-06: lists take limit and cursor, in their form, and nothing else', async () => {
      const admin = await app.asUser({ roles: ['admin'] });
      const names = [
        'sort',
        'order',
        'orderBy',
        'dir',
        'filter[name][like]',
        'fields',
        'select',
        'include',
        'relations',
        'where',
        'q',
        'search',
        'offset',
        'page',
      ];
      const queries = [
        ...names.flatMap((name) => SQL.slice(0, 6).map((value) => [name, value] as const)),
        ...SQL.flatMap((value) => [['limit', value] as const, ['cursor', value] as const]),
        ...['-1', '0', '201', '1e9', '1e2', 'NaN', 'Infinity', '1.5', ' 1', '01', '0x10', '', '١', '9'.repeat(400)].map(
          (value) => ['limit', value] as const,
        ),
        ...[
          'x',
          'AAAA',
          'e30',
          '=',
          Buffer.from('-1 x').toString('base64url'),
          Buffer.from(`1 ' OR 1=1--`).toString('base64url'),
        ].map((value) => ['cursor', value] as const),
        ...[`1e400 x`, `${'9'.repeat(17)} x`, '1  x', '1 x\0', '0x1 x'].map(
          (text) => ['cursor', Buffer.from(text).toString('base64url')] as const,
        ),
      ];
      const cases = queries.map(
        ([name, value]) => [`${name}=${value.slice(0, 40)}`, new URLSearchParams([[name, value]]).toString()] as const,
      );
      for (const [client, path] of [
        [alice, '/notes'],
        [admin, '/notes/everyone'],
      ] as const) {
        expect(
          await complaints(cases, async (query) => expectStatus(400)(await client.get(`${path}?${query}`))),
        ).toEqual([]);
      }
      expect((await alice.get('/notes?limit=1')).body).toMatchObject({ items: [{ title: 'own' }], nextCursor: null });
      for (const query of ['limit=1&limit=2', 'limit[]=1', 'limit[a]=1', 'cursor=a&cursor=b', 'limit=1;cursor=x']) {
        expect([query, (await alice.get(`/notes?${query}`)).status]).toEqual([query, 400]);
      }
    });

    it("INJ-06: an id is looked up as it stands and finds nobody else's rows", async () => {
      const verdict = async (id: string) => {
        const path = `/notes/${encodeURIComponent(id)}`;
        for (const answer of [
          await alice.get(path),
          await alice.patch(path, { title: 'x' }),
          await alice.delete(path),
        ]) {
          const complaint = expectStatus(404)(answer) ?? (answer.text.includes('bob only') ? answer.text : null);
          if (complaint !== null) return complaint;
        }
        return null;
      };
      expect(
        await complaints(
          SQL.map((id) => [id, id] as const),
          verdict,
        ),
      ).toEqual([]);
      expect(await rows.query('SELECT title FROM notes ORDER BY title')).toEqual([
        { title: 'own' },
        { title: 'private' },
      ]);
    });

    it('INJ-06: a name, a password and a token are compared as they stand', async () => {
      const verdict = async (text: string) =>
        expectStatus(401)(await app.post('/auth/login', { username: text, password: text })) ??
        expectStatus(401)(await app.post('/auth/login', { username: 'alice', password: text })) ??
        expectStatus(401)(await app.post('/auth/login', { username: `alice${text}`, password: GOOD_PASSWORD })) ??
        expectStatus(401)(await app.post('/auth/refresh', { refresh_token: text }));
      expect(
        await complaints(
          SQL.map((text) => [text, text] as const),
          verdict,
        ),
      ).toEqual([]);
    });

    it('INJ-06: stores every text as it stands', async () => {
      for (const text of [...SQL, `Robert'); DROP TABLE notes;--`, 'x\u2028\u2029x', '🙂', '{"$gt":""}', '<script>']) {
        const made = await alice.post('/notes', { title: text, body: text });
        expect([text, made.status]).toEqual([text, 201]);
        expect((await alice.get(`/notes/${made.body.id as string}`)).body).toMatchObject({ title: text, body: text });
        await alice.delete(`/notes/${made.body.id as string}`);
      }
    });
  });

  it('INJ-07: takes no object, list, number or truth value where a text belongs, in any field', async () => {
    const note = (await alice.get('/notes')).body.items[0].id as string;
    const bodies: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
      ['POST', '/auth/login', { username: 'alice', password: GOOD_PASSWORD }],
      [
        'POST',
        '/auth/register',
        { username: 'new', email: 'new@example.com', password: GOOD_PASSWORD, displayName: 'x' },
      ],
      ['POST', '/auth/refresh', { refresh_token: 'x' }],
      ['PATCH', '/auth/me', { displayName: 'x', email: 'x@example.com', currentPassword: GOOD_PASSWORD }],
      ['POST', '/auth/password', { currentPassword: GOOD_PASSWORD, newPassword: 'copper-meadow-3-anvil' }],
      ['POST', '/notes', { title: 't', body: 'b' }],
      ['PATCH', `/notes/${note}`, { title: 't', body: 'b' }],
    ];
    const cases = bodies.flatMap(([method, path, body]) =>
      Object.keys(body).flatMap((field) =>
        NO_TEXTS.map(
          (value) =>
            [
              `${method} ${path} ${field} ${JSON.stringify(value)}`,
              () => alice.request(method, path, { ...body, [field]: value }),
            ] as const,
        ),
      ),
    );
    expect(cases.length).toBeGreaterThan(200);
    expect(await complaints(cases, async (call) => expectStatus(400)(await call()))).toEqual([]);
    expect(await rows.query(`SELECT id FROM users WHERE username = 'new'`)).toEqual([]);
  });

  it('INJ-07: takes no other JSON than an object, and no missing or null field that is needed', async () => {
    const values = [
      null,
      [],
      [{}],
      'text',
      0,
      true,
      {},
      { username: null, password: null },
      { username: 'alice' },
      { username: 'alice', password: null },
    ];
    const paths = ['/auth/login', '/auth/register', '/auth/refresh', '/notes'];
    const cases = paths.flatMap((path) =>
      named(values).map(([name, value]) => [`${path} ${name}`, [path, value]] as const),
    );
    const verdict = async ([path, value]: readonly unknown[]) =>
      expectStatus(400)(await alice.post(path as string, JSON.stringify(value)));
    expect(await complaints(cases, verdict)).toEqual([]);
    expect(
      await complaints(
        paths.map((path) => [path, path] as const),
        async (path) => expectStatus(400)(await alice.post(path)),
      ),
    ).toEqual([]);
  });

  describe('INJ-13', () => {
    const POISON = [
      '{"__proto__":{"isAdmin":true,"roles":["admin"]}}',
      '{"constructor":{"prototype":{"isAdmin":true}}}',
      '{"__proto__":null}',
      '{"\\u005f_proto__":{"isAdmin":true}}',
      '{"a":{"__proto__":{"isAdmin":true}}}',
      '{"prototype":{"isAdmin":true}}',
      '{"__defineGetter__":"x","__lookupSetter__":"x"}',
      '{"toString":"x"}',
      '{"hasOwnProperty":"x"}',
      '{"valueOf":1}',
      '{"toJSON":"x"}',
      '{"then":"x"}',
      '{"isPrototypeOf":{}}',
      '{"username":{"__proto__":{"isAdmin":true}},"password":"x"}',
      '[{"__proto__":{"isAdmin":true}}]',
    ];

    it('INJ-13: refuses keys that lead to prototypes, and stays as it was', async () => {
      const paths = ['/auth/login', '/auth/register', '/auth/refresh', '/auth/password', '/notes'];
      const cases = paths.flatMap((path) => POISON.map((body) => [`${path} ${body}`, [path, body]] as const));
      expect(await complaints(cases, async ([path, body]) => expectStatus(400)(await alice.post(path, body)))).toEqual(
        [],
      );
      expect(
        await complaints(
          POISON.map((body) => [body, body] as const),
          async (body) => expectStatus(400)(await alice.patch('/auth/me', body)),
        ),
      ).toEqual([]);
      const fresh: Record<string, unknown> = {};
      expect([fresh.isAdmin, fresh.roles, fresh.polluted, Object.keys(Object.prototype)]).toEqual([
        undefined,
        undefined,
        undefined,
        [],
      ]);
    });

    it('INJ-13: reads such names in queries, cookies and headers as names', async () => {
      const queries = [
        '__proto__[x]=1',
        '__proto__.polluted=1',
        'a[__proto__][polluted]=1',
        'constructor[prototype][polluted]=1',
        '__proto__=1',
        'toString=1',
        'hasOwnProperty=1',
        'constructor=1',
        'valueOf=1',
      ];
      for (const query of queries) {
        expect([query, (await alice.get(`/notes?${query}`)).status]).toEqual([query, 400]);
        expect([query, (await alice.get(`/protected?${query}`)).status]).toEqual([query, 200]);
      }
      const headers = [
        ['__proto__', 'x'],
        ['constructor', 'x'],
        ['hasOwnProperty', 'x'],
        ['Cookie', '__proto__=x; constructor=y; toString=z'],
      ] as const;
      for (const header of headers) {
        const answer = await rawRequest(app.url, { target: '/health/live', headers: [header] });
        expect([header, answer.status]).toEqual([header, 200]);
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      const after = await app.login('bob');
      expect([after.status, Object.keys(after.body as object).sort()]).toEqual([
        200,
        ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'],
      ]);
      expect((await app.post('/auth/login', {})).body).toMatchObject({ code: 'validation_failed', status: 400 });
    });
  });
});
