import * as oauth from 'oauth4webapi';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { PageBrowser } from '../../support/page-browser';
import { aClient } from '../../support/test-clients';
import { aResourceServer } from '../../support/test-resource-servers';

describe('disconnecting an application', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('ends the code that it has not come for yet, and that of no other application', async () => {
    const [one, other] = [await aClient(app, { client_name: 'One' }), await aClient(app, { client_name: 'Other' })];
    const browser = new PageBrowser(app);
    const authorized = async (client: typeof one) => {
      const application = new ForeignApplication(app, client, oauth.ClientSecretBasic(client.secret));
      await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
      if (browser.path === '/sign-in') {
        await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      }
      await browser.submit('#allow');
      const answer = Object.assign(new PageBrowser(app), { url: browser.url });
      return () => application.redeem(answer);
    };
    const [redeemOne, redeemOther] = [await authorized(one), await authorized(other)];
    await browser.open('/account');
    await browser.submit('button[aria-label="Remove access of One"]');
    await expect(redeemOne()).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await redeemOther()).scope).toBe('notes:read');
  });

  it('is offered beside what it may do, in words; by the name of the scope where the words are others elsewhere', async () => {
    const browser = new PageBrowser(app);
    await browser.open('/sign-in');
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    const shown = async () =>
      (await browser.open('/account')).findAll('.words li').map(({ textContent }) => textContent);
    expect(await shown()).toEqual(['Read your notes']);
    await aResourceServer(app, 'https://elsewhere.example.com', ['notes:read']);
    expect(await shown()).toEqual(['notes:read']);
  });
});
