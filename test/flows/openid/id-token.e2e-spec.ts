import { createHash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, type JWTVerifyResult } from 'jose';
import * as oauth from 'oauth4webapi';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { PageBrowser } from '../../support/page-browser';
import { aClient, type TestOAuthClient } from '../../support/test-clients';

const SCOPE = 'openid profile email notes:read offline_access';

describe('ID tokens', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
  });

  afterAll(() => app.close());

  const client = (metadata: Readonly<Record<string, unknown>> = {}) =>
    aClient(app, { scope: 'openid profile email notes:read', ...metadata });

  const signIn = async (made: TestOAuthClient, parameters: Readonly<Record<string, string>> = {}) => {
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    application.nonce = parameters.nonce;
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: SCOPE, ...parameters }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    return { application, browser };
  };

  const verified = async (token: string, options: { alg: string; audience: string }): Promise<JWTVerifyResult> => {
    const keys = (await app.get('/jwks.json')).body as unknown as JSONWebKeySet;
    return jwtVerify(token, createLocalJWKSet(keys), {
      issuer: app.settings.issuer,
      audience: options.audience,
      algorithms: [options.alg],
      currentDate: new Date(app.clock.now()),
    });
  };

  it.each([
    ['RS256', {}, 'sha256'],
    ['RS256', { id_token_signed_response_alg: 'RS256' }, 'sha256'],
    ['ES256', { id_token_signed_response_alg: 'ES256' }, 'sha256'],
    ['PS256', { id_token_signed_response_alg: 'PS256' }, 'sha256'],
    ['EdDSA', { id_token_signed_response_alg: 'EdDSA' }, 'sha512'],
  ])('are signed with %s for a client registered as %j (OpenID Connect Core §2)', async (alg, metadata, hash) => {
    const made = await client(metadata);
    const { application, browser } = await signIn(made, { nonce: 'n-0S6_WzA2Mj' });
    const tokens = await application.redeem(browser);
    const { payload, protectedHeader } = await verified(tokens.id_token!, { alg, audience: made.id });
    expect(protectedHeader).toMatchObject({ alg, typ: 'JWT', kid: expect.any(String) as string });
    const digest = createHash(hash).update(tokens.access_token).digest();
    expect(payload).toMatchObject({
      sub: (await app.get('/oauth/userinfo', { authorization: `Bearer ${tokens.access_token}` })).body.sub as string,
      azp: made.id,
      nonce: 'n-0S6_WzA2Mj',
      iat: Math.floor(app.clock.now() / 1_000),
      exp: Math.floor(app.clock.now() / 1_000) + 3_600,
      auth_time: expect.any(Number) as number,
      amr: ['pwd'],
      acr: expect.any(String) as string,
      sid: expect.any(String) as string,
      at_hash: digest.subarray(0, digest.length / 2).toString('base64url'),
    });
  });

  it('come with every sign-in that is allowed: openid cannot be unticked, whatever the form says (OpenID Connect Core §3.1.2.1)', async () => {
    const made = await client();
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: SCOPE }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(browser.findAll('input[name=scope][disabled]').map(({ id }) => id)).toEqual(['scope-openid']);
    await browser.submit('#allow', { scope: [] });
    const tokens = await application.redeem(browser);
    expect(tokens).toMatchObject({ scope: 'openid', id_token: expect.any(String) as string });
  });
});
