import * as oauth from 'oauth4webapi';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { ForeignApplication } from '../../support/code-flow';
import { KeyHolder } from '../../support/dpop-proof';
import { PageBrowser } from '../../support/page-browser';
import { aClient, aPublicClient, type TestOAuthClient } from '../../support/test-clients';

describe('tokens that are bound to a key (RFC 9449)', () => {
  let app: TestApp;
  let machine: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    machine = await aClient(app, { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] });
  });

  afterAll(() => app.close());

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const basic = ({ id, secret }: TestOAuthClient) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  async function boundToken(holder: KeyHolder): Promise<string> {
    const headers = { ...form, ...basic(machine), ...(await holder.header()) };
    const answer = await app.post('/oauth/token', 'grant_type=client_credentials', headers);
    expect([answer.status, answer.body.token_type]).toEqual([200, 'DPoP']);
    return answer.body.access_token as string;
  }

  it('are given to a client library that proves its key, and open a guarded route with a proof only', async () => {
    const made = await aPublicClient(app);
    const application = new ForeignApplication(app, made, oauth.None());
    const keys = await oauth.generateKeyPair('ES256', { extractable: true });
    const holder = oauth.DPoP(application.client, keys);
    const browser = new PageBrowser(app);
    await browser.open(
      await application.authorizationUrl({ scope: 'notes:read', dpop_jkt: await holder.calculateThumbprint() }),
    );
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    const tokens = await application.redeem(browser, {}, holder);
    expect(tokens.token_type).toBe('dpop');
    const url = new URL('http://localhost:3000/notes');
    const notes = await oauth.protectedResourceRequest(tokens.access_token, 'GET', url, new Headers(), null, {
      ...application.options,
      DPoP: holder,
    });
    expect(notes.status).toBe(200);
    const renewed = await application.refresh(tokens.refresh_token!, {}, holder);
    expect(renewed.token_type).toBe('dpop');
    await expect(application.refresh(renewed.refresh_token!)).rejects.toMatchObject({
      cause: { error: 'invalid_dpop_proof' },
    });
  });

  it('DPP-01: are no bearer tokens, at any guarded route', async () => {
    const holder = await KeyHolder.make(app);
    const other = await KeyHolder.make(app);
    const token = await boundToken(holder);
    const refused = async (headers: Record<string, string>) => {
      const answer = await app.get('/protected', headers);
      return [answer.status, answer.body.code, (answer.headers.get('www-authenticate') ?? '').split(',')[0]];
    };
    expect(await refused({ authorization: `Bearer ${token}` })).toEqual([
      401,
      'invalid_token',
      'DPoP error="invalid_token"',
    ]);
    expect(await refused({ authorization: `DPoP ${token}` })).toEqual([
      401,
      'invalid_dpop_proof',
      'DPoP error="invalid_dpop_proof"',
    ]);
    expect(await refused(await other.headers(token))).toEqual([
      401,
      'invalid_dpop_proof',
      'DPoP error="invalid_dpop_proof"',
    ]);
    expect((await app.get('/protected', await holder.headers(token))).status).toBe(200);
    const free = await app.post('/oauth/token', 'grant_type=client_credentials', { ...form, ...basic(machine) });
    expect(await refused(await holder.headers(free.body.access_token))).toEqual([
      401,
      'invalid_token',
      'DPoP error="invalid_token"',
    ]);
  });

  describe('DPP-03', () => {
    const cases: readonly (readonly [string, (holder: KeyHolder) => Promise<string>])[] = [
      ['for another method', (holder) => holder.proof({ claims: { htm: 'GET' } })],
      ['for another path', (holder) => holder.proof({ path: '/oauth/revoke' })],
      ['for another host', (holder) => holder.proof({ claims: { htu: 'http://evil.example/oauth/token' } })],
      ['for another scheme', (holder) => holder.proof({ claims: { htu: 'https://localhost:3000/oauth/token' } })],
      [
        'with a user name in its address',
        (holder) => holder.proof({ claims: { htu: 'http://a@localhost:3000/oauth/token' } }),
      ],
      [
        'with a query in its address',
        (holder) => holder.proof({ claims: { htu: 'http://localhost:3000/oauth/token?a=1' } }),
      ],
      [
        'with a list of addresses',
        (holder) => holder.proof({ claims: { htu: ['http://localhost:3000/oauth/token'] } }),
      ],
      [
        'made five minutes ago',
        (holder) => holder.proof({ claims: { iat: Math.floor(app.clock.now() / 1_000) - 300 } }),
      ],
      [
        'made in five minutes',
        (holder) => holder.proof({ claims: { iat: Math.floor(app.clock.now() / 1_000) + 300 } }),
      ],
      ['without an instant', (holder) => holder.proof({ claims: { iat: undefined } })],
      ['with an instant that is a text', (holder) => holder.proof({ claims: { iat: 'now' } })],
      ['without jti', (holder) => holder.proof({ claims: { jti: undefined } })],
      ['with an endless jti', (holder) => holder.proof({ claims: { jti: 'x'.repeat(257) } })],
      ['of another type', (holder) => holder.proof({ header: { typ: 'JWT' } })],
      ['without a key', (holder) => holder.proof({ header: { jwk: undefined } })],
      ['with a private key', (holder) => holder.proof({ header: { jwk: holder.privateJwk } })],
      ['with a symmetric key', (holder) => holder.proof({ header: { jwk: { kty: 'oct', k: 'AAAA' } } })],
      ['with crit', (holder) => holder.proof({ header: { crit: ['b64'], b64: true } })],
      [
        'with the key of somebody else',
        async (holder) => holder.proof({ header: { jwk: (await KeyHolder.make(app)).publicJwk } }),
      ],
      ['unsigned', async (holder) => unsigned(await holder.proof(), { alg: 'none' })],
      ['signed with a shared secret', async (holder) => unsigned(await holder.proof(), { alg: 'HS256' }, 'AAAA')],
      ['with two proofs in one header', async (holder) => `${await holder.proof()}, ${await holder.proof()}`],
      ['that is no JWS', async () => 'proof'],
    ];

    it.each(cases)('DPP-03: refuses a proof %s (RFC 9449 §4.3)', async (_what, make) => {
      const holder = await KeyHolder.make(app);
      const headers = { ...form, ...basic(machine), dpop: await make(holder) };
      const answer = await app.post('/oauth/token', 'grant_type=client_credentials', headers);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_dpop_proof']);
    });

    it('DPP-03: refuses a proof without the digest of the token, and with that of another', async () => {
      const holder = await KeyHolder.make(app);
      const token = await boundToken(holder);
      for (const ath of [undefined, 'AAAA', ['x']]) {
        const headers = await holder.headers(token, { claims: { ath } });
        expect((await app.get('/protected', headers)).body.code).toBe('invalid_dpop_proof');
      }
    });

    it('DPP-03: takes a clock that is ten seconds off, and addresses in another spelling', async () => {
      const now = Math.floor(app.clock.now() / 1_000);
      for (const claims of [{ iat: now - 10 }, { iat: now + 10 }, { htu: 'HTTP://LOCALHOST:3000/%6Fauth/token' }]) {
        const holder = await KeyHolder.make(app);
        const headers = { ...form, ...basic(machine), ...(await holder.header({ claims })) };
        expect((await app.post('/oauth/token', 'grant_type=client_credentials', headers)).status).toBe(200);
      }
    });

    it.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'RS256'])('takes a key for %s', async (alg) => {
      const holder = await KeyHolder.make(app, alg);
      const token = await boundToken(holder);
      expect((await app.get('/protected', await holder.headers(token))).status).toBe(200);
    });
  });

  it('refuses a proof that was used before (RFC 9449 §11.1)', async () => {
    const holder = await KeyHolder.make(app);
    const headers = { ...form, ...basic(machine), ...(await holder.header()) };
    expect((await app.post('/oauth/token', 'grant_type=client_credentials', headers)).status).toBe(200);
    const again = await app.post('/oauth/token', 'grant_type=client_credentials', headers);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_dpop_proof']);
  });

  it('gives a client that is to use them nothing without a proof (RFC 9449 §5.2)', async () => {
    const bound = await aClient(app, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      dpop_bound_access_tokens: true,
    });
    const answer = await app.post('/oauth/token', 'grant_type=client_credentials', { ...form, ...basic(bound) });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_dpop_proof']);
  });

  it('DPP-05: binds a code to the key that was named for it', async () => {
    const made = await aPublicClient(app);
    const [named, other] = [await KeyHolder.make(app), await KeyHolder.make(app)];
    const browser = new PageBrowser(app);
    const application = new ForeignApplication(app, made, oauth.None());
    for (const [index, headers] of [await other.header(), {}].entries()) {
      await browser.open(await application.authorizationUrl({ scope: 'notes:read', dpop_jkt: named.jkt }));
      if (index === 0) {
        await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
        await browser.submit('#allow');
      }
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code: browser.parameters.get('code')!,
        client_id: made.id,
        redirect_uri: application.redirectUri,
        code_verifier: application.verifier,
      });
      const answer = await app.post('/oauth/token', body.toString(), { ...form, ...headers });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    }
    await browser.open(await application.authorizationUrl({ dpop_jkt: 'short' }));
    expect(browser.parameters.get('error')).toBe('invalid_request');
  });
});

function unsigned(proof: string, header: Record<string, unknown>, signature = ''): string {
  const [head = '', payload = ''] = proof.split('.');
  const decoded = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
  return `${Buffer.from(JSON.stringify({ ...decoded, ...header })).toString('base64url')}.${payload}.${signature}`;
}
