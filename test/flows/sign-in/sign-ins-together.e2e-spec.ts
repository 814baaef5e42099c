import { BrowserSignIn } from '../../../src/auth/browser-sign-in';
import { Reader } from '../../../src/database/reader';
import { UnitOfWork } from '../../../src/database/unit-of-work';
import { SessionManager, sessionIdIn } from '../../../src/sessions/session-manager';
import { UserStore } from '../../../src/users/user.store';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { recordStatements } from '../../support/recorded-statements';

const ORIGIN = { address: '203.0.113.7', requestId: null, userAgent: null };
const AUTHENTICATION = { acr: 'password', amr: ['pwd'] };
const MOST = 100;

interface Proven {
  readonly userId: string;
  readonly checkedHash: string;
}

describe('people who sign in at one moment', () => {
  let app: TestApp;
  const ids: string[] = [];

  beforeAll(async () => {
    app = await createTestApp();
    for (const name of ['ann', 'ben', 'cy', 'dan', 'eve', 'flo', 'gil', 'hal']) {
      await app.register(name);
      ids.push((await app.resolve(UserStore).findForSignIn(name))!.user.id);
    }
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.close());

  const users = () => app.resolve(UserStore);
  const proven = async (id: string) => ({ userId: id, checkedHash: (await users().passwordHash(id))! });
  const ownerOf = async (cookie: string) => {
    const sql = 'SELECT user_id FROM sessions WHERE id = ? AND ended_at IS NULL';
    const [row] = await app.resolve(Reader).query<{ user_id: string }>(sql, [sessionIdIn(cookie)]);
    return row?.user_id;
  };
  const live = async (id: string) => {
    const sql = 'SELECT id FROM sessions WHERE user_id = ? AND ended_at IS NULL';
    return (await app.resolve(Reader).query(sql, [id])).length;
  };

  it('are each given a session of their own, by statements that they share', async () => {
    const people = await Promise.all(ids.map(proven));
    const statements = recordStatements(app);
    const signIns = app.resolve(BrowserSignIn);
    const cookies = await Promise.all([...people].reverse().map((person) => signIns.signIn(person, [], ORIGIN)));
    expect(await Promise.all(cookies.map(ownerOf))).toEqual([...ids].reverse());
    for (const shared of ['UPDATE users', 'UPDATE sessions']) {
      expect(statements.filter((sql) => sql.startsWith(shared)).length).toBeLessThan(ids.length);
    }
  });

  it('are each refused by themselves, where their password has changed meanwhile or they may not sign in', async () => {
    const people = await Promise.all(ids.slice(0, 4).map(proven));
    await app.resolve(UnitOfWork).run((transaction) => users().mark(transaction, ids[2]!, 'disabled', true));
    const asked = people.map((person, at) => (at === 1 ? { ...person, checkedHash: people[3]!.checkedHash } : person));
    const signIns = app.resolve(BrowserSignIn);
    const ends = await Promise.allSettled(asked.map((person) => signIns.signIn(person, [], ORIGIN)));
    expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as { code: string }).code : end.status))).toEqual(
      [...['fulfilled', 'invalid_credentials', 'invalid_credentials', 'fulfilled']],
    );
  });

  it('are refused one of two for the same person, who was checked against another hash', async () => {
    const [ann, ben] = (await Promise.all(ids.slice(0, 2).map(proven))) as [Proven, Proven];
    const noted = await app
      .resolve(UnitOfWork)
      .run((transaction) =>
        Promise.all(
          [ann.checkedHash, ben.checkedHash].map((hash) => users().noteSignIn(transaction, ann.userId, hash)),
        ),
      );
    expect(noted.map((user) => user?.id)).toEqual([ann.userId, undefined]);
  });

  it('keep their newest hundred sessions, each of their own', async () => {
    const [ann, ben] = ids as [string, string];
    const sessions = app.resolve(SessionManager);
    await app.resolve(UnitOfWork).run(async (transaction) => {
      for (let count = 0; count < MOST; count++) await sessions.begin(transaction, ann, AUTHENTICATION, ORIGIN);
    });
    const before = await live(ben);
    const signIns = app.resolve(BrowserSignIn);
    const cookies = await Promise.all(
      (await Promise.all([ann, ben].map(proven))).map((person) => signIns.signIn(person, [], ORIGIN)),
    );
    expect(await Promise.all(cookies.map(ownerOf))).toEqual([ann, ben]);
    expect([await live(ann), await live(ben)]).toEqual([MOST, before + 1]);
  });
});
