import { Accounts } from '../../src/auth/accounts';
import { PasswordAuthenticator } from '../../src/auth/password-authenticator';
import { SignIn } from '../../src/auth/sign-in';
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
});

function payloadOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
