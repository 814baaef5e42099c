import * as oauth from 'oauth4webapi';
import { Accounts } from '../../../src/auth/accounts';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { PageBrowser } from '../../support/page-browser';
import { aPublicClient } from '../../support/test-clients';

describe('access that an application keeps when nobody is there (offline_access)', () => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  /** Somebody who has let an application in for good. */
  async function somebody() {
    const username = `somebody-${String((count += 1))}`;
    const { id } = (await app.register(username)).body as { id: string };
    const client = await aPublicClient(app, { scope: 'notes:read' });
    const application = new ForeignApplication(app, client, oauth.None());
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read offline_access' }));
    await browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
    await browser.submit('#allow');
    return { id, username, application, browser, tokens: await application.redeem(browser) };
  }

  type Somebody = Awaited<ReturnType<typeof somebody>>;

  const reads = async ({ access_token }: oauth.TokenEndpointResponse) =>
    (await app.withToken(access_token).get('/notes')).status === 200;

  const refreshes = async ({ application, tokens }: Somebody) => {
    try {
      return await reads(await application.refresh(tokens.refresh_token!));
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError) return error.error;
      throw error;
    }
  };

  it('outlives the session in which it was given, and all others', async () => {
    const person = await somebody();
    await person.browser.open('/account');
    await person.browser.submit('#sign-out-everywhere');
    app.clock.advance(1);
    expect(await refreshes(person)).toBe(true);
  });

  it.each(['disabled', 'locked'] as const)('ends for good when its person is %s', async (mark) => {
    const person = await somebody();
    await app.resolve(Accounts).mark(person.id, mark, true);
    await app.resolve(Accounts).mark(person.id, mark, false);
    expect([await refreshes(person), await reads(person.tokens)]).toEqual(['invalid_grant', false]);
  });

  it('ends with a new password: who knew the old one may have given it (RFC 9700 §4.14.2)', async () => {
    const person = await somebody();
    const own = app.withToken((await app.login(person.username)).body.access_token as string);
    const passwords = { currentPassword: GOOD_PASSWORD, newPassword: 'copper-meadow-17-anchor' };
    expect((await own.post('/auth/password', passwords)).status).toBe(204);
    expect([await refreshes(person), await reads(person.tokens)]).toEqual(['invalid_grant', false]);
    expect((await own.get('/auth/me')).status).toBe(200);
  });

  it('goes on when its person loses a role: each refresh asks what the roles of that moment allow', async () => {
    const person = await somebody();
    await app.resolve(Accounts).setRoles(person.id, ['reviewer']);
    await app.resolve(Accounts).setRoles(person.id, []);
    app.clock.advance(1);
    expect(await refreshes(person)).toBe(true);
  });
});
