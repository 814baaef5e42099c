import { Accounts } from '../../src/auth/accounts';
import { PasswordAuthenticator } from '../../src/auth/password-authenticator';
import { Profiles } from '../../src/auth/profiles';
import { SignIn } from '../../src/auth/sign-in';
import { Reader } from '../../src/database/reader';
import { RevocationIndex } from '../../src/tokens/revocation-index';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';

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
    await app.register('pia');
    const sessions = [await app.login('pia'), await app.login('pia')];
    const answers = await Promise.all(
      sessions.map(({ body }, index) =>
        app
          .withToken(body.access_token as string)
          .post('/auth/password', { currentPassword: GOOD_PASSWORD, newPassword: `copper-harbour-${index}-candle` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
    const winner = answers.findIndex(({ status }) => status === 204);
    expect((await app.login('pia', `copper-harbour-${winner}-candle`)).status).toBe(200);
    expect((await app.login('pia', `copper-harbour-${1 - winner}-candle`)).status).toBe(401);
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
      code: 'invalid_credentials',
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

function payloadOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
