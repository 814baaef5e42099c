import { createHash } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { ecKeyPair } from '../../support/client-credentials';
import { createTestApp, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { authorizationParameters, authorizationPath, sendAs, signedIn } from '../../support/hand-made-flow';
import type { PageBrowser } from '../../support/page-browser';
import { StrangersWeb } from '../../support/strangers-web';
import { aClient, CALLBACK, type TestOAuthClient } from '../../support/test-clients';

const SCOPE = 'openid notes:read';
const PLACE = 'https://requests.example/request.jwt';

describe('request objects of OpenID Connect', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let browser: PageBrowser;
  const { privateKey, jwk } = ecKeyPair('k1');
  const jwks = { keys: [jwk] };

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web });
    await app.register('alice');
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  beforeEach(async () => {
    app.clock.advance(61);
    browser = await signedIn(app, 'alice');
  });

  const client = (metadata: Readonly<Record<string, unknown>> = {}) =>
    aClient(app, { scope: SCOPE, skip_consent: true, jwks, ...metadata });
  const old = (metadata: Readonly<Record<string, unknown>> = {}) => client({ profile: 'compat', ...metadata });
  const unsigning = (metadata: Readonly<Record<string, unknown>> = {}) =>
    old({ request_object_signing_alg: 'none', ...metadata });

  const unsigned = (claims: JWTPayload) => new UnsecuredJWT(claims).encode();
  const signed = (claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);
  /** What RFC 9101 wants to be inside. */
  const whole = ({ id }: TestOAuthClient, changes: JWTPayload = {}): JWTPayload => ({
    ...Object.fromEntries(authorizationParameters(id, { scope: SCOPE })),
    iss: id,
    aud: TEST_ISSUER,
    exp: Math.floor(app.clock.now() / 1_000) + 60,
    ...changes,
  });

  const ask = (made: TestOAuthClient, changes: Readonly<Record<string, string>>) =>
    browser.open(authorizationPath(authorizationParameters(made.id, { scope: SCOPE, ...changes })));
  const outcome = () => browser.parameters.get('error') ?? (browser.parameters.has('code') ? 'code' : browser.path);
  const digestOf = (content: string) => createHash('sha256').update(content).digest('base64url');

  describe('of old clients (OpenID Connect Core §6.1)', () => {
    it('need not be signed where that is registered, and are completed by what stands beside them', async () => {
      const made = await unsigning();
      await ask(made, { state: 'outside', request: unsigned({ state: 'inside', client_id: made.id }) });
      expect([outcome(), browser.parameters.get('state')]).toEqual(['code', 'inside']);
    });

    it('may be signed and say no more than they have to', async () => {
      const made = await old();
      await ask(made, { state: 'outside', request: await signed({ nonce: 'n', redirect_uri: CALLBACK }) });
      expect([outcome(), browser.parameters.get('state')]).toEqual(['code', 'outside']);
    });

    it('are held to what they do say', async () => {
      const made = await old();
      const past = Math.floor(app.clock.now() / 1_000) - 600;
      for (const claims of [{ iss: 'x' }, { aud: 'x' }, { exp: past }, { client_id: 'x' }, { request_uri: PLACE }]) {
        await ask(made, { request: await signed(claims) });
        expect([claims, outcome()]).toEqual([claims, 'invalid_request_object']);
      }
    });

    it('say the same response_type and client_id as stand beside them, where both have to stand', async () => {
      const made = await unsigning();
      await ask(made, { request: unsigned({ response_type: 'token' }) });
      expect(outcome()).toBe('invalid_request');
      await ask(made, { response_type: '', request: unsigned({ response_type: 'code' }) });
      expect(outcome()).toBe('invalid_request');
    });

    it('follow RFC 9101 where the request beside them is none of OpenID Connect', async () => {
      const made = await old();
      await ask(made, { scope: 'notes:read', request: await signed({ state: 'inside' }) });
      expect(outcome()).not.toBe('code');
    });
  });

  describe('JWT-15: without a signature', () => {
    it.each([
      ['of a client of another profile', { request_object_signing_alg: 'none' }],
      [
        'of a client that is to sign',
        { ...{ request_object_signing_alg: 'none', profile: 'compat' }, require_signed_request_object: true },
      ],
    ])('cannot be registered: %s', async (_, metadata) => {
      await expect(client(metadata)).rejects.toThrow('was not registered');
    });

    it('are refused unless that is what is registered, and in every spelling but one', async () => {
      const [signing, made] = [await old({ request_object_signing_alg: 'ES256' }), await unsigning()];
      for (const one of [signing, await old(), await client(), await old({ require_signed_request_object: true })]) {
        await ask(one, { request: unsigned(whole(one)) });
        expect(outcome()).toBe('invalid_request_object');
      }
      const [, payload = ''] = unsigned(whole(made)).split('.');
      const header = (alg: string, more = {}) => Buffer.from(JSON.stringify({ alg, ...more })).toString('base64url');
      const odd = [
        ...['None', 'NONE', 'nOnE', 'none ', ''].map((alg) => `${header(alg)}.${payload}.`),
        ...[`${header('none')}.${payload}.AAAA`, `${header('none')}.${payload}`, `${header('none')}.${payload}..`],
        `${header('none', { crit: ['exp'] })}.${payload}.`,
        await signed(whole(made)),
      ];
      for (const request of odd) {
        await ask(made, { request });
        expect([request, outcome()]).toEqual([request, 'invalid_request_object']);
      }
    });
  });

  it('PAR-06: are for other clients only what is inside, numbers and objects among it (RFC 9101 §4)', async () => {
    const made = await client();
    await ask(made, { request: await signed(whole(made, { scope: undefined })) });
    // The scope beside it counts for nothing, so that it is no request of OpenID Connect.
    expect(outcome()).not.toBe('invalid_request_object');
    app.clock.advance(120);
    await ask(made, { request: await signed(whole(made, { max_age: 60, claims: { id_token: { acr: null } } })) });
    expect(outcome()).toBe('/sign-in');
    await ask(made, { request: await signed(whole(made, { max_age: 600 })) });
    expect(outcome()).toBe('code');
  });

  describe('by reference (RFC 9101 §5.2, OpenID Connect Core §6.2)', () => {
    const serve = (content: string, place = PLACE) => web.serve(place, content, { 'content-type': 'application/jwt' });

    it('are fetched from an address that the client has registered', async () => {
      const made = await client({ request_uris: [PLACE] });
      serve(await signed(whole(made, { state: 'fetched' })));
      await ask(made, { request_uri: PLACE });
      expect([outcome(), browser.parameters.get('state')]).toEqual(['code', 'fetched']);
    });

    it('of old clients need not be signed, and are good again and again', async () => {
      const made = await unsigning({ request_uris: ['https://old.example/r'] });
      serve(unsigned({ state: 'fetched', jti: 'once' }), 'https://old.example/r');
      for (let time = 0; time < 2; time++) {
        await ask(made, { request_uri: 'https://old.example/r' });
        expect([outcome(), browser.parameters.get('state')]).toEqual(['code', 'fetched']);
      }
      expect(web.count('https://old.example/r')).toBe(1);
    });

    it('are what their fragment says, and are fetched anew where what is kept is not', async () => {
      const place = 'https://hashed.example/r';
      const made = await unsigning({ request_uris: [place] });
      for (const state of ['first', 'second']) {
        const content = unsigned({ state });
        serve(content, place);
        app.clock.advance(11);
        await ask(made, { request_uri: `${place}#${digestOf(content)}` });
        expect([outcome(), browser.parameters.get('state')]).toEqual(['code', state]);
      }
      app.clock.advance(11);
      await ask(made, { request_uri: `${place}#${digestOf('another')}` });
      expect(outcome()).toBe('invalid_request_uri');
      const asked = web.count(place);
      for (let time = 0; time < 5; time++) await ask(made, { request_uri: `${place}#${digestOf(`guess ${time}`)}` });
      expect(web.count(place)).toBe(asked);
    });

    it('may have a digest registered with their address that was made before them (OpenID Connect Core §6.2)', async () => {
      const place = `https://versioned.example/r#${digestOf('what was there before')}`;
      const made = await unsigning({ request_uris: [place] });
      serve(unsigned({ state: 'fetched' }), 'https://versioned.example/r');
      await ask(made, { request_uri: place });
      expect([outcome(), browser.parameters.get('state')]).toEqual(['code', 'fetched']);
    });

    it('PAR-05: are fetched from nowhere else', async () => {
      const place = 'https://registered.example/r';
      const made = await unsigning({ request_uris: [place, `${place}/pinned#${digestOf('pinned')}`] });
      const before = [web.requests.length, web.connections.length, web.questions.length];
      const elsewhere = [
        ...['https://evil.example/r', 'http://127.0.0.1:22/', 'http://169.254.169.254/', 'gopher://evil.example/'],
        ...['file:///etc/passwd', `${place}#fragment`, `${place}?x`, `${place}/`, `${place}/pinned`, 'data:,x'],
        ...['https://registered.example:8443/r', 'https://registered.example@evil.example/r', place.toUpperCase()],
      ];
      for (const address of elsewhere) {
        await ask(made, { request_uri: address });
        expect([address, outcome()]).toEqual([address, 'invalid_request_uri']);
      }
      expect([web.requests.length, web.connections.length, web.questions.length]).toEqual(before);
    });

    it('DCR-02: are fetched from no neighbour, although a client has registered it, and by no redirect', async () => {
      web.point('inside.example', ['10.0.0.1']);
      web.serve('https://moved.example/r', '', { location: PLACE }, 302);
      const inside = [
        'https://127.0.0.1/r',
        'https://[::1]/r',
        'https://169.254.169.254/r',
        'https://inside.example/r',
      ];
      const made = await unsigning({ request_uris: [...inside, 'https://moved.example/r'] });
      const before = web.connections.length;
      for (const address of inside) {
        await ask(made, { request_uri: address });
        expect([address, outcome()]).toEqual([address, 'invalid_request_uri']);
      }
      expect(web.connections.length).toBe(before);
      const asked = web.count(PLACE);
      await ask(made, { request_uri: 'https://moved.example/r' });
      expect([outcome(), web.count(PLACE)]).toEqual(['invalid_request_uri', asked]);
    });

    it('DOS-10: are not read where they are longer than any request', async () => {
      const made = await unsigning({ request_uris: ['https://long.example/r'] });
      serve('x'.repeat(20_000), 'https://long.example/r');
      await ask(made, { request_uri: 'https://long.example/r' });
      expect(outcome()).toBe('invalid_request_uri');
    });

    it('do not stand beside others, nor in pushed requests', async () => {
      const made = await unsigning({ request_uris: [PLACE] });
      await ask(made, { request_uri: PLACE, request: unsigned({}) });
      expect(outcome()).toBe('invalid_request');
      const { body } = await sendAs(app, made, { client_id: made.id, request_uri: PLACE }, '/oauth/par');
      expect(body.error).toBe('invalid_request');
    });

    it('are told of at no address that the client has not registered', async () => {
      const made = await unsigning();
      await ask(made, { request_uri: PLACE, redirect_uri: 'https://evil.example/' });
      expect([browser.isAway, browser.answer.status]).toEqual([false, 400]);
    });

    it('are refused by name where they are switched off, and those that this server has given are not', async () => {
      const without = await createTestApp({ env: { OAUTH_FEATURES: '-request_uri' }, network: web });
      try {
        await without.register('alice');
        const made = await aClient(without, { request_uris: [PLACE], skip_consent: true });
        const visitor = await signedIn(without, 'alice');
        const parameters = authorizationParameters(made.id, { request_uri: PLACE });
        await visitor.open(authorizationPath(parameters));
        expect(visitor.parameters.get('error')).toBe('request_uri_not_supported');
        const form = Object.fromEntries(authorizationParameters(made.id));
        const { request_uri: given } = (await sendAs(without, made, form, '/oauth/par')).body as Record<string, string>;
        await visitor.open(
          authorizationPath([
            ['client_id', made.id],
            ['request_uri', given!],
          ]),
        );
        expect(visitor.parameters.has('code')).toBe(true);
        const { body } = await without.get('/.well-known/oauth-authorization-server');
        expect(body.request_uri_parameter_supported).toBe(false);
      } finally {
        await without.close();
      }
    });
  });
});
