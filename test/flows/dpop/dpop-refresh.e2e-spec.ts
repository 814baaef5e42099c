import * as oauth from 'oauth4webapi';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { ForeignApplication } from '../../support/code-flow';
import { KeyHolder } from '../../support/dpop-proof';
import { PageBrowser } from '../../support/page-browser';
import { aClient, aPublicClient, type TestOAuthClient } from '../../support/test-clients';

describe('refresh tokens and the key that they were asked for with (RFC 9449 §5)', () => {
  let app: TestApp;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    browser = new PageBrowser(app);
    await browser.open('/sign-in');
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
  });

  afterAll(() => app.close());

  /** Answers a token request of a client, with a proof of that key or without one. */
  async function token(client: TestOAuthClient, parameters: Record<string, string>, holder: KeyHolder | null) {
    const secret = client.secret === '' ? {} : { client_secret: client.secret };
    const body = new URLSearchParams({ client_id: client.id, ...secret, ...parameters });
    const proof = holder === null ? {} : await holder.header();
    return app.post('/oauth/token', body.toString(), { 'content-type': 'application/x-www-form-urlencoded', ...proof });
  }

  async function firstTokens(client: TestOAuthClient, holder: KeyHolder) {
    const application = new ForeignApplication(app, client, oauth.None());
    await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
    await browser.submit('#allow');
    const code = browser.parameters.get('code')!;
    const parameters = { grant_type: 'authorization_code', code, code_verifier: application.verifier };
    return (await token(client, parameters, holder)).body;
  }

  it('DPP-04: are bound to it where the client is public', async () => {
    const client = await aPublicClient(app);
    const [holder, other] = [await KeyHolder.make(app), await KeyHolder.make(app)];
    const { refresh_token } = await firstTokens(client, holder);
    for (const wrong of [null, other]) {
      const answer = await token(client, { grant_type: 'refresh_token', refresh_token }, wrong);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_dpop_proof']);
    }
    // Nothing was used up by that.
    const renewed = await token(client, { grant_type: 'refresh_token', refresh_token }, holder);
    expect([renewed.status, renewed.body.token_type]).toEqual([200, 'DPoP']);
  });

  it('DPP-04: are bound to the client where it authenticates, which may take another key', async () => {
    const client = await aClient(app, { token_endpoint_auth_method: 'client_secret_post' });
    const [holder, other] = [await KeyHolder.make(app), await KeyHolder.make(app)];
    const { refresh_token } = await firstTokens(client, holder);
    const renewed = await token(client, { grant_type: 'refresh_token', refresh_token }, other);
    expect([renewed.status, renewed.body.token_type]).toEqual([200, 'DPoP']);
    const notes = await app.get('/notes', await other.headers(renewed.body.access_token, { path: '/notes' }));
    expect(notes.status).toBe(200);
  });

  it('may be set not to rotate where they are bound to a key or to a client that authenticates', async () => {
    const overrides = { refresh_token_rotation: false, dpop_bound_access_tokens: true };
    const client = await aPublicClient(app, overrides);
    const holder = await KeyHolder.make(app);
    const { refresh_token } = await firstTokens(client, holder);
    for (let time = 0; time < 3; time++) {
      app.clock.advance(120);
      const renewed = await token(client, { grant_type: 'refresh_token', refresh_token }, holder);
      expect([renewed.status, renewed.body.refresh_token]).toEqual([200, undefined]);
    }
  });
});
