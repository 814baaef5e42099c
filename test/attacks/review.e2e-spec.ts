import { Accounts } from '../../src/auth/accounts';
import { PasswordAuthenticator } from '../../src/auth/password-authenticator';
import { Profiles } from '../../src/auth/profiles';
import { SignIn } from '../../src/auth/sign-in';
import { FIRST_PARTY_CLIENT_ID } from '../../src/clients/client.entity';
import { Reader } from '../../src/database/reader';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { SessionManager } from '../../src/sessions/session-manager';
import { RevocationIndex } from '../../src/tokens/revocation-index';
import { TokenFamilies } from '../../src/tokens/token-families';
import { TokenIssuer } from '../../src/tokens/token-issuer';
import { TokenRevoker } from '../../src/tokens/token-revoker';
import { raceRounds } from '../support/race-rounds';
import { aFamily, anOrder, theTerms } from '../support/token-orders';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';

const ROUNDS = raceRounds(1);
const ORIGIN = { address: '127.0.0.1', userAgent: null, requestId: null };

describe('what may change while somebody is at work', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  it('GH-01 gives nobody the roles that were taken from them while their password was checked', async () => {
    const { id } = (await app.register('olga')).body as { id: string };
    const accounts = app.resolve(Accounts);
    await accounts.setRoles(id, ['auditor']);
    const person = await app.resolve(PasswordAuthenticator).authenticate('olga', GOOD_PASSWORD, ORIGIN);
    await accounts.setRoles(id, []);
    app.clock.advance(2);
    const { tokens } = await app.resolve(SignIn).signIn(person, ORIGIN);
    expect(payloadOf(tokens.access_token)).not.toHaveProperty('roles');
  });

  it('GH-02 lets only one of two changes with the same old password through (RAC-04)', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const name = `pia-${round}`;
      await app.register(name);
      const sessions = [await app.login(name), await app.login(name)];
      const answers = await Promise.all(
        sessions.map(({ body }, index) =>
          app
            .withToken(body.access_token as string)
            .post('/auth/password', { currentPassword: GOOD_PASSWORD, newPassword: `copper-harbour-${index}-candle` }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
      const winner = answers.findIndex(({ status }) => status === 204);
      expect((await app.login(name, `copper-harbour-${winner}-candle`)).status).toBe(200);
      expect((await app.login(name, `copper-harbour-${1 - winner}-candle`)).status).toBe(401);
      app.clock.advance(3_600);
    }
  });

  it('GH-03 changes no e-mail address for a password that was changed meanwhile (AUT-26)', async () => {
    const { id } = (await app.register('quinn')).body as { id: string };
    const person = { id, username: 'quinn', email: 'quinn@example.com', displayName: null, roles: [] };
    const passwords = app.resolve(PasswordAuthenticator);
    const checked = await passwords.confirm(id, GOOD_PASSWORD, ORIGIN);
    await app.resolve(Accounts).setPassword(id, 'copper-harbour-7-candle', null);
    const confirm = jest.spyOn(passwords, 'confirm').mockResolvedValueOnce(checked);
    const change = { email: 'thief@example.com', currentPassword: GOOD_PASSWORD };
    await expect(app.resolve(Profiles).change(person, change, ORIGIN)).rejects.toMatchObject({
      code: 'wrong_password',
    });
    confirm.mockRestore();
  });
});

describe('an access token from before ACCESS_TOKEN_LIFETIME was made shorter', () => {
  it('GH-04 does not come back to life when the note of its revocation is forgotten (JWT-21)', async () => {
    const before = await createTestApp({ env: { ACCESS_TOKEN_LIFETIME: '1d' } });
    const { database, clock } = before;
    await before.register('rosa');
    const tokens = (await before.login('rosa')).body as { access_token: string; refresh_token: string };
    await before.stop();
    const app = await createTestApp({ database, clock, env: { ACCESS_TOKEN_LIFETIME: '15m' } });
    const status = async () => (await app.withToken(tokens.access_token).get('/protected')).status;
    expect(await status()).toBe(200);
    await app.post('/auth/logout', { refresh_token: tokens.refresh_token });
    expect(await status()).toBe(401);
    clock.advance(20 * 60);
    await app.resolve(RevocationIndex).refresh();
    expect(await status()).toBe(401);
    await app.close();
  });
});

describe('an address that has used up its attempts', () => {
  it('GH-05 adds no row for each further name that it makes up (DOS-06)', async () => {
    const app = await createTestApp({ env: { RATE_LIMIT_LOGIN_PER_ADDRESS: '3' } });
    const rows = async () => (await app.resolve(Reader).query('SELECT key FROM rate_limits')).length;
    const attempt = async (name: string) => (await app.login(name, 'not-the-password-9')).status;
    for (const name of ['one', 'two', 'three', 'four']) await attempt(name);
    const before = await rows();
    expect([await attempt('five'), await attempt('six'), await attempt('seven')]).toEqual([429, 429, 429]);
    expect(await rows()).toBe(before);
    await app.close();
  });
});

