import * as oauth from 'oauth4webapi';
import { KeyRotation } from '../../src/keys/key-rotation';
import { KeyRing } from '../../src/keys/key-ring';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { ForeignApplication } from '../support/code-flow';
import { KeyHolder } from '../support/dpop-proof';
import { PageBrowser } from '../support/page-browser';
import type { Answer } from '../support/test-client';
import { aPublicClient } from '../support/test-clients';
import { type Issuer, machineToken, ORDERS, startIssuer } from './issuer';
import { ServiceProcess } from './service-process';

const METADATA = 'https://api.example/.well-known/oauth-protected-resource/orders-api';

const challengeOf = ({ status, headers }: Answer) => `${status} ${headers.get('www-authenticate') ?? ''}`;

describe('a resource server in another process, which knows the issuer and its own identifier alone', () => {
  let issuer: Issuer;
  let orders: ServiceProcess;

  beforeAll(async () => {
    issuer = await startIssuer();
    await issuer.register('alice');
    const options = { issuer: issuer.settings.issuer, audience: ORDERS, name: 'Orders' };
    orders = await ServiceProcess.start('orders/main.ts', options, issuer.clock.now());
  });

  afterAll(async () => {
    await orders.stop();
    await issuer.close();
  });

  const pass = async (seconds: number) => {
    issuer.clock.advance(seconds);
    await orders.advance(seconds);
  };

  it('has loaded nothing for a database', () => {
    expect(orders.databasePackages).toEqual([]);
  });

  it('describes itself, with the scopes of its decorators (RFC 9728 §3)', async () => {
    const answer = await orders.get('/.well-known/oauth-protected-resource/orders-api');
    expect(answer.body).toEqual({
      resource: ORDERS,
      authorization_servers: [issuer.settings.issuer],
      scopes_supported: ['orders:read', 'orders:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Orders',
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect((await orders.get('/.well-known/oauth-protected-resource')).text).toBe(answer.text);
    expect((await orders.get('/.well-known/oauth-protected-resource/other')).status).toBe(404);
  });

  it('lets in whoever signed in at the issuer, by code and PKCE, and knows them by their token', async () => {
    const client = await aPublicClient(issuer, { scope: 'orders:read' });
    const application = new ForeignApplication(issuer, client, oauth.None());
    const browser = new PageBrowser(issuer, issuer.settings.issuer);
    await browser.open(await application.authorizationUrl({ scope: 'orders:read', resource: ORDERS }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    const { access_token: token } = await application.redeem(browser);
    const alice = orders.withToken(token);
    const answer = await alice.get('/orders');
    expect([answer.status, answer.body.clientId, answer.body.scope]).toEqual([200, client.id, 'orders:read']);
    expect((await alice.get('/shop/greeting')).body).toEqual({ hello: answer.body.sub });
    expect((await alice.get('/orders/recent')).status).toBe(200);
    await pass(61);
    expect(challengeOf(await alice.get('/orders/recent'))).toMatch(
      /^401 Bearer error="insufficient_user_authentication".* max_age="60"/,
    );
    expect((await alice.get('/orders/all')).body.code).toBe('insufficient_role');
    expect((await alice.get('/orders/person')).status).toBe(500);
  });

  it('is closed, and its challenges name every scope that is needed and its metadata (RFC 6750 §3, RFC 9728 §5.1)', async () => {
    expect((await orders.get('/shop')).body).toEqual({ open: true });
    expect((await orders.get('/shop/greeting')).body).toEqual({ hello: 'stranger' });
    expect(challengeOf(await orders.get('/orders'))).toBe(
      `401 Bearer scope="orders:read", resource_metadata="${METADATA}"`,
    );
    const reader = orders.withToken(await machineToken(issuer));
    expect((await reader.get('/orders')).status).toBe(200);
    const refused = await reader.post('/orders');
    expect(challengeOf(refused)).toMatch(
      /^403 Bearer error="insufficient_scope".* scope="orders:read orders:write", resource_metadata=/,
    );
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.body.code).toBe('insufficient_scope');
    const writer = orders.withToken(await machineToken(issuer, { scope: 'orders:read orders:write' }));
    expect((await writer.post('/orders')).status).toBe(201);
  });

  it('refuses what is no access token for it, and what has expired (RFC 9068 §4)', async () => {
    const good = await machineToken(issuer);
    const forApi = await machineToken(issuer, { resource: issuer.settings.issuer, scope: 'notes:read' });
    const { refresh_token: refresh } = (await issuer.login('alice')).body as { refresh_token: string };
    const [head = '', payload = '', signature = ''] = good.split('.');
    const stranger = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'nobody' })).toString('base64url');
    const others = [forApi, refresh, `${head}.${payload}.${'A'.repeat(86)}`, `${stranger}.${payload}.${signature}`];
    for (const token of others) {
      expect(challengeOf(await orders.withToken(token).get('/orders'))).toMatch(/^401 Bearer error="invalid_token"/);
    }
    expect((await orders.get(`/orders?access_token=${good}`)).status).toBe(400);
    expect((await orders.withToken(good).get('/orders')).status).toBe(200);
    await pass(issuer.settings.tokens.accessTokenLifetime + 4);
    expect((await orders.withToken(good).get('/orders')).status).toBe(200);
    await pass(1);
    expect((await orders.withToken(good).get('/orders')).body.code).toBe('token_expired');
  });

  it('DPP-01: wants a proof of the key that a token is bound to, once, for its own address (RFC 9449 §7)', async () => {
    const holder = await KeyHolder.make(issuer);
    const token = await machineToken(issuer, {}, holder);
    expect(challengeOf(await orders.withToken(token).get('/orders'))).toMatch(/^401 DPoP error="invalid_token"/);
    const proved = (claims: object) => holder.headers(token, { claims: { htu: `${ORDERS}/orders`, ...claims } });
    const headers = await proved({});
    const first = await orders.get('/orders', headers);
    expect([first.status, first.headers.has('dpop-nonce')]).toEqual([200, true]);
    const nonce = first.headers.get('dpop-nonce');
    const bad = [headers, await proved({ ath: 'AAAA' }), await proved({ htu: `${issuer.settings.issuer}/orders` })];
    for (const wrong of bad) {
      expect(challengeOf(await orders.get('/orders', wrong))).toMatch(/^401 DPoP error="invalid_dpop_proof"/);
    }
    expect((await orders.get('/orders', await proved({ nonce }))).status).toBe(200);
    expect((await orders.get('/orders', await proved({ nonce: 'x' }))).body.code).toBe('use_dpop_nonce');
  });

  it('learns of a new key by a token that is signed with it, half a minute after its last look (DOS-10)', async () => {
    await pass(1);
    await machineToken(issuer).then((token) => orders.withToken(token).get('/orders'));
    await issuer.resolve(KeyRotation).rotate({ atOnce: true });
    await issuer.resolve(KeyRotation).rotate({ atOnce: true });
    await issuer.resolve(KeyRing).refresh();
    const token = await machineToken(issuer);
    expect((await orders.withToken(token).get('/orders')).status).toBe(401);
    await pass(31);
    expect((await orders.withToken(token).get('/orders')).status).toBe(200);
  });

  it('does not see a revocation: a JWT is good until it expires', async () => {
    const token = await machineToken(issuer);
    const { id, secret } = issuer.machine;
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const form = { 'content-type': 'application/x-www-form-urlencoded', authorization };
    expect((await issuer.post('/oauth/revoke', `token=${token}`, form)).status).toBe(200);
    expect((await orders.withToken(token).get('/orders')).status).toBe(200);
  });

  it('goes on with the keys that it knows when the issuer is away, and not for ever', async () => {
    const [known, unseen] = [await machineToken(issuer), await machineToken(issuer)];
    expect((await orders.withToken(known).get('/orders')).status).toBe(200);
    await issuer.stop();
    await pass(issuer.settings.tokens.accessTokenLifetime - 1);
    for (const token of [known, unseen]) expect((await orders.withToken(token).get('/orders')).status).toBe(200);
    const stranger = [{ alg: 'ES256', typ: 'at+jwt', kid: 'nobody' }, {}].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const unknown = await orders.withToken(`${stranger.join('.')}.AAAA`).get('/orders');
    expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([503, '2']);
    await pass(4 * 3_600);
    expect((await orders.withToken(unseen).get('/orders')).status).toBe(503);
    expect((await orders.get('/shop')).status).toBe(200);
  });
});
