import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { InitialAccessTokens } from '../../../src/clients/initial-access-tokens';
import { Reader } from '../../../src/database/reader';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { networkTo } from '../../support/foreign-client';
import { ApiDescription } from '../../support/openapi';
import { PageBrowser } from '../../support/page-browser';
import { raceRounds } from '../../support/race-rounds';
import { aDescription, anInitialToken, REGISTRATION_ON, selfRegister } from '../../support/self-registration';
import { CALLBACK } from '../../support/test-clients';
import { faultOf } from '../../support/verdicts';

const ROUNDS = raceRounds(1);
const HOUR = 3_600;

describe('an application that registers itself (RFC 7591)', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: REGISTRATION_ON });
    await app.register('alice');
  });

  beforeEach(() => {
    // Another window for the limits.
    app.clock.advance(HOUR);
  });

  afterAll(() => app.close());

  const register = (overrides: Readonly<Record<string, unknown>> = {}, token?: string) =>
    selfRegister(app, overrides, token);
  const refusal = async (overrides: Readonly<Record<string, unknown>>) => {
    const answer = await register(overrides);
    expect(faultOf(answer)).toBeNull();
    return [answer.status, answer.body.error];
  };
  const clients = () => app.resolve(Reader).query(`SELECT id FROM clients WHERE origin = 'dynamic'`);

  it('does so knowing the issuer and its token alone, and is shown as one that nobody has checked', async () => {
    const options = { [oauth.customFetch]: networkTo(app), [oauth.allowInsecureRequests]: true } as const;
    const issuer = new URL(TEST_ISSUER);
    const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options });
    const server = await oauth.processDiscoveryResponse(issuer, discovered);
    expect(server.registration_endpoint).toBe(`${TEST_ISSUER}/oauth/register`);
    const description = aDescription({ token_endpoint_auth_method: 'client_secret_basic' });
    const answer = await oauth.dynamicClientRegistrationRequest(
      server,
      description as Partial<oauth.OmitSymbolProperties<oauth.Client>>,
      {
        ...options,
        initialAccessToken: await anInitialToken(app),
      },
    );
    const made = await oauth.processDynamicClientRegistrationResponse(answer);
    expect(made).toMatchObject({ client_name: 'Visiting Printer', client_secret_expires_at: 0 });
    const secret = made.client_secret as string;
    const printer = new ForeignApplication(app, { id: made.client_id, secret }, oauth.ClientSecretBasic(secret));
    const browser = new PageBrowser(app);
    await browser.open(await printer.authorizationUrl({ scope: 'notes:read notes:write' }));
    expect(browser.text).toContain('Visiting Printer (not checked)');
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect([browser.path, browser.heading]).toEqual(['/consent', 'Visiting Printer']);
    expect(browser.text).toContain('app.example.com');
    expect(browser.text).toContain('nobody at Gatehouse has checked its name');
    await browser.submit('#allow');
    const tokens = await printer.redeem(browser);
    expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(200);
    expect((await printer.refresh(tokens.refresh_token!)).scope).toBe('notes:read notes:write');
  });

  it('can be one of another library, without credentials', async () => {
    const config = await openid.dynamicClientRegistration(
      new URL(TEST_ISSUER),
      { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' },
      openid.None(),
      {
        initialAccessToken: await anInitialToken(app),
        algorithm: 'oauth2',
        execute: [openid.allowInsecureRequests],
        [openid.customFetch]: networkTo(app),
      },
    );
    expect(config.clientMetadata()).toMatchObject({ token_endpoint_auth_method: 'none' });
    expect(config.clientMetadata().client_secret).toBeUndefined();
  });

  it('is told all that was registered (RFC 7591 §3.2.1)', async () => {
    const answer = await register({ logo_uri: 'https://app.example.com/logo.png', unheard_of: 1 });
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual([
      201,
      'no-store',
      expect.stringMatching(/^application\/json/),
    ]);
    const { client_id: id, ...rest } = answer.body;
    expect(rest).toEqual({
      ...aDescription(),
      client_id_issued_at: Math.floor(app.clock.now() / 1_000),
      registration_access_token: expect.stringMatching(/^ghr_[\w-]{43}$/),
      registration_client_uri: `${TEST_ISSUER}/oauth/register/${id}`,
      logo_uri: 'https://app.example.com/logo.png',
      response_types: ['code'],
      id_token_signed_response_alg: 'RS256',
      authorization_signed_response_alg: 'RS256',
      scope: expect.stringContaining('notes:read'),
      application_type: 'web',
      subject_type: 'public',
      request_uris: [],
      dpop_bound_access_tokens: false,
      require_pushed_authorization_requests: false,
      require_signed_request_object: false,
      post_logout_redirect_uris: [],
      default_acr_values: [],
      require_auth_time: false,
      backchannel_logout_session_required: false,
      frontchannel_logout_session_required: false,
    });
  });

  it('TOK-12: leaves nothing at rest by which somebody could pass for it, or register another', async () => {
    const token = await anInitialToken(app);
    const { body } = await register({ token_endpoint_auth_method: 'client_secret_post' }, token);
    const tables = ['clients', 'client_secrets', 'initial_access_tokens', 'audit_events'];
    const rows = await Promise.all(tables.map((table) => app.resolve(Reader).query(`SELECT * FROM ${table}`)));
    const kept = JSON.stringify(rows);
    expect(kept).toContain(body.client_id);
    for (const secret of [token, body.client_secret, body.registration_access_token]) {
      expect(kept.includes(String(secret))).toBe(false);
    }
  });

  describe('DCR-04: is let in by a token only', () => {
    it.each<[string, () => Promise<Record<string, string>>]>([
      ['none at all', () => Promise.resolve({})],
      ['a made-up one', () => Promise.resolve({ authorization: `Bearer ghi_${'A'.repeat(43)}` })],
      ['one of another scheme', async () => ({ authorization: `Basic ${await anInitialToken(app)}` })],
      [
        'an access token',
        async () => {
          await app.register('bob');
          return { authorization: `Bearer ${(await app.login('bob')).body.access_token}` };
        },
      ],
      [
        'a registration access token',
        async () => ({
          authorization: `Bearer ${(await register()).body.registration_access_token}`,
        }),
      ],
      [
        'one that has expired',
        async () => {
          const token = await anInitialToken(app, { lifetime: 60 });
          app.clock.advance(60);
          return { authorization: `Bearer ${token}` };
        },
      ],
      [
        'one that was used up',
        async () => {
          const token = await anInitialToken(app, { uses: 1 });
          expect((await register({}, token)).status).toBe(201);
          return { authorization: `Bearer ${token}` };
        },
      ],
      [
        'one that was taken back',
        async () => {
          const token = await anInitialToken(app, { label: 'taken back' });
          const known = (await app.resolve(InitialAccessTokens).list()).find(({ label }) => label === 'taken back');
          await app.resolve(InitialAccessTokens).revoke(known!.id, { address: null, requestId: null });
          return { authorization: `Bearer ${token}` };
        },
      ],
    ])('and not by %s', async (_what, headersOf) => {
      const headers = await headersOf();
      const before = (await clients()).length;
      const answer = await app.post('/oauth/register', aDescription(), headers);
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
      // No metadata of a resource leads to a token that an operator hands out (RFC 9728 §5.1).
      const fault = 'Bearer error="invalid_token", error_description="The access token is not valid here."';
      const isSilent = headers['authorization'] === undefined;
      expect(answer.headers.get('www-authenticate')).toBe(isSilent ? 'Bearer' : fault);
      expect(await clients()).toHaveLength(before);
    });
  });

  it('RAC-05: does not share the one use of a token with those who come at the same time', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const token = await anInitialToken(app, { uses: 3 });
      const before = (await clients()).length;
      const answers = await Promise.all(Array.from({ length: 12 }, () => register({}, token)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, ...Array<number>(9).fill(401)]);
      expect(await clients()).toHaveLength(before + 3);
      app.clock.advance(HOUR);
    }
  });

  it('loses no use of its token by a mistake', async () => {
    const token = await anInitialToken(app, { uses: 1 });
    expect((await register({ redirect_uris: ['http://evil.example/'] }, token)).status).toBe(400);
    expect((await register({}, token)).status).toBe(201);
  });

  it('DCR-05: gives itself no privilege', async () => {
    const wanted = {
      ...{ skip_consent: true, first_party: 1, firstParty: true, trusted: true, isAdmin: true, enabled: true },
      ...{ require_pkce: false, profile: 'compat', access_token_lifetime: 9_999_999, refresh_token_rotation: false },
      ...{ client_id: 'chosen', client_secret: 's'.repeat(43), id: 'chosen', role: 'admin', origin: 'administrator' },
      ...{ is_public: true, audience: 'https://victim.example', resources: ['https://victim.example'] },
      grant_types: ['authorization_code', 'client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      scope: 'admin roles notes:read',
    };
    const { status, body } = await register(wanted);
    expect([status, body.grant_types, body.scope]).toEqual([201, ['authorization_code'], 'notes:read']);
    expect(body.client_id).not.toBe('chosen');
    const privileges = ['skip_consent', 'first_party', 'require_pkce', 'profile', 'client_secret', 'role', 'audience'];
    expect(Object.keys(body).filter((name) => privileges.includes(name))).toEqual([]);
    const [row] = await app
      .resolve(Reader)
      .query<Record<string, unknown>>(`SELECT * FROM clients WHERE id = '${body.client_id}'`);
    expect(row).toMatchObject({ origin: 'dynamic', first_party: 0 });
    expect(JSON.parse(String(row!['metadata']))).toMatchObject({
      ...{ skip_consent: false, require_pkce: true, profile: 'oauth2.1', refresh_token_rotation: true },
    });
    expect(await refusal({ grant_types: ['client_credentials'] })).toEqual([400, 'invalid_client_metadata']);
  });

  it('DCR-05: is safe where it says nothing', async () => {
    const { body } = await app
      .withToken(await anInitialToken(app))
      .post('/oauth/register', { redirect_uris: [CALLBACK] });
    expect(body).toMatchObject({
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['RDR-08: an address that runs', { redirect_uris: ['javascript:alert(1)//'] }, 'invalid_redirect_uri'],
    ['RDR-08: the same in capitals', { redirect_uris: ['JaVaScRiPt:alert(1)'] }, 'invalid_redirect_uri'],
    ['RDR-08: data for an address', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
    ['RDR-08: a home page that runs', { client_uri: ' javascript:alert(1)' }, 'invalid_client_metadata'],
    ['RDR-08: a logo that is a file', { logo_uri: 'file:///etc/passwd' }, 'invalid_client_metadata'],
    ['RDR-08: terms that are a blob', { tos_uri: 'blob:https://x/y' }, 'invalid_client_metadata'],
    ['RDR-09: a fragment', { redirect_uris: ['https://app.example.com/cb#x'] }, 'invalid_redirect_uri'],
    ['RDR-09: an empty fragment', { redirect_uris: ['https://app.example.com/cb#'] }, 'invalid_redirect_uri'],
    ['RDR-10: a line break', { redirect_uris: ['https://app.example.com/cb\r\nX: y'] }, 'invalid_redirect_uri'],
    ['DCR-01: keys inside', { jwks_uri: 'http://127.0.0.1/keys' }, 'invalid_client_metadata'],
    [
      'JWT-14: a private key',
      { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } },
      'invalid_client_metadata',
    ],
    ['DCR-09: a name that turns the writing round', { client_name: 'A\u202Efdp' }, 'invalid_client_metadata'],
    ['DCR-09: a name of 10 kB', { client_name: 'A'.repeat(10_000) }, 'invalid_client_metadata'],
    [
      'DCR-12: 1,000 addresses',
      { redirect_uris: Array.from({ length: 1_000 }, (_, n) => `https://a.example/${n}`) },
      'invalid_redirect_uri',
    ],
    [
      'DCR-12: 1,000 contacts',
      { contacts: Array.from({ length: 1_000 }, (_, n) => `${n}@a.example`) },
      'invalid_client_metadata',
    ],
    ['DCR-13: an address for the list', { redirect_uris: CALLBACK }, 'invalid_redirect_uri'],
    ['DCR-13: an object for the list', { redirect_uris: { '0': CALLBACK } }, 'invalid_redirect_uri'],
    ['DCR-13: nothing in the list', { redirect_uris: [null] }, 'invalid_redirect_uri'],
    ['DCR-13: a list in the list', { redirect_uris: [[CALLBACK]] }, 'invalid_redirect_uri'],
    ['DCR-13: a number in the list', { redirect_uris: [1] }, 'invalid_redirect_uri'],
    ['DCR-13: a number for a name', { client_name: 1 }, 'invalid_client_metadata'],
    ['DCR-13: a list for the scopes', { scope: ['notes:read'] }, 'invalid_client_metadata'],
    ['DCR-13: a word for the grants', { grant_types: 'authorization_code' }, 'invalid_client_metadata'],
    ['DCR-13: numbers for grants', { grant_types: [1, null, {}] }, 'invalid_client_metadata'],
    ['DCR-13: an inherited name', { token_endpoint_auth_method: 'toString' }, 'invalid_client_metadata'],
  ])('cannot have %s', async (_what, changes, error) => {
    expect(await refusal(changes)).toEqual([400, error]);
  });

  it.each<[string, string, string, number]>([
    ['a list', '[]', 'application/json', 400],
    ['null', 'null', 'application/json', 400],
    ['nothing', '', 'application/json', 400],
    ['a byte order mark', `\uFEFF${JSON.stringify(aDescription())}`, 'application/json', 400],
    ['a prototype', '{"__proto__":{"x":1}}', 'application/json', 400],
    ['depth', `{"jwks":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'application/json', 400],
    ['a form', 'redirect_uris=x', 'application/x-www-form-urlencoded', 415],
    ['a megabyte', JSON.stringify(aDescription({ padding: 'x'.repeat(1_000_000) })), 'application/json', 413],
  ])('DCR-12, DCR-13: breaks nothing with %s for a body', async (_what, body, type, status) => {
    const client = app.withToken(await anInitialToken(app));
    const answer = await client.post('/oauth/register', body, { 'content-type': type });
    expect([answer.status, faultOf(answer)]).toEqual([status, null]);
  });

  it('finds the endpoints in the documentation of the API', async () => {
    const api = new ApiDescription((await app.get('/docs-json')).body);
    expect(Object.keys(api.document.paths)).toEqual(
      expect.arrayContaining(['/oauth/register', '/oauth/register/{clientId}']),
    );
    expect(await api.faults()).toEqual([]);
  });

  it('can do so from a page of any origin', async () => {
    const { headers } = await app.post('/oauth/register', {}, { origin: 'https://inspector.example' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it('DOS-06: does not do so without end, whatever its token says', async () => {
    const token = await anInitialToken(app, { uses: 1_000 });
    const answers = await Promise.all(Array.from({ length: 70 }, () => register({ redirect_uris: [] }, token)));
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter((one) => one === 400).length, statuses.filter((one) => one === 429).length]).toEqual([
      60, 10,
    ]);
  });
});

describe('dynamic registration', () => {
  it('DCR-04: is not there unless it is switched on: no route, no metadata', async () => {
    const app = await createTestApp();
    const token = await anInitialToken(app);
    expect((await app.withToken(token).post('/oauth/register', aDescription())).status).toBe(404);
    expect((await app.withToken(token).get('/oauth/register/x')).status).toBe(404);
    const { body } = await app.get('/.well-known/oauth-authorization-server');
    expect(body.registration_endpoint).toBeUndefined();
    await app.close();
  });
});