describe('tokens in cookies', () => {
  it('GH-06 are given to pages of this site where the issuer has a path (SES-03)', async () => {
    const app = await createTestApp({ env: { TOKEN_COOKIES: 'on', ISSUER: 'http://localhost:3000/tenant' } });
    await app.register('sam');
    const from = async (origin: string) =>
      (await app.post('/auth/login', { username: 'sam', password: GOOD_PASSWORD, cookies: true }, { origin })).status;
    expect(await from('http://localhost:3000')).toBe(200);
    expect(await from('http://localhost:3001')).toBe(403);
    expect(await from('null')).toBe(403);
    await app.close();
  });

  it('GH-07 are not renewed into first-party ones for another client’s token (RFR-04)', async () => {
    const app = await createTestApp({ env: { TOKEN_COOKIES: 'on' } });
    const { id } = (await app.register('tara')).body as { id: string };
    const token = await tokenOf(app, id, 'other');
    app.clock.advance(700);
    const answer = await app.get('/protected', { cookie: `access_token=${token}` });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    await app.close();
  });
});

describe('a token without a session', () => {
  it('GH-08 is dead after signing out (SES-07)', async () => {
    const app = await createTestApp();
    const { id } = (await app.register('uma')).body as { id: string };
    const client = app.withToken(await tokenOf(app, id, FIRST_PARTY_CLIENT_ID, false));
    expect((await client.get('/protected')).status).toBe(200);
    expect((await client.post('/auth/logout')).status).toBe(204);
    expect((await client.get('/protected')).status).toBe(401);
    await app.close();
  });
});

describe('changing the e-mail address', () => {
  it('GH-09 cannot be used to find out without limit who is registered (AUT-01)', async () => {
    const app = await createTestApp({ env: { RATE_LIMIT_REGISTRATION_PER_ADDRESS: '4' } });
    for (const name of ['vera', 'walt']) await app.register(name);
    const client = app.withToken((await app.login('vera')).body.access_token as string);
    const change = { email: 'walt@example.com', currentPassword: GOOD_PASSWORD };
    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await client.patch('/auth/me', change)).status);
    expect(statuses).toEqual([409, 409, 429, 429]);
    await app.close();
  });
});

describe('somebody who has signed in thousands of times', () => {
  it('GH-10 is signed out everywhere in a few statements, however many their sessions are (SES-08)', async () => {
    const app = await createTestApp();
    const { id } = (await app.register('xena')).body as { id: string };
    const { access_token: token } = (await app.login('xena')).body as { access_token: string };
    const unitOfWork = app.resolve(UnitOfWork);
    await unitOfWork.run(async (transaction) => {
      const how = { acr: 'urn:test', amr: ['pwd'] };
      for (let count = 0; count < 1_500; count++) {
        const session = await app.resolve(SessionManager).begin(transaction, id, how, ORIGIN);
        const family = aFamily(app.settings, { user_id: id, session_id: session.id });
        await app.resolve(TokenFamilies).start(transaction, family);
      }
    });
    let statements = 0;
    await unitOfWork.run(async (transaction) => {
      const counted = new Proxy(transaction, {
        get: (target, name) => {
          if (name === 'query' || name === 'change') statements++;
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      const ended = await app.resolve(SessionManager).endAll(counted, id);
      expect(ended).toHaveLength(1_501);
      await app.resolve(TokenRevoker).revokeSessions(counted, ended, 'test');
    });
    expect(statements).toBeLessThan(30);
    expect((await app.withToken(token).get('/protected')).status).toBe(401);
    const live = 'SELECT id FROM token_families WHERE user_id = ? AND revoked_at IS NULL';
    expect(await app.resolve(Reader).query(live, [id])).toEqual([]);
    expect(await app.resolve(Reader).query('SELECT seq FROM revocations')).toHaveLength(1_501);
    await app.close();
  });
});

/** An access token of this client for that person, in a session of their own or in none. */
function tokenOf(app: TestApp, userId: string, clientId: string, inSession = true): Promise<string> {
  return app.resolve(UnitOfWork).run(async (transaction) => {
    const client = `INSERT INTO clients (id, origin, first_party, metadata, revision, created_at, updated_at)
      VALUES (?, 'administrator', 0, '{}', 1, 0, 0) ON CONFLICT DO NOTHING`;
    await transaction.change(client, [clientId]);
    const how = { acr: 'urn:test', amr: ['pwd'] };
    const session = inSession ? await app.resolve(SessionManager).begin(transaction, userId, how, ORIGIN) : null;
    const order = anOrder(app.settings, {
      userId,
      clientId,
      scopes: ['notes:read'],
      authentication: session,
      sessionId: session?.id ?? null,
      refresh: inSession ? 'start' : 'none',
    });
    return (await app.resolve(TokenIssuer).issue(transaction, order, theTerms(app.settings))).access_token;
  });
}

function payloadOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
