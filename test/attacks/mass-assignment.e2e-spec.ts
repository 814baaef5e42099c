import { Accounts } from '../../src/auth/accounts';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { takeApart } from '../support/forged-jwt';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import type { Answer, TestClient } from '../support/test-client';
import { complaints, faultOf } from '../support/verdicts';

/** What somebody would like to be true of themselves, by every name that some server gives it. */
const WISHES: Readonly<Record<string, unknown>> = {
  role: 'admin',
  roles: ['admin'],
  isAdmin: true,
  is_admin: 1,
  admin: true,
  permissions: ['*'],
  scope: 'admin',
  scopes: ['admin'],
  tenantId: 'other',
  orgId: 'other',
  id: 'chosen',
  sub: 'chosen',
  createdAt: 0,
  created_at: 0,
  emailVerified: true,
  email_verified: true,
  passwordHash: '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  password_hash: 'x',
  username_canonical: 'admin',
  email_canonical: 'admin@example.com',
  mfaEnabled: false,
  status: 'active',
  disabled_at: null,
  locked_at: null,
  locked: false,
  user: { role: 'admin' },
  'user.role': 'admin',
  'user[role]': 'admin',
  ROLES: ['admin'],
  'roles[]': 'admin',
};

describe('fields that nobody may set', () => {
  let app: TestApp;
  let rows: DatabaseRows;
  let count = 0;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    rows = await openRows(app.database);
  });

  afterAll(async () => {
    await rows.close();
    await app.close();
  });

  /** Registers somebody and signs them in. */
  async function newcomer(): Promise<{ username: string; id: string; client: TestClient }> {
    const username = `person-${count++}`;
    const { id } = (await app.register(username)).body;
    return { username, id, client: app.withToken((await app.login(username)).body.access_token as string) };
  }

  const userRow = async (id: string) => (await rows.query(`SELECT * FROM users WHERE id = '${id}'`))[0];

  const unknownField = (answer: Answer) => {
    const told = answer.status === 400 && ['validation_failed', 'malformed_json'].includes(answer.body.code as string);
    return faultOf(answer) ?? (told ? null : `${answer.status} ${answer.text}`);
  };

  const wishes = Object.entries(WISHES);

  it('INJ-05: refuses every field that registration does not know, and registers nobody', async () => {
    const registration = { username: 'mallory', email: 'mallory@example.com', password: GOOD_PASSWORD };
    const verdict = async (wish: object) =>
      unknownField(await app.post('/auth/register', { ...registration, ...wish }));
    const cases = wishes.map(([name, value]) => [name, { [name]: value }] as const);
    expect(await complaints(cases, verdict)).toEqual([]);
    expect(await rows.query(`SELECT id FROM users WHERE username = 'mallory'`)).toEqual([]);
  });

  it('INJ-05: refuses every field that a profile does not have, and changes nothing', async () => {
    const { id, client } = await newcomer();
    const before = await userRow(id);
    const verdict = async (wish: object) => unknownField(await client.patch('/auth/me', { displayName: 'x', ...wish }));
    const cases = [...wishes, ['username', 'admin'] as const].map(
      ([name, value]) => [name, { [name]: value }] as const,
    );
    expect(await complaints(cases, verdict)).toEqual([]);
    expect(await userRow(id)).toEqual(before);
  });

  it('INJ-05: refuses unknown fields when signing in, refreshing, changing the password and writing notes', async () => {
    const { username, client } = await newcomer();
    const note = (await client.post('/notes', { title: 't', body: 'b' })).body.id as string;
    const password = { currentPassword: GOOD_PASSWORD, newPassword: 'copper-meadow-3-anvil' };
    const calls: readonly (readonly [string, (wish: object) => Promise<Answer>])[] = [
      ['login', (wish) => app.post('/auth/login', { username, password: GOOD_PASSWORD, ...wish })],
      ['refresh', (wish) => app.post('/auth/refresh', { refresh_token: 'x', ...wish })],
      ['password', (wish) => client.post('/auth/password', { ...password, ...wish })],
      ['new note', (wish) => client.post('/notes', { title: 't', body: 'b', ...wish })],
      ['note', (wish) => client.patch(`/notes/${note}`, { title: 't', ...wish })],
    ];
    const more = { owner_id: 'chosen', ownerId: 'chosen', updatedAt: 0, expires_in: 1e9, acr: 'x', auth_time: 0 };
    const cases = calls.flatMap(([name, call]) =>
      [...wishes, ...Object.entries(more)].map(
        ([field, value]) => [`${name} with ${field}`, () => call({ [field]: value })] as const,
      ),
    );
    expect(await complaints(cases, async (call) => unknownField(await call()))).toEqual([]);
    expect((await app.login(username)).status).toBe(200);
  });

  it('INJ-05: takes nothing from the query string, from a form or from headers', async () => {
    const registration = { username: 'trent', email: 'trent@example.com', password: GOOD_PASSWORD };
    const query = new URLSearchParams(
      wishes.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const headers = { 'x-user-roles': 'admin', 'x-user-id': 'chosen', roles: 'admin' };
    const registered = await app.post(`/auth/register?${query}`, registration, headers);
    expect([registered.status, registered.body.roles]).toEqual([201, []]);
    expect(await userRow(registered.body.id as string)).toMatchObject({ roles: '', username: 'trent' });

    const body = 'username=eve&email=eve@example.com&password=x&user[role]=admin&roles=admin';
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
      expect((await app.post('/auth/register', body, { 'content-type': type })).status).toBe(415);
    }
    const { payload } = takeApart((await app.login('trent')).body.access_token as string);
    expect([payload.roles, payload.scope]).toEqual([
      undefined,
      expect.stringContaining('notes:read notes:write') as string,
    ]);
    expect(payload.sub).not.toBe('chosen');
  });

  it('INJ-05: signs nobody in with credentials that stand in the query string', async () => {
    const { username } = await newcomer();
    const query = new URLSearchParams({ username, password: GOOD_PASSWORD }).toString();
    for (const body of [
      undefined,
      {},
      { username },
      { username, password: '' },
      { username, password: 'wrong password 1' },
    ]) {
      const answer = await app.post(`/auth/login?${query}`, body);
      expect([400, 401]).toContain(answer.status);
    }
  });

  describe('INJ-10', () => {
    it("INJ-10: another's note is not there, for reading, changing or deleting, with every id trick", async () => {
      const [bob, mallory] = [await newcomer(), await newcomer()];
      const { id } = (await bob.client.post('/notes', { title: 'private', body: 'bob only' })).body as { id: string };
      const own = (await mallory.client.post('/notes', { title: 'own', body: 'own' })).body as { id: string };
      const paths = [
        id,
        `${id}?ownerId=${bob.id}`,
        `${id}?owner_id=${bob.id}`,
        `${own.id}/../${id}`,
        encodeURIComponent(`${own.id}/../${id}`),
      ];
      const verdict = async (path: string) => {
        for (const answer of [
          await mallory.client.get(`/notes/${path}`),
          await mallory.client.patch(`/notes/${path}`, { title: 'mine now' }),
          await mallory.client.delete(`/notes/${path}`),
        ]) {
          if (answer.status !== 404 || answer.text.includes('bob only')) return `${answer.status} ${answer.text}`;
        }
        return null;
      };
      expect(
        await complaints(
          paths.map((path) => [path, path] as const),
          verdict,
        ),
      ).toEqual([]);
      // The address names the note; a body that names another is refused rather than believed.
      expect((await mallory.client.patch(`/notes/${own.id}`, { id, title: 'x' })).status).toBe(400);
      expect((await bob.client.get(`/notes/${id}`)).body).toMatchObject({ title: 'private', body: 'bob only' });
    });

    it("INJ-10: no cursor, however made, leads into another's list", async () => {
      const [bob, mallory] = [await newcomer(), await newcomer()];
      for (const title of ['one', 'two', 'three']) await bob.client.post('/notes', { title, body: 'bob only' });
      const { nextCursor } = (await bob.client.get('/notes?limit=1')).body as { nextCursor: string };
      const forged = ['9999999999999 zzzz', '0 x', `${app.clock.now() + 1} x`].map((text) =>
        Buffer.from(text).toString('base64url'),
      );
      for (const cursor of [nextCursor, ...forged]) {
        const answer = await mallory.client.get(`/notes?cursor=${cursor}`);
        expect([cursor, answer.status, answer.body.items]).toEqual([cursor, 200, []]);
      }
    });

    it('INJ-10: gives ids that nobody guesses', async () => {
      const { client } = await newcomer();
      const ids = new Set<string>();
      for (let index = 0; index < 20; index++) {
        ids.add((await client.post('/notes', { title: 't', body: '' })).body.id as string);
      }
      expect(ids.size).toBe(20);
      // 128 bits in base64url, without a common beginning.
      for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
      expect(new Set([...ids].map((id) => id.slice(0, 4))).size).toBeGreaterThan(18);
    });

    it("INJ-10: signing out ends one's own session, whatever the body says", async () => {
      const [bob, mallory] = [await newcomer(), await newcomer()];
      const session = takeApart((await app.login(bob.username)).body.access_token as string).payload.sid;
      const attempts = [{ sid: session }, { session_id: session }, { userId: bob.id }, { sub: bob.id }];
      for (const body of attempts) await mallory.client.post('/auth/logout-all', body);
      expect((await bob.client.get('/auth/me')).status).toBe(200);
    });
  });

  describe('INJ-11', () => {
    it("INJ-11: the administrator's view opens to the role alone, and shows no secrets", async () => {
      const author = await newcomer();
      await author.client.post('/notes', { title: 'seen', body: 'by administrators' });
      const matrix: readonly (readonly [roles: string[], scopes: string[], status: number])[] = [
        [[], ['notes:read'], 403],
        [['support'], ['notes:read'], 403],
        [['Admin', 'administrator', 'superadmin'], ['notes:read'], 403],
        [['admin'], [], 403],
        [['admin'], ['notes:write'], 403],
        [['admin'], ['notes:read'], 200],
      ];
      for (const [roles, scopes, status] of matrix) {
        const answer = await (await app.asUser({ roles, scopes })).get('/notes/everyone');
        expect([roles, scopes, answer.status]).toEqual([roles, scopes, status]);
        if (status !== 200) continue;
        const fields = new Set((answer.body.items as object[]).flatMap((item) => Object.keys(item)));
        expect([...fields].sort()).toEqual(['body', 'createdAt', 'id', 'ownerId', 'title', 'updatedAt']);
      }
    });

    it('INJ-11: a role that is taken away ends with the tokens that carried it', async () => {
      const admin = await newcomer();
      await newcomer();
      await app.resolve(Accounts).setRoles(admin.id, ['admin']);
      app.clock.advance(1);
      const other = await newcomer();
      await app.resolve(Accounts).setRoles(other.id, ['admin']);
      app.clock.advance(1);
      const { access_token, refresh_token } = (await app.login(admin.username)).body as Record<string, string>;
      expect((await app.withToken(access_token!).get('/notes/everyone')).status).toBe(200);
      app.clock.advance(1);
      await app.resolve(Accounts).setRoles(admin.id, []);
      expect((await app.withToken(access_token!).get('/notes/everyone')).status).toBe(401);
      expect((await app.post('/auth/refresh', { refresh_token })).status).toBe(401);
      const again = await app.login(admin.username);
      expect((await app.withToken(again.body.access_token as string).get('/notes/everyone')).status).toBe(403);
    });
  });
});
