import * as oauth from 'oauth4webapi';
import { ClientStore } from '../../src/clients/client.store';
import { ForeignApplication } from '../support/code-flow';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { PageBrowser } from '../support/page-browser';

const ID = 'api-docs';

describe('the client with which the API documentation signs people in', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await createTestApp();
    await app.register('alice');
  });

  afterEach(() => app.close());

  const again = async (env: Readonly<Record<string, string>>) => {
    await app.stop();
    app = await createTestApp({ env, database: app.database, clock: app.clock });
  };

  /** Asks for a code in a new browser. @returns where that led */
  async function signIn(redirectUri: string): Promise<{ browser: PageBrowser; application: ForeignApplication }> {
    const application = new ForeignApplication(app, { id: ID, secret: '' }, oauth.None(), { redirectUri });
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read account' }));
    if (browser.find('#sign-in') !== null) {
      await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    }
    return { browser, application };
  }

  it('asks nobody for consent, comes back to the documentation alone, and gets no refresh token', async () => {
    const { browser, application } = await signIn(`${TEST_ISSUER}/docs/oauth2-redirect.html`);
    expect(browser.path).toBe('/docs/oauth2-redirect.html');
    const tokens = await application.redeem(browser);
    expect(tokens).toMatchObject({ scope: 'notes:read account' });
    expect(tokens.refresh_token).toBeUndefined();
    expect((await app.withToken(tokens.access_token).get('/auth/me')).body.username).toBe('alice');
    const elsewhere = await signIn('https://evil.example/docs/oauth2-redirect.html');
    expect([elsewhere.browser.isAway, elsewhere.browser.answer.status]).toEqual([false, 400]);
  });

  it('comes back to no other port of this machine, where another program may wait (RFC 8252 §8.6)', async () => {
    for (const port of [':3001', ':80', '']) {
      const { browser } = await signIn(`http://localhost${port}/docs/oauth2-redirect.html`);
      expect([port, browser.parameters.has('code'), browser.answer.status]).toEqual([port, false, 400]);
    }
  });

  it('keeps the address to which people come back to itself: it holds their code', async () => {
    const { headers } = await app.get('/docs/oauth2-redirect.html?code=x');
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  const read = () => app.resolve(ClientStore).read(ID);

  it('goes with the documentation, and comes back with it', async () => {
    for (const env of [{ API_DOCS: 'off' }, { OAUTH_FEATURES: '-authorization_code' }]) {
      await again(env);
      expect([env, (await read())!.disabledAt]).toEqual([env, expect.any(Number)]);
      await again({});
      const { browser } = await signIn(`${TEST_ISSUER}/docs/oauth2-redirect.html`);
      expect(browser.parameters.has('code')).toBe(true);
    }
  });

  it('follows the settings, and leaves alone what somebody else has under its name', async () => {
    await again({ SERVICE_NAME: 'Library' });
    expect((await read())!.metadata.client_name).toBe('Library API documentation');
    const rows = await openRows(app.database);
    await rows.query(`UPDATE clients SET origin = 'administrator', first_party = 0 WHERE id = '${ID}'`);
    await rows.close();
    for (const env of [{ SERVICE_NAME: 'Archive' }, { API_DOCS: 'off' }]) {
      await again(env);
      expect(await read()).toMatchObject({ disabledAt: null, metadata: { client_name: 'Library API documentation' } });
    }
  });

  it('is not offered where nobody can sign in with it', async () => {
    await again({ OAUTH_FEATURES: '-authorization_code' });
    const { components } = (await app.get('/docs-json')).body;
    expect(Object.keys(components.securitySchemes as object)).toEqual(['bearer', 'clientBasic']);
    expect((await app.get('/docs')).text).not.toContain('data-client');
  });
});
