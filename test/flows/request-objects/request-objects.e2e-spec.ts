import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { ForeignApplication } from '../../support/code-flow';
import { PageBrowser } from '../../support/page-browser';
import { aClient, CALLBACK, type TestOAuthClient } from '../../support/test-clients';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TYPE = 'oauth-authz-req+jwt';

type Header = Readonly<Record<string, unknown>>;

describe('requests that their client has signed (RFC 9101)', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let keys: CryptoKeyPair;
  let others: CryptoKeyPair;
  let serial = 0;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    [keys, others] = [await generateKeyPair('ES256', { extractable: true }), await generateKeyPair('ES256')];
    client = await aClient(app, { ...(await published(keys)), token_endpoint_auth_method: 'client_secret_post' });
  });

  afterAll(() => app.close());

  const published = async ({ publicKey }: CryptoKeyPair) => ({
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] },
  });

  const seconds = () => Math.floor(app.clock.now() / 1_000);

  const claims = (overrides: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
    iss: client.id,
    aud: TEST_ISSUER,
    exp: seconds() + 300,
    nbf: seconds(),
    jti: `request-${String((serial += 1))}`,
    client_id: client.id,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'notes:read',
    state: 'inside',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    prompt: 'consent',
    ...overrides,
  });

  const signed = (payload: JWTPayload, key: CryptoKey = keys.privateKey, header: Header = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: TYPE, ...header }).sign(key);

  const authorize = (parameters: Readonly<Record<string, string>>) =>
    `/oauth/authorize?${new URLSearchParams({ client_id: client.id, ...parameters }).toString()}`;

  async function signedIn(): Promise<PageBrowser> {
    const browser = new PageBrowser(app);
    await browser.open('/sign-in');
    return browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
  }

  function push(parameters: Readonly<Record<string, string>>) {
    const body = new URLSearchParams({ client_id: client.id, client_secret: client.secret, ...parameters });
    return app.post('/oauth/par', body.toString(), FORM);
  }

  it.each(['by value', 'pushed'])('lead a client library to its tokens (%s)', async (way) => {
    const application = new ForeignApplication(app, client, oauth.ClientSecretPost(client.secret));
    const server = await application.discover();
    const plain = new URL(await application.authorizationUrl({ scope: 'notes:read', aud: '' }));
    const key = { key: keys.privateKey, kid: 'k1' };
    const request = await oauth.issueRequestObject(server, application.client, plain.searchParams, key);
    const browser = new PageBrowser(app);
    await browser.open(authorize(way === 'pushed' ? { request_uri: await pushed(request) } : { request }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    if (browser.path === '/consent') await browser.submit('#allow');
    expect(await application.redeem(browser)).toMatchObject({ scope: 'notes:read' });
  });

  async function pushed(request: string): Promise<string> {
    const { status, body } = await push({ request });
    expect(status).toBe(201);
    return body.request_uri as string;
  }

  it('announce themselves', async () => {
    const { body } = await app.get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      require_signed_request_object: false,
    });
    expect(body.request_object_signing_alg_values_supported).toContain('ES256');
    // For old clients of OpenID Connect, which have to be registered for it by an administrator.
    expect(body.request_object_signing_alg_values_supported).toContain('none');
  });

  it('PAR-06: what is signed counts, and nothing that stands beside it', async () => {
    const browser = await signedIn();
    const beside = { scope: 'notes:write', state: 'outside', redirect_uri: 'https://evil.example/', prompt: 'none' };
    await browser.open(authorize({ ...beside, response_type: 'token', request: await signed(claims()) }));
    expect(browser.path).toBe('/consent');
    expect(browser.findAll('input[name=scope]').map((box) => box.getAttribute('value'))).toEqual(['notes:read']);
    await browser.submit('#allow');
    expect([browser.parameters.get('state'), browser.isAway]).toEqual(['inside', true]);
    expect(browser.url.startsWith(`${CALLBACK}?`)).toBe(true);
  });

  it('PAR-06: what is left out of the object is left out', async () => {
    const { code_challenge: left, ...rest } = claims();
    const browser = await signedIn();
    await browser.open(authorize({ code_challenge: left as string, request: await signed(rest) }));
    expect(browser.parameters.get('error')).toBe('invalid_request');
  });

  it('RFC 9101 §5: client_id outside and inside are the same', async () => {
    const other = await aClient(app, await published(keys));
    const browser = await signedIn();
    await browser.open(authorize({ client_id: other.id, request: await signed(claims()) }));
    expect([browser.isAway, browser.answer.status]).toEqual([false, 400]);
  });

  describe('PAR-06: are refused', () => {
    const forgeries: readonly (readonly [string, () => Promise<string> | string])[] = [
      ['unsigned', () => new UnsecuredJWT(claims()).encode()],
      ['signed by another key', () => signed(claims(), others.privateKey)],
      ['with a key unknown to us', () => signed(claims(), keys.privateKey, { kid: 'k2' })],
      [
        'that bring their own key',
        async () => signed(claims(), others.privateKey, { jwk: await exportJWK(others.publicKey) }),
      ],
      ['of the type of an access token', () => signed(claims(), keys.privateKey, { typ: 'at+jwt' })],
      [
        'of the type of a client assertion',
        () => signed(claims(), keys.privateKey, { typ: 'client-authentication+jwt' }),
      ],
      ['for another audience', () => signed(claims({ aud: 'https://elsewhere.example' }))],
      ['without audience', () => signed(claims({ aud: undefined }))],
      ['of another issuer', () => signed(claims({ iss: 'somebody' }))],
      ['without end', () => signed(claims({ exp: undefined }))],
      ['that have expired', () => signed(claims({ exp: seconds() - 120 }))],
      ['that last too long', () => signed(claims({ exp: seconds() + 7_200 }))],
      ['of long ago', () => signed(claims({ nbf: seconds() - 7_200 }))],
      ['from the future', () => signed(claims({ nbf: seconds() + 600 }))],
      ['made in the future', () => signed(claims({ iat: seconds() + 600 }))],
      ['that could be a client assertion', () => signed(claims({ sub: client.id }))],
      ['of another client', () => signed(claims({ client_id: 'somebody' }))],
      ['without client', () => signed(claims({ client_id: undefined }))],
      ['with a request in them', () => signed(claims({ request: 'e30.e30.' }))],
      ['with an address in them', () => signed(claims({ request_uri: 'https://evil.example/' }))],
      ['that are no JWT', () => 'not.a.jwt'],
    ];

    it.each(forgeries)('%s, and the client is told at its own address', async (_, forge) => {
      const request = await forge();
      const browser = await signedIn();
      await browser.open(authorize({ request, redirect_uri: CALLBACK, state: 's', response_type: 'code' }));
      expect([browser.isAway, browser.parameters.get('error'), browser.parameters.get('state')]).toEqual([
        true,
        'invalid_request_object',
        's',
      ]);
      expect((await push({ request })).body.error).toBe('invalid_request_object');
    });

    it('at no address that the client has not registered', async () => {
      const browser = await signedIn();
      for (const redirect_uri of ['https://evil.example/', '']) {
        await browser.open(authorize({ request: 'x', ...(redirect_uri === '' ? {} : { redirect_uri }) }));
        expect([browser.isAway, browser.answer.status]).toEqual([false, 400]);
      }
    });

    it('in an algorithm that is not the registered one', async () => {
      const picky = await aClient(app, { ...(await published(keys)), request_object_signing_alg: 'PS256' });
      const request = await signed(claims({ iss: picky.id, client_id: picky.id }));
      const browser = await signedIn();
      await browser.open(authorize({ client_id: picky.id, request, redirect_uri: CALLBACK }));
      expect(browser.parameters.get('error')).toBe('invalid_request_object');
    });
  });

  it('are answered once, in one tab (FAPI 2.0 Message Signing §5.3.1)', async () => {
    const request = await signed(claims());
    const [browser, tab] = [await signedIn(), await signedIn()];
    await tab.open(authorize({ request }));
    await browser.open(authorize({ request }));
    await browser.submit('#allow');
    expect(browser.isAway).toBe(true);
    app.clock.advance(600);
    for (const late of [await tab.submit('#allow'), await (await signedIn()).open(authorize({ request }))]) {
      expect([late.isAway && late.parameters.has('code')]).toEqual([false]);
    }
  });

  it('are all that a client takes that wants to sign its requests', async () => {
    const strict = await aClient(app, {
      ...(await published(keys)),
      token_endpoint_auth_method: 'client_secret_post',
      require_signed_request_object: true,
    });
    const inside = claims({ iss: strict.id, client_id: strict.id });
    const browser = await signedIn();
    await browser.open(authorize({ client_id: strict.id, redirect_uri: CALLBACK, response_type: 'code' }));
    expect(browser.parameters.get('error')).toBe('invalid_request');
    await browser.open(authorize({ client_id: strict.id, request: await signed(inside) }));
    expect(browser.path).toBe('/consent');
    await browser.submit('#allow');
    expect(browser.parameters.has('code')).toBe(true);
  });

  it('are refused by name where they are switched off (RFC 9101 §6.1)', async () => {
    const without = await createTestApp({ env: { OAUTH_FEATURES: '-request_objects' } });
    try {
      const { id } = await aClient(without);
      const browser = new PageBrowser(without);
      await browser.open(
        `/oauth/authorize?${new URLSearchParams({ client_id: id, redirect_uri: CALLBACK, request: 'a.b.c' }).toString()}`,
      );
      expect(browser.parameters.get('error')).toBe('request_not_supported');
      const { body } = await without.get('/.well-known/oauth-authorization-server');
      expect(body.request_parameter_supported).toBeFalsy();
    } finally {
      await without.close();
    }
  });
});
