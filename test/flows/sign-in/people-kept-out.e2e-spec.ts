import { setTimeout as sleep } from 'node:timers/promises';
import { hash } from '@node-rs/argon2';
import { type AccountChange, AccountChanges } from '../../../src/auth/account-changes';
import { Accounts } from '../../../src/auth/accounts';
import { FirstPartyTokens } from '../../../src/auth/first-party-tokens';
import { UnitOfWork } from '../../../src/database/unit-of-work';
import { UserStore } from '../../../src/users/user.store';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { ROOMY_LIMITS } from '../../support/roomy-limits';

const ORIGIN = { address: '127.0.0.1', userAgent: null, requestId: null };

describe('a person who may not be let in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
  });

  afterAll(() => app.close());

  const personWithTokens = async (username: string) => {
    const id = (await app.register(username)).body.id as string;
    const { access_token: access, refresh_token: refresh } = (await app.login(username)).body as Record<string, string>;
    return { id, client: app.withToken(access!), refresh: refresh! };
  };

  describe.each(['disabled', 'locked'] as const)('is %s:', (mark) => {
    it('signing in answers as a wrong password does, even with the right one (AUT-01)', async () => {
      const { id } = await personWithTokens(`${mark}-at-sign-in`);
      await app.resolve(Accounts).mark(id, mark, true);
      const right = await app.login(`${mark}-at-sign-in`);
      const wrong = await app.login(`${mark}-at-sign-in`, 'not-the-password-1');
      expect([right.status, right.body.code]).toEqual([401, 'invalid_credentials']);
      expect({ ...right.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
    });

    it('their access token and their refresh token are dead at once', async () => {
      const { id, client, refresh } = await personWithTokens(`${mark}-with-tokens`);
      expect((await client.get('/protected')).status).toBe(200);
      await app.resolve(Accounts).mark(id, mark, true);
      const guarded = await client.get('/protected');
      expect([guarded.status, guarded.body.code]).toEqual([401, 'token_revoked']);
      expect(guarded.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      const refreshed = await app.post('/auth/refresh', { refresh_token: refresh });
      expect([refreshed.status, refreshed.body.code]).toEqual([401, 'invalid_refresh_token']);
    });

    it('once the mark is taken away they sign in again, and the old tokens stay dead', async () => {
      const { id, client, refresh } = await personWithTokens(`${mark}-and-back`);
      await app.resolve(Accounts).mark(id, mark, true);
      await expect(app.resolve(Accounts).mark(id, mark, true)).resolves.toBe('unchanged');
      await expect(app.resolve(Accounts).mark(id, mark, false)).resolves.toBe('changed');
      expect((await app.login(`${mark}-and-back`)).status).toBe(200);
      expect((await client.get('/protected')).status).toBe(401);
      expect((await app.post('/auth/refresh', { refresh_token: refresh })).status).toBe(401);
    });
  });

  it('the last administrator cannot be disabled, and cannot lose the role', async () => {
    const { id } = await personWithTokens('ruler');
    const accounts = app.resolve(Accounts);
    await expect(accounts.setRoles(id, ['admin'])).resolves.toBe('changed');
    await expect(accounts.mark(id, 'disabled', true)).resolves.toBe('last-administrator');
    await expect(accounts.setRoles(id, [])).resolves.toBe('last-administrator');
    expect((await app.login('ruler')).status).toBe(200);
  });

  it.each([
    ['disabled and loses the role', 'disabled', 'roles'],
    ['removed and loses the role', 'removal', 'roles'],
    ['disabled on both', 'disabled', 'disabled'],
    ['removed on both', 'removal', 'removal'],
  ] as const)('of two administrators on two nodes at the same moment, one stays: %s', async (_name, first, second) => {
    const [one, other] = [(await personWithTokens('king')).id, (await personWithTokens('queen')).id];
    const node = await createTestApp({ database: app.database });
    const take = (from: TestApp, id: string, how: 'disabled' | 'roles' | 'removal') => {
      const changes = from.resolve(AccountChanges);
      return from.resolve(UnitOfWork).run<AccountChange>((transaction) => {
        if (how === 'removal') return changes.remove(transaction, id);
        if (how === 'roles') return changes.setRoles(transaction, id, []);
        return changes.mark(transaction, id, 'disabled', true);
      });
    };
    const accounts = app.resolve(Accounts);
    for (const id of [one, other]) await accounts.setRoles(id, ['admin']);
    const ruler = await app.resolve(UserStore).findForSignIn('ruler');
    await accounts.setRoles(ruler!.user.id, []);
    const outcomes = await Promise.all([take(app, one, first), take(node, other, second)]);
    expect(outcomes.sort()).toEqual(['changed', 'last-administrator']);
    await expect(app.resolve(UserStore).countWithRole('admin')).resolves.toBe(1);
    await accounts.setRoles(ruler!.user.id, ['admin']);
    for (const id of [one, other]) await take(app, id, 'removal');
    await node.stop();
  });

  it('an administrator who is locked keeps no other from being the last one', async () => {
    const accounts = app.resolve(Accounts);
    const { id } = await personWithTokens('locked-ruler');
    await accounts.setRoles(id, ['admin']);
    await accounts.mark(id, 'locked', true);
    const ruler = await app.resolve(UserStore).findForSignIn('ruler');
    await expect(accounts.setRoles(ruler!.user.id, [])).resolves.toBe('last-administrator');
  });

  it('a role that is taken away ends the sessions that had it, in the very second too; a new one comes with the next token', async () => {
    const { id } = await personWithTokens('moderator-2');
    const accounts = app.resolve(Accounts);
    const first = (await app.login('moderator-2')).body as Record<string, string>;
    await accounts.setRoles(id, ['reviewer']);
    const { access_token: access, refresh_token: refresh } = (
      await app.post('/auth/refresh', { refresh_token: first['refresh_token'] })
    ).body as Record<string, string>;
    expect(payloadOf(access!)['roles']).toEqual(['reviewer']);
    await accounts.setRoles(id, []);
    const guarded = await app.withToken(access!).get('/auth/me');
    expect([guarded.status, guarded.body.code]).toEqual([401, 'token_revoked']);
    const refreshed = await app.post('/auth/refresh', { refresh_token: refresh });
    expect([refreshed.status, refreshed.body.code]).toEqual([401, 'invalid_refresh_token']);
    const again = (await app.login('moderator-2')).body as Record<string, string>;
    expect(payloadOf(again['access_token']!)['roles']).toBeUndefined();
    expect((await app.withToken(again['access_token']!).get('/auth/me')).status).toBe(200);
  });

  describe('a sign-in at the very moment', () => {
    /** Holds a sign-in between its look at the person and its end, and meanwhile starts a change. */
    const signInDuring = async (id: string, change: () => Promise<unknown>) => {
      const users = app.resolve(UserStore);
      const user = (await users.find(id))!;
      const checkedHash = (await users.passwordHash(id))!;
      let changing: Promise<unknown> | undefined;
      const tokens = await app.resolve(UnitOfWork).run(async (transaction) => {
        if (!(await users.noteSignIn(transaction, id, checkedHash))) return null;
        changing ??= change();
        await sleep(200);
        return (await app.resolve(FirstPartyTokens).begin(transaction, user, ORIGIN)).tokens;
      });
      await changing;
      return tokens;
    };

    it('of a change of password leaves no session that was begun with the old password (RFR-07)', async () => {
      const { id } = await personWithTokens('changing');
      const tokens = await signInDuring(id, () =>
        app.resolve(Accounts).setPassword(id, 'another-harbour-7-candle', null),
      );
      expect((await app.withToken(tokens!.access_token).get('/protected')).status).toBe(401);
      expect((await app.post('/auth/refresh', { refresh_token: tokens!.refresh_token })).status).toBe(401);
      expect((await app.login('changing')).status).toBe(401);
      expect((await app.login('changing', 'another-harbour-7-candle')).status).toBe(200);
    });

    it('of a disabling leaves no session', async () => {
      const { id } = await personWithTokens('vanishing');
      const tokens = await signInDuring(id, () => app.resolve(Accounts).mark(id, 'disabled', true));
      expect((await app.withToken(tokens!.access_token).get('/protected')).status).toBe(401);
      expect((await app.post('/auth/refresh', { refresh_token: tokens!.refresh_token })).status).toBe(401);
    });
  });

  describe('has a hash of earlier parameters:', () => {
    const weaken = async (username: string) => {
      const weak = await hash(GOOD_PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
      const rows = await openRows(app.database);
      await rows.query(
        `UPDATE password_credentials SET hash = '${weak}' WHERE user_id = (SELECT id FROM users WHERE username = '${username}')`,
      );
      await rows.close();
      return weak;
    };

    const storedHash = async (username: string) => {
      const rows = await openRows(app.database);
      const [row] = await rows.query<{ hash: string }>(
        `SELECT hash FROM password_credentials JOIN users ON users.id = user_id WHERE username = '${username}'`,
      );
      await rows.close();
      return row!.hash;
    };

    it('a sign-in upgrades it, a failed one does not', async () => {
      await app.register('veteran');
      const weak = await weaken('veteran');
      expect((await app.login('veteran', 'not-the-password-1')).status).toBe(401);
      expect(await storedHash('veteran')).toBe(weak);
      expect((await app.login('veteran')).status).toBe(200);
      expect(await storedHash('veteran')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect((await app.login('veteran')).status).toBe(200);
    });

    it('of several sign-ins at once none is refused', async () => {
      await app.register('veterans');
      await weaken('veterans');
      const answers = await Promise.all(Array.from({ length: 8 }, () => app.login('veterans')));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    });
  });
});

function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}
