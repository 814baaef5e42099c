import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { Accounts } from '../../../src/auth/accounts';
import { ConnectedApplications } from '../../../src/auth/connected-applications';
import { ClientRegistrations } from '../../../src/oauth/client-registration/client-registrations';
import { basicHeader } from '../../support/client-credentials';
import { createTestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import type { TestOAuthClient } from '../../support/test-clients';
import {
  ACCESS_TOKEN,
  anExchangeWorld,
  BILLING,
  EXCHANGE,
  exchange,
  type ExchangeWorld,
  introspected,
  LEDGER,
  ORDERS,
  type PersonsTokens,
  tokensOf,
  tokensOfAlice,
} from '../../support/token-exchange';

const METADATA = '/.well-known/oauth-authorization-server';
const ORIGIN = { address: '127.0.0.1', userAgent: null, requestId: null };

describe('token exchange (RFC 8693)', () => {
  let world: ExchangeWorld;

  beforeAll(async () => {
    world = await anExchangeWorld();
    await world.app.register('bruno');
  });
  afterAll(() => world.app.close());

  /** The token that a client gets for that one. */
  async function exchanged(client: TestOAuthClient, subject: string, resource: string, more = {}): Promise<string> {
    const answer = await exchange(world.app, client, { subject_token: subject, resource, ...more });
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    return answer.body.access_token as string;
  }

  it('gives the API that was called a token for the next one, with itself as the actor (§2.2.1, §4.1)', async () => {
    const { app, ordersApi, billingApi } = world;
    const { application, tokens } = await tokensOfAlice(world);
    const server = await application.discover();
    expect(server.grant_types_supported).toContain(EXCHANGE);
    const client = { client_id: ordersApi.id };
    const parameters = { subject_token: tokens.access_token, subject_token_type: ACCESS_TOKEN, audience: BILLING };
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      oauth.ClientSecretBasic(ordersApi.secret),
      EXCHANGE,
      parameters,
      application.options,
    );
    const answer = await oauth.processGenericTokenEndpointResponse(server, client, response);
    expect([answer['issued_token_type'], answer.scope]).toEqual([ACCESS_TOKEN, 'billing:read']);
    expect(answer).not.toHaveProperty('refresh_token');
    const [before, after] = [decodeJwt(tokens.access_token), decodeJwt(answer.access_token)];
    expect(after).toMatchObject({
      ...{ sub: before.sub, sid: before['sid'], family: before['family'], auth_time: before['auth_time'] },
      ...{ aud: BILLING, client_id: ordersApi.id, act: { sub: ordersApi.id, client_id: ordersApi.id } },
    });
    const told = await introspected(app, billingApi, answer.access_token);
    expect(told).toMatchObject({ active: true, act: { sub: ordersApi.id } });
    expect([told.exchanged_from, told.family]).toEqual([undefined, undefined]);
  });

  it('keeps who acted before, through opaque tokens too, and when somebody takes the person’s place (§4.1)', async () => {
    const { app, ordersApi, billingApi, ledgerApi } = world;
    const { tokens } = await tokensOfAlice(world);
    const forBilling = await exchanged(ordersApi, tokens.access_token, BILLING);
    const forLedger = await exchanged(billingApi, forBilling, LEDGER);
    const chain = { sub: billingApi.id, client_id: billingApi.id, act: { sub: ordersApi.id, client_id: ordersApi.id } };
    expect(forLedger).toMatch(/^gha_/);
    expect(await introspected(app, ledgerApi, forLedger)).toMatchObject({ active: true, act: chain });
    const claims = decodeJwt(await exchanged(ledgerApi, forLedger, ORDERS));
    expect([claims.sub, claims['client_id'], claims['act'], claims['scope']]).toEqual([
      decodeJwt(tokens.access_token).sub,
      ledgerApi.id,
      chain,
      'orders:read',
    ]);
  });

  it('names as the actor whom the actor_token stands for (§2.1)', async () => {
    const { app, ordersApi } = world;
    const { tokens } = await tokensOfAlice(world);
    const own = await app.post('/oauth/token', 'grant_type=client_credentials', {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basicHeader(ordersApi.id, ordersApi.secret),
    });
    const actor = { actor_token: own.body.access_token as string, actor_token_type: ACCESS_TOKEN };
    const claims = decodeJwt(await exchanged(ordersApi, tokens.access_token, BILLING, actor));
    expect(claims['act']).toEqual({ sub: ordersApi.id, client_id: ordersApi.id });
    const foreign = await exchange(app, ordersApi, {
      subject_token: tokens.access_token,
      resource: BILLING,
      ...{ actor_token: tokens.access_token, actor_token_type: ACCESS_TOKEN },
    });
    expect([foreign.status, foreign.body.error]).toEqual([400, 'invalid_request']);
  });

  it('gives a client a narrower token than the one it has, and at the same resource nothing more', async () => {
    const { app, portal } = world;
    const { tokens } = await tokensOfAlice(world, { scope: 'orders:read' });
    const parameters = { subject_token: tokens.access_token, resource: ORDERS };
    expect((await exchange(app, portal, parameters)).body.scope).toBe('orders:read');
    const wider = await exchange(app, portal, { ...parameters, scope: 'orders:read orders:write' });
    expect([wider.status, wider.body.error]).toEqual([400, 'invalid_scope']);
    const both = await tokensOfAlice(world);
    const narrower = { subject_token: both.tokens.access_token, resource: ORDERS, scope: 'orders:write' };
    expect((await exchange(app, portal, narrower)).body.scope).toBe('orders:write');
  });

  it('gives no token that outlives the one it came of, not even by the leeway for clocks', async () => {
    const { app, ordersApi, billingApi } = world;
    const { tokens } = await tokensOfAlice(world);
    const { exp } = decodeJwt(tokens.access_token);
    app.clock.advance(600);
    const forBilling = await exchanged(ordersApi, tokens.access_token, BILLING);
    expect(decodeJwt(forBilling).exp).toBe(exp);
    const { body } = await exchange(app, billingApi, { subject_token: forBilling, resource: LEDGER });
    expect(body.expires_in).toBe(exp! - Math.floor(app.clock.now() / 1_000));
    app.clock.advance(body.expires_in as number);
    const late = await exchange(app, ordersApi, { subject_token: tokens.access_token, resource: BILLING });
    expect([late.status, late.body.error]).toEqual([400, 'invalid_request']);
  });

  const revokeAtEndpoint = async ({ application }: PersonsTokens, token: string) => {
    const server = await application.discover();
    const authentication = oauth.ClientSecretBasic(world.portal.secret);
    const response = await oauth.revocationRequest(
      server,
      application.client,
      authentication,
      token,
      application.options,
    );
    await oauth.processRevocationResponse(response);
  };

  const WAYS_TO_END: readonly (readonly [string, (granted: PersonsTokens) => Promise<unknown>])[] = [
    ['the access token itself', (granted) => revokeAtEndpoint(granted, granted.tokens.access_token)],
    ['its family', (granted) => revokeAtEndpoint(granted, granted.tokens.refresh_token!)],
    [
      'its session',
      async ({ browser }) => {
        await browser.open('/account');
        await browser.submit('form[action*="sign-out"] button');
      },
    ],
    [
      'the consent',
      ({ tokens }) =>
        world.app
          .resolve(ConnectedApplications)
          .disconnect(decodeJwt(tokens.access_token).sub!, world.portal.id, ORIGIN),
    ],
  ];

  it.each(WAYS_TO_END)('gives tokens that end with %s, however far they were handed on', async (_what, revoke) => {
    const { app, ordersApi, billingApi, ledgerApi } = world;
    const granted = await tokensOfAlice(world);
    const forBilling = await exchanged(ordersApi, granted.tokens.access_token, BILLING);
    const forLedger = await exchanged(billingApi, forBilling, LEDGER);
    const active = async () => [
      (await introspected(app, billingApi, forBilling)).active as boolean,
      (await introspected(app, ledgerApi, forLedger)).active as boolean,
    ];
    expect(await active()).toEqual([true, true]);
    await revoke(granted);
    expect(await active()).toEqual([false, false]);
    const again = await exchange(app, ordersApi, { subject_token: granted.tokens.access_token, resource: BILLING });
    expect([again.status, again.body.error]).toEqual([400, 'invalid_request']);
    app.clock.advance(1);
  });

  it.each<(typeof WAYS_TO_END)[number]>([
    ...WAYS_TO_END,
    [
      'the person',
      async ({ tokens }) => {
        const { sub } = decodeJwt(tokens.access_token);
        await world.app.resolve(Accounts).mark(sub!, 'disabled', true);
        await world.app.resolve(Accounts).mark(sub!, 'disabled', false);
      },
    ],
  ])('gives tokens that end with %s of the actor too, however far they were handed on', async (_what, revoke) => {
    const { app, portal, ordersApi, billingApi } = world;
    const [granted, ofActor] = [await tokensOfAlice(world), await tokensOf('bruno', world)];
    const actor = { actor_token: ofActor.tokens.access_token, actor_token_type: ACCESS_TOKEN };
    const forOrders = await exchanged(portal, granted.tokens.access_token, ORDERS, actor);
    const forBilling = await exchanged(ordersApi, forOrders, BILLING);
    const alone = await exchanged(portal, granted.tokens.access_token, ORDERS);
    expect(decodeJwt(forBilling)).toMatchObject({
      act: { sub: ordersApi.id, act: { sub: decodeJwt(ofActor.tokens.access_token).sub, client_id: portal.id } },
    });
    const active = async () => [
      (await introspected(app, ordersApi, forOrders)).active as boolean,
      (await introspected(app, billingApi, forBilling)).active as boolean,
      (await introspected(app, ordersApi, alone)).active as boolean,
    ];
    app.clock.advance(1);
    expect(await active()).toEqual([true, true, true]);
    await revoke(ofActor);
    expect(await active()).toEqual([false, false, true]);
    app.clock.advance(1);
  });

  it('notes who exchanged whose token for what', async () => {
    const { app, ordersApi, portal } = world;
    const { tokens } = await tokensOfAlice(world);
    await exchanged(ordersApi, tokens.access_token, BILLING);
    const rows = await openRows(app.database);
    const [event] = await rows.query<{ user_id: string; client_id: string; detail: string }>(
      "SELECT user_id, client_id, detail FROM audit_events WHERE type = 'token.exchanged' ORDER BY seq DESC LIMIT 1",
    );
    await rows.close();
    expect([event!.user_id, event!.client_id]).toEqual([decodeJwt(tokens.access_token).sub, ordersApi.id]);
    expect(JSON.parse(event!.detail)).toEqual({
      ...{ mode: 'delegation', audience: BILLING, scope: 'billing:read', of: portal.id, actor: ordersApi.id },
    });
  });

  it('gives tokens that end with the client from which the first of them came', async () => {
    const { app, ordersApi, billingApi, ledgerApi, portal } = world;
    const { tokens } = await tokensOfAlice(world);
    const forLedger = await exchanged(billingApi, await exchanged(ordersApi, tokens.access_token, BILLING), LEDGER);
    expect((await introspected(app, ledgerApi, forLedger)).active).toBe(true);
    const by = { address: null, requestId: null, by: 'test' };
    await app.resolve(ClientRegistrations).setDisabled(portal.id, true, by);
    expect((await introspected(app, ledgerApi, forLedger)).active).toBe(false);
    await app.resolve(ClientRegistrations).setDisabled(portal.id, false, by);
  });

  it('is not there where it is switched off, as it is by default', async () => {
    const off = await createTestApp();
    expect((await off.get(METADATA)).body.grant_types_supported).not.toContain(EXCHANGE);
    await off.close();
  });
});
