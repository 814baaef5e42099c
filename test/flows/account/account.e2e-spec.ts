import { UnitOfWork } from '../../../src/database/unit-of-work';
import { appsOfEachTest } from '../../support/apps-of-each-test';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { raceRounds } from '../../support/race-rounds';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer, TestClient } from '../../support/test-client';

const ROUNDS = raceRounds(1);
const NEW_PASSWORD = 'another-harbour-7-candle';

const told = ({ status, body }: Answer) => [status, body.code];
const pointersOf = ({ body }: Answer) => ((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);

describe('the own account', () => {
  const start = appsOfEachTest();
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
  });

  afterAll(() => app.close());

  const signIn = async (username: string, password = GOOD_PASSWORD) => {
    const { body } = await app.login(username, password);
    return { client: app.withToken(body.access_token as string), refresh: body.refresh_token as string };
  };

  const person = async (username: string) => {
    await app.register(username);
    return signIn(username);
  };

  const auditOf = async (type: string) => {
    const rows = await openRows(app.database);
    const events = await rows.query<{ detail: string }>(`SELECT detail FROM audit_events WHERE type = '${type}'`);
    await rows.close();
    return events;
  };

  describe('GET /auth/me', () => {
    it('shows the person of the token, to them and to no cache', async () => {
      const { client } = await person('alice');
      const answer = await client.get('/auth/me');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toEqual({
        id: expect.any(String) as string,
        username: 'alice',
        email: 'alice@example.com',
        displayName: null,
        roles: [],
        emailVerified: false,
        phoneNumberVerified: false,
        claims: {},
      });
    });

    it('needs a token, and no method but GET and PATCH', async () => {
      expect(told(await app.get('/auth/me'))).toEqual([401, 'missing_token']);
      const deleted = await (await person('adam')).client.delete('/auth/me');
      expect(told(deleted)).toEqual([405, 'method_not_allowed']);
      expect(deleted.headers.get('allow')).toBe('GET, HEAD, PATCH');
    });

    it('answers a token whose person has been deleted with 401', async () => {
      const { client } = await person('gone');
      await app
        .resolve(UnitOfWork)
        .run((transaction) => transaction.change('DELETE FROM users WHERE username = ?', ['gone']));
      expect(told(await client.get('/auth/me'))).toEqual([401, 'token_revoked']);
    });
  });

  describe('PATCH /auth/me', () => {
    it('changes the display name, and takes it away', async () => {
      const { client } = await person('bob');
      const named = await client.patch('/auth/me', { displayName: ' Bob the Builder ' });
      expect([named.status, named.body.displayName]).toEqual([200, 'Bob the Builder']);
      expect((await client.get('/auth/me')).body.displayName).toBe('Bob the Builder');
      expect((await client.patch('/auth/me', {})).body.displayName).toBe('Bob the Builder');
      expect((await client.patch('/auth/me', { displayName: null })).body.displayName).toBeNull();
    });

    it('changes the e-mail address with the password only (AUT-26)', async () => {
      const { client } = await person('carol');
      const without = await client.patch('/auth/me', { email: 'carol@example.org' });
      expect(told(without)).toEqual([400, 'validation_failed']);
      expect(pointersOf(without)).toEqual(['#/currentPassword']);
      const wrong = await client.patch('/auth/me', { email: 'carol@example.org', currentPassword: 'wrong-one-1' });
      expect(told(wrong)).toEqual([403, 'wrong_password']);
      expect((await client.get('/auth/me')).body.email).toBe('carol@example.com');

      const right = await client.patch('/auth/me', { email: 'carol@example.org', currentPassword: GOOD_PASSWORD });
      expect([right.status, right.body.email]).toEqual([200, 'carol@example.org']);
      expect((await app.login('carol@example.org')).status).toBe(200);
      expect((await app.login('carol@example.com')).status).toBe(401);
    });

    it('asks for no password where the address stays the same', async () => {
      const { client } = await person('dora');
      const again = await client.patch('/auth/me', { email: 'dora@example.com', displayName: 'Dora' });
      expect([again.status, again.body.displayName]).toEqual([200, 'Dora']);
    });

    it('refuses an address that is somebody else’s, in any spelling, and changes nothing', async () => {
      await person('erin');
      const { client } = await person('frank');
      const answer = await client.patch('/auth/me', {
        email: 'ERIN@Example.com',
        displayName: 'Not Erin',
        currentPassword: GOOD_PASSWORD,
      });
      expect(told(answer)).toEqual([409, 'identity_taken']);
      expect((await client.get('/auth/me')).body).toMatchObject({ email: 'frank@example.com', displayName: null });
    });

    it('of two people who want one address at once gives it to one', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const clients = [await person(`grace-${round}`), await person(`heidi-${round}`)].map(({ client }) => client);
        const change = { email: `wanted-${round}@example.com`, currentPassword: GOOD_PASSWORD };
        const answers = await Promise.all(clients.map((client) => client.patch('/auth/me', change)));
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      }
    });

    it.each<[string, unknown, string[]]>([
      ['an e-mail address that is null', { email: null }, ['#/email']],
      ['an e-mail address that is none', { email: 'ivan', currentPassword: GOOD_PASSWORD }, ['#/email']],
      ['an empty e-mail address', { email: '' }, ['#/email']],
      ['an e-mail address of 321 characters', { email: `${'x'.repeat(309)}@example.com` }, ['#/email']],
      ['a password that is null', { email: 'i@example.org', currentPassword: null }, ['#/currentPassword']],
      ['a display name that is a list', { displayName: [] }, ['#/displayName']],
      ['a display name of 101 characters', { displayName: 'x'.repeat(101) }, ['#/displayName']],
      ['a display name with a control character', { displayName: 'x\u0007' }, ['#/displayName']],
      ['the user name, which stays', { username: 'ivan2' }, ['#/username']],
      ['roles, which nobody gives themselves', { roles: ['admin'] }, ['#/roles']],
      ['the id, which stays', { id: 'x' }, ['#/id']],
      ['a body that is a list', [], ['#']],
    ])('points at %s', async (_case, body, pointers) => {
      const client = await app.asUser();
      const answer = await client.patch('/auth/me', body);
      expect(told(answer)).toEqual([400, 'validation_failed']);
      expect(pointersOf(answer)).toEqual(pointers);
    });
  });

  describe('POST /auth/password', () => {
    const change = (client: TestClient, fields: Readonly<Record<string, unknown>> = {}) =>
      client.post('/auth/password', { currentPassword: GOOD_PASSWORD, newPassword: NEW_PASSWORD, ...fields });

    it('changes the password, keeps this session and revokes all others', async () => {
      const first = await person('judy');
      const [second, third] = [await signIn('judy'), await signIn('judy')];
      const answer = await change(second.client);
      expect([answer.status, answer.text]).toEqual([204, '']);

      expect((await second.client.get('/protected')).status).toBe(200);
      expect((await app.post('/auth/refresh', { refresh_token: second.refresh })).status).toBe(200);
      for (const other of [first, third]) {
        expect(told(await other.client.get('/protected'))).toEqual([401, 'token_revoked']);
        expect(told(await app.post('/auth/refresh', { refresh_token: other.refresh }))).toEqual([
          401,
          'invalid_refresh_token',
        ]);
      }
      expect(told(await app.login('judy'))).toEqual([401, 'invalid_credentials']);
      expect((await app.login('judy', NEW_PASSWORD)).status).toBe(200);
      expect(await auditOf('password.changed')).toEqual([{ detail: '{"endedSessions":2}' }]);
    });

    it('a second time is told that the old password is not right any more, and changes nothing', async () => {
      const { client } = await person('kate');
      expect((await change(client)).status).toBe(204);
      const again = await change(client, { newPassword: 'yet-another-4-lighthouse' });
      expect(told(again)).toEqual([403, 'wrong_password']);
      expect((await app.login('kate', NEW_PASSWORD)).status).toBe(200);
    });

    it('needs a token', async () => {
      expect(told(await change(app))).toEqual([401, 'missing_token']);
    });

    it('survives a restart of the server', async () => {
      const before = await start();
      await before.register('leo');
      const { access_token: access } = (await before.login('leo')).body as Record<string, string>;
      expect((await change(before.withToken(access!))).status).toBe(204);
      await before.stop();
      const after = await start({ database: before.database, clock: before.clock });
      expect((await after.withToken(access!).get('/protected')).status).toBe(200);
      expect((await after.login('leo')).status).toBe(401);
      expect((await after.login('leo', NEW_PASSWORD)).status).toBe(200);
    });

    it.each<[string, Readonly<Record<string, unknown>>, string[]]>([
      ['a missing current password', { currentPassword: undefined }, ['#/currentPassword']],
      ['an empty current password', { currentPassword: '' }, ['#/currentPassword']],
      ['a current password that is true', { currentPassword: true }, ['#/currentPassword']],
      ['a missing new password', { newPassword: undefined }, ['#/newPassword']],
      ['a new password that is null', { newPassword: null }, ['#/newPassword']],
      ['a short new password', { newPassword: 'x7!kd9' }, ['#/newPassword']],
      ['a common new password', { newPassword: 'password1' }, ['#/newPassword']],
      ['a new password of 257 characters', { newPassword: 'x7!k'.repeat(65) }, ['#/newPassword']],
      ['a new password of 2,000 characters', { newPassword: 'x7!k'.repeat(500) }, ['#/newPassword']],
      ['a new password made of the user name', { newPassword: 'mallory.m1' }, ['#/newPassword']],
      ['an unknown field', { keepSessions: true }, ['#/keepSessions']],
    ])('points at %s', async (_case, fields, pointers) => {
      await app.register('mallory.m');
      const { client } = await signIn('mallory.m');
      const answer = await change(client, fields);
      expect(told(answer)).toEqual([400, 'validation_failed']);
      expect(pointersOf(answer)).toEqual(pointers);
      expect((await app.login('mallory.m')).status).toBe(200);
    });
  });
});
