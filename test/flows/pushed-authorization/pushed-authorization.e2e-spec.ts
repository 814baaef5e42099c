import * as oauth from 'oauth4webapi';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { ForeignApplication } from '../../support/code-flow';
import { KeyHolder } from '../../support/dpop-proof';
import { PageBrowser } from '../../support/page-browser';
import { aClient, aPublicClient, CALLBACK, type TestOAuthClient } from '../../support/test-clients';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('requests that are pushed beforehand (RFC 9126)', () => {
  let app: TestApp;
  let client: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    client = await aClient(app, { token_endpoint_auth_method: 'client_secret_post' });
  });

  afterAll(() => app.close());

  const good = {
    response_type: 'code',
    redirect_uri: CALLBACK,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    prompt: 'consent',
  };

  function push(parameters: Record<string, string>, by: TestOAuthClient | null = client, headers = {}) {
    const credentials =
      by === null ? {} : { client_id: by.id, ...(by.secret === '' ? {} : { client_secret: by.secret }) };
    const body = new URLSearchParams({ ...credentials, ...good, ...parameters });
    return app.post('/oauth/par', body.toString(), { ...FORM, ...headers });
  }

  const authorize = (parameters: Record<string, string>) =>
    `/oauth/authorize?${new URLSearchParams({ client_id: client.id, ...parameters }).toString()}`;

  async function signedIn(): Promise<PageBrowser> {
    const browser = new PageBrowser(app);
    await browser.open('/sign-in');
    return browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
  }

  it('lead a client library to its tokens', async () => {
    const application = new ForeignApplication(app, client, oauth.ClientSecretPost(client.secret));
    const server = await application.discover();
    const url = new URL(await application.authorizationUrl({ scope: 'notes:read' }));
    const response = await oauth.pushedAuthorizationRequest(
      server,
      application.client,
      application.authentication,
      url.searchParams,
      application.options,
    );
    const { request_uri, expires_in } = await oauth.processPushedAuthorizationResponse(
      server,
      application.client,
      response,
    );
    expect([request_uri, expires_in]).toEqual([
      expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
      90,
    ]);
    const browser = new PageBrowser(app);
    await browser.open(authorize({ request_uri }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    expect(await application.redeem(browser)).toMatchObject({ scope: 'notes:read' });
  });

  it('answer 201, and nobody keeps the answer', async () => {
    const { status, headers } = await push({ scope: 'notes:read' });
    expect([status, headers.get('cache-control'), headers.get('content-type')]).toEqual([
      201,
      'no-store',
      'application/json; charset=utf-8',
    ]);
  });

  it('are checked as the authorization endpoint checks them, and refused at once', async () => {
    const refusals: readonly (readonly [Record<string, string>, string])[] = [
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
      [{ scope: 'admin' }, 'invalid_scope'],
      [{ resource: 'https://unknown.example' }, 'invalid_target'],
      [{ code_challenge: '' }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ response_mode: 'web_message' }, 'invalid_request'],
      [{ max_age: 'soon' }, 'invalid_request'],
      [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    ];
    for (const [parameters, error] of refusals) {
      const answer = await push(parameters);
      expect([parameters, answer.status, answer.body.error]).toEqual([parameters, 400, error]);
    }
    const doubled = `client_id=${client.id}&client_secret=${client.secret}&state=a&state=b`;
    expect((await app.post('/oauth/par', doubled, FORM)).body.error).toBe('invalid_request');
  });

  it('PAR-01: are bound to the client that has pushed them', async () => {
    const other = await aClient(app);
    const { request_uri } = (await push({ scope: 'notes:read' })).body;
    const browser = await signedIn();
    await browser.open(authorize({ client_id: other.id, request_uri }));
    expect([browser.path, browser.answer.status]).toEqual(['/oauth/authorize', 400]);
    // Nothing was used up by that.
    expect((await browser.open(authorize({ request_uri }))).path).toBe('/consent');
  });

  it('PAR-01: are answered once: neither again, nor from a second tab', async () => {
    const { request_uri } = (await push({ scope: 'notes:read' })).body;
    const browser = await signedIn();
    const tab = await signedIn();
    await tab.open(authorize({ request_uri }));
    await browser.open(authorize({ request_uri }));
    await browser.submit('#allow');
    expect(browser.isAway).toBe(true);
    for (const late of [await tab.submit('#allow'), await browser.open(authorize({ request_uri }))]) {
      expect([late.isAway, late.answer.status]).toEqual([false, 400]);
    }
  });

  it('PAR-01: expire, but not under the hands of somebody who has begun', async () => {
    const [early, late] = [(await push({ scope: 'notes:read' })).body, (await push({ scope: 'notes:read' })).body];
    const browser = new PageBrowser(app);
    await browser.open(authorize({ request_uri: early.request_uri }));
    app.clock.advance(91);
    const other = await signedIn();
    await other.open(authorize({ request_uri: late.request_uri }));
    expect([other.isAway, other.answer.status]).toEqual([false, 400]);
    app.clock.advance(600);
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(browser.path).toBe('/consent');
    await browser.submit('#allow');
    expect(browser.isAway).toBe(true);
  });

  it('PAR-01: cannot be guessed, and are fetched from nowhere (PAR-05)', async () => {
    const { request_uri } = (await push({})).body as { request_uri: string };
    const browser = await signedIn();
    const next = request_uri.slice(0, -1) + (request_uri.endsWith('A') ? 'B' : 'A');
    for (const guess of [next, `${request_uri}x`, request_uri.slice(0, -1), 'urn:ietf:params:oauth:request_uri:']) {
      await browser.open(authorize({ request_uri: guess }));
      expect([guess, browser.isAway, browser.answer.status]).toEqual([guess, false, 400]);
    }
    for (const address of ['https://app.example.com/request', 'http://127.0.0.1:22/', 'file:///etc/passwd']) {
      await browser.open(authorize({ request_uri: address }));
      expect([address, browser.isAway, browser.answer.status]).toEqual([address, false, 400]);
      expect(browser.text).toContain('request_uri');
    }
  });

  it('PAR-01: are all that counts: what the browser adds is passed over', async () => {
    const { request_uri } = (await push({ scope: 'notes:read', state: 'pushed' })).body;
    const browser = await signedIn();
    const evil = {
      scope: 'notes:read notes:write',
      redirect_uri: 'https://evil.example/',
      state: 'evil',
      prompt: 'none',
    };
    await browser.open(authorize({ request_uri, ...evil }));
    expect(browser.findAll('input[name=scope]').map((box) => box.getAttribute('value'))).toEqual(['notes:read']);
    await browser.submit('#allow');
    expect([browser.url.split('?')[0], browser.parameters.get('state')]).toEqual([CALLBACK, 'pushed']);
  });

  it('PAR-02: are the only ones of a client that is to push', async () => {
    const pusher = await aClient(app, {
      require_pushed_authorization_requests: true,
      token_endpoint_auth_method: 'client_secret_post',
    });
    const browser = await signedIn();
    await browser.open(authorize({ ...good, client_id: pusher.id, scope: 'notes:read' }));
    expect([browser.isAway, browser.parameters.get('error')]).toEqual([true, 'invalid_request']);
    const { request_uri } = (await push({ scope: 'notes:read' }, pusher)).body;
    expect((await browser.open(authorize({ client_id: pusher.id, request_uri }))).path).toBe('/consent');
  });

  it('PAR-03: show the browser nothing of what was pushed, but what the pages say on purpose', async () => {
    const secret = 'patient-4711';
    const { request_uri } = (await push({ scope: 'notes:read', claims: secret, state: secret, acr_values: secret }))
      .body;
    const browser = new PageBrowser(app);
    const seen: string[] = [];
    const look = () =>
      seen.push(
        browser.url,
        browser.answer.text,
        JSON.stringify([...browser.answer.headers]),
        JSON.stringify([...browser.cookies.cookies]),
      );
    await browser.open(authorize({ request_uri }));
    look();
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    look();
    expect(seen.join('\n')).not.toMatch(/4711|NDcxM|patient/);
  });

  it('PAR-04: come from clients that have authenticated as at the token endpoint', async () => {
    for (const by of [
      null,
      { id: client.id, secret: '' },
      { id: client.id, secret: 'wrong' },
      { id: 'nobody', secret: 'x' },
    ]) {
      const answer = await push({}, by);
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    }
    expect((await app.get('/oauth/par')).status).toBe(405);
    expect((await app.post(`/oauth/par?client_id=${client.id}`, '', FORM)).status).toBe(400);
    expect((await app.post('/oauth/par', { client_id: client.id })).status).toBe(415);
  });

  it('carry more than an address could', async () => {
    const long = 'x'.repeat(20_000);
    const { request_uri } = (await push({ scope: 'notes:read', claims: long })).body;
    const browser = new PageBrowser(app);
    await browser.open(authorize({ request_uri }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    expect(browser.isAway).toBe(true);
    expect((await push({ claims: 'x'.repeat(40_000) })).status).toBe(400);
  });

  it('DPP-05: bind the code to the key that the client proves while it pushes (RFC 9449 §10.1)', async () => {
    const app_ = await aPublicClient(app);
    const [holder, other] = [await KeyHolder.make(app), await KeyHolder.make(app)];
    const mismatch = await push({ dpop_jkt: other.jkt }, app_, await holder.header({ path: '/oauth/par' }));
    expect([mismatch.status, mismatch.body.error]).toEqual([400, 'invalid_request']);
    const { request_uri } = (await push({ scope: 'notes:read' }, app_, await holder.header({ path: '/oauth/par' })))
      .body;
    const browser = await signedIn();
    await browser.open(authorize({ client_id: app_.id, request_uri }));
    await browser.submit('#allow');
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: app_.id,
      code: browser.parameters.get('code')!,
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    });
    const answer = await app.post('/oauth/token', body.toString(), { ...FORM, ...(await other.header()) });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('are not there where they are switched off, and a client that is to push gets nothing then', async () => {
    const off = await createTestApp({ env: { OAUTH_FEATURES: '-pushed_authorization_requests' } });
    try {
      expect((await off.get('/.well-known/oauth-authorization-server')).text).not.toContain('pushed');
      expect((await off.post('/oauth/par', '', FORM)).status).toBe(404);
      const pusher = await aClient(off, { require_pushed_authorization_requests: true });
      const browser = new PageBrowser(off);
      await browser.open(authorize({ ...good, client_id: pusher.id }));
      expect([browser.isAway, browser.parameters.get('error')]).toEqual([true, 'invalid_request']);
      await browser.open(
        authorize({
          ...good,
          client_id: pusher.id,
          request_uri: `urn:ietf:params:oauth:request_uri:${'a'.repeat(43)}`,
        }),
      );
      expect(browser.parameters.get('error')).toBe('request_uri_not_supported');
    } finally {
      await off.close();
    }
  });
});
