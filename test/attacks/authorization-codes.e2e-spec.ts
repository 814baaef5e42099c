import { sha256 } from '../../src/crypto/digest';
import { appsOfEachTest } from '../support/apps-of-each-test';
import { createTestApp, type TestApp } from '../support/create-test-app';
import {
  aCode,
  authorizationParameters,
  authorizationPath,
  CHALLENGE,
  FORM,
  redeemCode,
  refreshAs,
  refusalOf,
  sendAs,
  signedIn,
  VERIFIER,
} from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import { aClient, aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';

const OTHER_CALLBACK = 'https://app.example.com/other';
const ORDERS = 'https://orders.example.com';
const BILLING = 'https://billing.example.com';

describe('authorization codes', () => {
  let app: TestApp;
  let browser: PageBrowser;
  let open: TestOAuthClient;
  let confidential: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    await aResourceServer(app, ORDERS, ['orders:read']);
    await aResourceServer(app, BILLING, ['billing:read']);
    const own = { skip_consent: true, redirect_uris: [CALLBACK, OTHER_CALLBACK] };
    open = await aPublicClient(app, own);
    confidential = await aClient(app, { ...own, scope: 'notes:read notes:write orders:read billing:read' });
    browser = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  const isAlive = async (token: unknown) => (await app.withToken(token as string).get('/notes')).status === 200;

  it.each([
    ['nothing', { code_challenge_method: '' }],
    ['plain', { code_challenge_method: 'plain' }],
    ['PLAIN', { code_challenge_method: 'PLAIN' }],
    ['s256', { code_challenge_method: 's256' }],
    ['S512', { code_challenge_method: 'S512' }],
    ['S256 without a challenge', { code_challenge: '' }],
    ['nothing at all', { code_challenge: '', code_challenge_method: '' }],
    ['a challenge of 42 characters', { code_challenge: 'a'.repeat(42) }],
    ['a challenge of 44 characters', { code_challenge: 'a'.repeat(44) }],
    ['a challenge of 129 characters', { code_challenge: 'a'.repeat(129) }],
    ['a challenge with padding', { code_challenge: `${'a'.repeat(43)}=` }],
    ['a challenge in base64', { code_challenge: `${'a'.repeat(42)}+` }],
    ['an array', { code_challenge: '', 'code_challenge[]': 'a'.repeat(43) }],
  ])(
    'PKC-03: are not given to whoever sends %s for PKCE (RFC 7636 §4.3, RFC 9700 §2.1.1)',
    async (_what, changes: Readonly<Record<string, string>>) => {
      await browser.open(authorizationPath(authorizationParameters(open.id, changes)));
      expect([browser.parameters.get('error'), browser.parameters.get('code')]).toEqual(['invalid_request', null]);
    },
  );

  it.each([
    ['no verifier', { code_verifier: undefined }],
    ['an empty verifier', { code_verifier: '' }],
    ['another verifier', { code_verifier: VERIFIER.replace('a', 'b') }],
    ['the challenge for the verifier', { code_verifier: CHALLENGE }],
    ['the verifier and a space', { code_verifier: `${VERIFIER} ` }],
    ['a method of its own', { code_verifier: CHALLENGE, code_challenge_method: 'plain' }],
    ['a challenge of its own', { code_verifier: 'x'.repeat(43), code_challenge: sha256('x'.repeat(43)) }],
    ['the start of the verifier', { code_verifier: VERIFIER.slice(0, 43) }],
  ])(
    'PKC-01: are not redeemed with %s, and whoever has tried has no second attempt (RFC 7636 §4.6)',
    async (_what, changes) => {
      for (const client of [open, confidential]) {
        const code = await aCode(browser, client);
        expect(refusalOf(await redeemCode(app, client, code, changes))).toEqual([400, 'invalid_grant']);
        expect(refusalOf(await redeemCode(app, client, code))).toEqual([400, 'invalid_grant']);
      }
    },
  );

  it('PKC-01: are not redeemed with the verifier of another request in the same browser', async () => {
    const [mine, theirs] = [VERIFIER, 'z'.repeat(50)];
    const code = await aCode(browser, open, { code_challenge: sha256(theirs) });
    await aCode(browser, open, { code_challenge: sha256(mine) });
    expect(refusalOf(await redeemCode(app, open, code, { code_verifier: mine }))).toEqual([400, 'invalid_grant']);
  });

  it('PKC-02: of a request from which somebody has taken the challenge are not redeemed with a verifier (RFC 9700 §4.8.2)', async () => {
    const old = await aClient(app, { require_pkce: false, profile: 'compat', skip_consent: true });
    const without = { code_challenge: '', code_challenge_method: '' };
    const stripped = await aCode(browser, old, without);
    expect(refusalOf(await redeemCode(app, old, stripped))).toEqual([400, 'invalid_grant']);
    const honest = await redeemCode(app, old, await aCode(browser, old, without), { code_verifier: undefined });
    expect(honest.status).toBe(200);
    for (const client of [open, confidential]) {
      await browser.open(authorizationPath(authorizationParameters(client.id, without)));
      expect([browser.parameters.get('error'), browser.parameters.get('code')]).toEqual(['invalid_request', null]);
    }
  });

  it.each([
    ['of 42 characters', 'a'.repeat(42)],
    ['of 129 characters', 'a'.repeat(129)],
    ['with spaces', `${'a'.repeat(42)} a`],
    ['with letters that are none of them', 'ä'.repeat(43)],
    ['with NUL', `${'a'.repeat(43)}\u0000`],
    ['with a plus', `${'a'.repeat(43)}+`],
  ])(
    'PKC-04: are not redeemed with a verifier %s, though the challenge was made of it (RFC 7636 §4.1)',
    async (_what, verifier) => {
      const code = await aCode(browser, open, { code_challenge: sha256(verifier) });
      const answer = await redeemCode(app, open, code, { code_verifier: verifier });
      expect(answer.status).toBe(400);
      expect(['invalid_grant', 'invalid_request']).toContain(answer.body.error);
    },
  );

  it('PKC-05: that come a second time end what came of them, and what came of that (RFC 6749 §4.1.2)', async () => {
    for (const wait of [1, 35]) {
      const [code, other] = [await aCode(browser, confidential), await aCode(browser, confidential)];
      const first = (await redeemCode(app, confidential, code)).body;
      const next = (await refreshAs(app, confidential, first.refresh_token)).body;
      const untouched = (await redeemCode(app, confidential, other)).body;
      app.clock.advance(wait);
      expect(refusalOf(await redeemCode(app, confidential, code))).toEqual([400, 'invalid_grant']);
      expect([await isAlive(first.access_token), await isAlive(next.access_token)]).toEqual([false, false]);
      expect(refusalOf(await refreshAs(app, confidential, next.refresh_token))).toEqual([400, 'invalid_grant']);
      const introspected = await sendAs(app, confidential, { token: next.access_token }, '/oauth/introspect');
      expect(introspected.body).toEqual({ active: false });
      expect(await isAlive(untouched.access_token)).toBe(true);
    }
  });

  it('PKC-05: are taken for replayed by their own client alone: nobody else can end its tokens', async () => {
    const code = await aCode(browser, confidential);
    const { access_token: token } = (await redeemCode(app, confidential, code)).body;
    expect(refusalOf(await redeemCode(app, open, code))).toEqual([400, 'invalid_grant']);
    expect(await isAlive(token)).toBe(true);
  });

  it('PKC-06: are bound to their client, and nobody else uses them up (RFC 6749 §4.1.3)', async () => {
    const other = await aClient(app);
    const code = await aCode(browser, confidential);
    const byOthers = [
      await redeemCode(app, other, code),
      await redeemCode(app, open, code),
      await redeemCode(app, { id: confidential.id, secret: '' }, code),
      await redeemCode(app, { id: confidential.id, secret: other.secret }, code),
      await redeemCode(app, other, code, { client_id: confidential.id }),
    ];
    expect(byOthers.map(({ body }) => body.error)).toEqual([
      ...['invalid_grant', 'invalid_grant', 'invalid_client', 'invalid_client', 'invalid_client'],
    ]);
    // Whether there is such a code is told to nobody whose it is not.
    const unknown = await redeemCode(app, other, `ghc_${'A'.repeat(43)}`);
    expect(byOthers[0]!.text).toBe(unknown.text);
    expect((await redeemCode(app, confidential, code)).status).toBe(200);
  });

  it.each([
    ['another address of the client', OTHER_CALLBACK],
    ['the same and a slash', `${CALLBACK}/`],
    ['the same in capitals', CALLBACK.toUpperCase()],
    ['an address of somebody else', 'https://evil.example/cb'],
  ])('PKC-07: are not redeemed with %s for redirect_uri (RFC 6749 §4.1.3)', async (_what, redirect_uri) => {
    const code = await aCode(browser, confidential);
    expect(refusalOf(await redeemCode(app, confidential, code, { redirect_uri }))).toEqual([400, 'invalid_grant']);
  });

  it('PKC-07: are not redeemed without redirect_uri where no challenge protects them either, unless the request had none (RFC 6749 §4.1.3)', async () => {
    const old = await aClient(app, { profile: 'compat', require_pkce: false, skip_consent: true });
    const without = { code_challenge: '', code_challenge_method: '' };
    const redeem = async (
      changes: Readonly<Record<string, string>>,
      sent: { readonly redirect_uri?: undefined } = {},
    ) =>
      redeemCode(app, old, await aCode(browser, old, { ...without, ...changes }), {
        code_verifier: undefined,
        ...sent,
      });
    expect(refusalOf(await redeem({}, { redirect_uri: undefined }))).toEqual([400, 'invalid_grant']);
    expect((await redeem({})).status).toBe(200);
    for (const sent of [{ redirect_uri: undefined }, {}]) {
      expect((await redeem({ redirect_uri: '' }, sent)).status).toBe(200);
    }
    const challenged = await redeemCode(app, confidential, await aCode(browser, confidential), {
      redirect_uri: undefined,
    });
    expect(challenged.status).toBe(200);
  });

  it('PKC-08: are good for a minute, to the second, and never again (FAPI 2.0 §5.3.2.1)', async () => {
    const [early, late, never] = [await aCode(browser, open), await aCode(browser, open), await aCode(browser, open)];
    app.clock.advance(59);
    expect((await redeemCode(app, open, early)).status).toBe(200);
    app.clock.advance(1);
    expect(refusalOf(await redeemCode(app, open, late))).toEqual([400, 'invalid_grant']);
    app.clock.advance(540);
    expect(refusalOf(await redeemCode(app, open, never))).toEqual([400, 'invalid_grant']);
  });

  it('PKC-11: say nothing, and are no more alike than chance wants (RFC 6749 §10.10)', async () => {
    const codes: string[] = [];
    for (let count = 0; count < 200; count++) {
      const path = authorizationPath(authorizationParameters(open.id));
      const location = (await browser.cookies.get(path)).headers.get('location')!;
      codes.push(new URL(location).searchParams.get('code')!);
    }
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^ghc_[A-Za-z0-9_-]{43}$/);
    const secrets = codes.map((code) => Buffer.from(code.slice(4), 'base64url'));
    expect(secrets.every(({ length }) => length === 32)).toBe(true);
    // No byte stands still or counts up: among 200 random ones there are about 139 different.
    for (let place = 0; place < 32; place++) {
      expect(new Set(secrets.map((secret) => secret[place])).size).toBeGreaterThan(100);
      const steps = secrets.slice(1).map((secret, index) => (secret[place]! - secrets[index]![place]! + 256) % 256);
      expect(new Set(steps).size).toBeGreaterThan(100);
    }
    const ones = secrets
      .flatMap((secret) => [...secret])
      .reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    expect(Math.abs(ones / (secrets.length * 256) - 0.5)).toBeLessThan(0.01);
  });

  it('PKC-12: are taken from a form, and from nothing else (RFC 6749 §3.2)', async () => {
    const code = await aCode(browser, open);
    const form = { grant_type: 'authorization_code', code, client_id: open.id, code_verifier: VERIFIER };
    const query = new URLSearchParams(form).toString();
    const multipart = Object.entries(form).map(
      ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const tries = [
      await app.get(`/oauth/token?${query}`),
      await app.request('HEAD', `/oauth/token?${query}`),
      await app.put('/oauth/token', query, FORM),
      await app.post(`/oauth/token?${query}`, '', FORM),
      await app.post(`/oauth/token?${query}`, query, FORM),
      await app.post('/oauth/token', form),
      await app.post('/oauth/token', query, { 'content-type': 'text/plain' }),
      await app.post('/oauth/token', `${multipart.join('')}--x--\r\n`, {
        'content-type': 'multipart/form-data; boundary=x',
      }),
      await app.post('/oauth/token', query, { ...FORM, 'x-http-method-override': 'GET' }),
    ];
    expect(tries.slice(0, -1).map(({ status }) => status)).toEqual([405, 405, 405, 400, 400, 415, 415, 415]);
    // None of all this has used the code up; a header that pretends another method is passed over.
    expect(tries.at(-1)!.status).toBe(200);
  });

  it('RFR-05, PAR-08: bring tokens for a part of the resources that were granted, and for no others (RFC 8707 §2.2)', async () => {
    const code = await aCode(browser, confidential, { scope: 'orders:read', resource: ORDERS });
    for (const resource of [BILLING, 'https://evil.example', `${ORDERS}/`, `${ORDERS}#x`, 'orders']) {
      expect(refusalOf(await redeemCode(app, confidential, code, { resource }))).toEqual([400, 'invalid_target']);
    }
    const answer = await redeemCode(app, confidential, code, { resource: ORDERS, scope: 'billing:read notes:write' });
    expect([answer.status, answer.body.scope]).toEqual([200, 'orders:read']);
  });

  it.each([
    ['unknown', 'https://unknown.example.com'],
    ['relative', '/notes'],
    ['with a fragment', `${ORDERS}#x`],
    ['in another spelling', 'https://ORDERS.example.com'],
    ['of which the client has no scope', BILLING],
  ])('PAR-08: are not given for a resource that is %s (RFC 8707 §2)', async (_what, resource) => {
    const narrow = await aPublicClient(app, { scope: 'notes:read orders:read', skip_consent: true });
    await browser.open(authorizationPath(authorizationParameters(narrow.id, { scope: '', resource })));
    expect([browser.parameters.get('error'), browser.parameters.get('code')]).toEqual(['invalid_target', null]);
  });

  it('PAR-08: are not given for a flood of resources', async () => {
    const many = Array.from({ length: 200 }, (_, index) => ['resource', `https://r${index}.example.com`] as const);
    await browser.open(authorizationPath([...authorizationParameters(open.id), ...many]));
    expect([browser.isAway, browser.answer.status]).toEqual([false, 400]);
  });
});

describe('codes that nobody has come for', () => {
  const start = appsOfEachTest();

  it.each([
    ['signs out', 'POST', '/auth/logout-all'],
    ['changes their password', 'POST', '/auth/password'],
  ])('SES-07: end when the person %s', async (_what, method, path) => {
    const app = await start();
    await app.register('alice');
    const client = await aPublicClient(app, { skip_consent: true });
    const code = await aCode(await signedIn(app, 'alice'), client);
    const { access_token: token } = (await app.login('alice')).body;
    const change = { currentPassword: 'violet-harbour-9-lantern', newPassword: 'copper-harbour-7-candle' };
    const answer = await app
      .withToken(token as string)
      .request(method, path, path.endsWith('all') ? undefined : change);
    expect(answer.status).toBe(204);
    expect(refusalOf(await redeemCode(app, client, code))).toEqual([400, 'invalid_grant']);
  });
});
