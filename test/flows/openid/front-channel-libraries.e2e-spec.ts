import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { signedIn } from '../../support/hand-made-flow';
import { anOldClient, metadataFor, OLD_CLIENTS } from '../../support/old-clients';
import { openidConfiguration } from '../../support/openid-config';
import { PageBrowser } from '../../support/page-browser';
import { aClient, CALLBACK } from '../../support/test-clients';

const SCOPE = 'openid email notes:read';

describe('client libraries that read answers of the authorization endpoint', () => {
  let app: TestApp;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp({ env: OLD_CLIENTS });
    await app.register('alice');
    browser = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  it('openid-client: implicit flow with an ID token alone, after sign-in and consent (OpenID Connect Core §3.2)', async () => {
    const made = await aClient(app, { ...metadataFor('id_token'), profile: 'compat' });
    const config = await openidConfiguration(app, made);
    openid.useIdTokenResponseType(config);
    const nonce = openid.randomNonce();
    const state = openid.randomState();
    const fresh = new PageBrowser(app);
    await fresh.open(openid.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: SCOPE, nonce, state }).href);
    await fresh.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await fresh.submit('#allow');
    const claims = await openid.implicitAuthentication(config, new URL(fresh.url), nonce, { expectedState: state });
    expect(claims).toMatchObject({ aud: made.id, email: 'alice@example.com' });
  });

  it('openid-client: hybrid flow, code id_token (OpenID Connect Core §3.3)', async () => {
    const made = await anOldClient(app, 'code id_token');
    const config = await openidConfiguration(app, made);
    openid.useCodeIdTokenResponseType(config);
    const verifier = openid.randomPKCECodeVerifier();
    const expected = { expectedNonce: openid.randomNonce(), expectedState: openid.randomState() };
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: SCOPE,
      nonce: expected.expectedNonce,
      state: expected.expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    await browser.open(url.href);
    const tokens = await openid.authorizationCodeGrant(config, new URL(browser.url), {
      ...expected,
      pkceCodeVerifier: verifier,
    });
    expect(tokens.claims()).toMatchObject({ aud: made.id, nonce: expected.expectedNonce });
  });

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'])(
    'openid-client: code flow with a response signed with %s (JARM §2.3.4)',
    async (alg) => {
      const made = await aClient(app, { skip_consent: true, authorization_signed_response_alg: alg });
      const config = await openidConfiguration(app, made);
      openid.useJwtResponseMode(config);
      const verifier = openid.randomPKCECodeVerifier();
      const state = openid.randomState();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'notes:read',
        state,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      await browser.open(url.href);
      const expected = { expectedState: state, pkceCodeVerifier: verifier };
      const tokens = await openid.authorizationCodeGrant(config, new URL(browser.url), expected);
      expect(tokens.scope).toBe('notes:read');
      const alone = { prompt: 'none', response_mode: 'jwt', scope: 'notes:unknown', state };
      await browser.open(openid.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, ...alone }).href);
      // An error is as well signed as a code.
      await expect(openid.authorizationCodeGrant(config, new URL(browser.url), expected)).rejects.toMatchObject({
        error: 'invalid_request',
      });
    },
  );

  it('oauth4webapi: an ID token as the detached signature of code and state (OpenID Connect Core §3.3.2.11, JWT-19)', async () => {
    const made = await anOldClient(app, 'code id_token');
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    application.nonce = oauth.generateRandomNonce();
    const server = await application.discover();
    await browser.open(await application.authorizationUrl({ response_type: 'code id_token', scope: SCOPE }));
    const read = (parameters: URLSearchParams) =>
      oauth.validateDetachedSignatureResponse(
        server,
        application.client,
        parameters,
        application.nonce!,
        application.state,
        undefined,
        application.options,
      );
    await expect(read(browser.parameters)).resolves.toBeInstanceOf(URLSearchParams);
    // Somebody else's code beside the ID token of this answer, or another state.
    for (const name of ['code', 'state']) {
      const changed = new URLSearchParams(browser.parameters);
      changed.set(name, `${changed.get(name)}x`);
      await expect(read(changed)).rejects.toThrow();
    }
  });

  it('oauth4webapi: a response for one client is none for another (JARM §2.4)', async () => {
    const made = await aClient(app, { skip_consent: true });
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const server = await application.discover();
    await browser.open(await application.authorizationUrl({ response_mode: 'jwt', scope: 'notes:read' }));
    const read = (client: oauth.Client) =>
      oauth.validateJwtAuthResponse(server, client, browser.parameters, application.state, application.options);
    expect((await read(application.client)).get('code')).toMatch(/^ghc_/);
    await expect(read({ ...application.client, client_id: 'another' })).rejects.toThrow();
  });
});
