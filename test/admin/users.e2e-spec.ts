import { Accounts } from '../../src/auth/accounts';
import { createTestApp, type TestApp } from '../support/create-test-app';
import type { Answer, TestClient } from '../support/test-client';
import { idOf } from '../support/trusted-issuers';

interface Shown {
  readonly id: string;
  readonly username: string;
}

describe('/admin/users', () => {
  let app: TestApp;
  let admin: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    admin = await app.asUser({ roles: ['admin'] });
    app.clock.advance(1);
    for (const [username, email] of [
      ['Anna', 'anna@example.com'],
      ['anna_b', 'b@example.com'],
      ['annaxb', 'c@example.com'],
      ['bruno', 'Anna.Bruno@bücher.example'],
      ['straße', 'd100@example.com'],
    ] as const) {
      await app.register(username, { email });
      app.clock.advance(1);
    }
  });

  afterAll(() => app.close());

  const found = async (search: string) => {
    const { status, body } = await admin.get(`/admin/users?search=${encodeURIComponent(search)}`);
    expect(status).toBe(200);
    return (body.items as Shown[]).map(({ username }) => username);
  };

  it('shows who somebody is, and nothing that is theirs alone', async () => {
    const id = await idOf(app, 'bruno');
    await app.resolve(Accounts).setRoles(id, ['editor', 'support']);
    await app.resolve(Accounts).mark(id, 'locked', true);
    const shown = {
      ...{ id, username: 'bruno', email: 'Anna.Bruno@bücher.example', display_name: null },
      ...{ roles: ['editor', 'support'], disabled: false, locked: true, created_at: expect.any(String) as string },
    };
    const { status, body } = await admin.get(`/admin/users/${id}`);
    expect([status, body]).toEqual([200, shown]);
    expect(new Date(body.created_at as string).toISOString()).toBe(body.created_at);
    expect((await admin.get('/admin/users?search=bruno')).body).toEqual({ items: [shown], nextCursor: null });
    await app.resolve(Accounts).mark(id, 'locked', false);
    await app.resolve(Accounts).mark(id, 'disabled', true);
    expect((await admin.get(`/admin/users/${id}`)).body).toMatchObject({ disabled: true, locked: false });
    await app.resolve(Accounts).mark(id, 'disabled', false);
    expect([(await admin.get('/admin/users/nobody')).status, (await admin.get('/admin/users/bruno')).status]).toEqual([
      404, 404,
    ]);
  });

  it.each<readonly [string, readonly string[]]>([
    ['anna', ['bruno', 'annaxb', 'anna_b', 'Anna']],
    ['ANNA@', ['Anna']],
    ['ａｎｎａ@example.com', ['Anna']],
    ['anna_', ['anna_b']],
    ['anna%', []],
    ['%', []],
    ['!', []],
    ['anna.bruno@BÜCHER.example', ['bruno']],
    ['anna.bruno@xn--bcher', ['bruno']],
    ['STRASSE', ['straße']],
    ['nna', []],
    ["' OR 1=1 --", []],
  ])('finds those whose user name or e-mail address begins with %s, newest first', async (search, usernames) => {
    expect(await found(search)).toEqual(usernames);
  });

  it('lists everybody, a page at a time, each once, also where many came in one instant', async () => {
    for (const username of ['same1', 'same2', 'same3', 'same4', 'same5']) await app.register(username);
    const everyPage = async (query: string) => {
      const people: Shown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Answer = await admin.get(`/admin/users?limit=2${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        people.push(...(page.body.items as Shown[]));
        cursor = page.body.nextCursor as string | null;
      }
      return people.map(({ username }) => username);
    };
    const all = await everyPage('');
    expect(new Set(all).size).toBe(all.length);
    expect(all.slice(0, 5).sort()).toEqual(['same1', 'same2', 'same3', 'same4', 'same5']);
    expect(all.slice(5, 10)).toEqual(['straße', 'bruno', 'annaxb', 'anna_b', 'Anna']);
    expect(all.length).toBe(((await admin.get('/admin/users')).body.items as Shown[]).length);
    expect((await everyPage('&search=same')).sort()).toEqual(['same1', 'same2', 'same3', 'same4', 'same5']);
  });

  it.each(['search=', `search=${'x'.repeat(255)}`, 'search=a&search=b', 'limit=0', 'cursor=x', 'name=a'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await admin.get(`/admin/users?${query}`);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );
});
