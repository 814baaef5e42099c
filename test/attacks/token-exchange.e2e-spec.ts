import { decodeJwt } from 'jose';
import { UserStore } from '../../src/users/user.store';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { basicHeader } from '../support/client-credentials';
import { KeyHolder } from '../support/dpop-proof';
import { aClient, aPublicClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';
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
  tokensOfAlice,
} from '../support/token-exchange';

const TYPE = 'urn:ietf:params:oauth:token-type:';

/** What is sent instead of a good exchange, and what it is told. */
type Change = readonly [what: string, error: string, parameters: Readonly<Record<string, string | undefined>>];

const CHANGES: readonly Change[] = [
  ['a resource that no rule names', 'invalid_target', { resource: ORDERS }],
  ['a resource that nobody knows', 'invalid_target', { resource: 'https://unknown.example.com' }],
  ['a resource in another spelling', 'invalid_target', { resource: `${BILLING}/` }],
  ['an audience that is a client', 'invalid_target', { resource: undefined, audience: 'billing-api' }],
  ['an audience beside the resource', 'invalid_target', { audience: LEDGER }],
  ['no resource at all', 'invalid_target', { resource: undefined }],
  ['a scope that the subject has elsewhere', 'invalid_scope', { scope: 'orders:read' }],
  ['a scope that no rule gives', 'invalid_scope', { scope: 'billing:read billing:write' }],
  ['a scope of another resource', 'invalid_scope', { scope: 'ledger:read' }],
  ['a scope to refresh with', 'invalid_scope', { scope: 'offline_access' }],
  ['a malformed scope', 'invalid_scope', { scope: 'billing:read  billing:read' }],
  ['a refresh token wanted', 'invalid_request', { requested_token_type: `${TYPE}refresh_token` }],
  ['an ID token wanted', 'invalid_request', { requested_token_type: `${TYPE}id_token` }],
  ['a JWT wanted', 'invalid_request', { requested_token_type: `${TYPE}jwt` }],
  ['no subject_token', 'invalid_request', { subject_token: undefined }],
  ['no subject_token_type', 'invalid_request', { subject_token_type: undefined }],
  ['an ID token, as they say', 'invalid_request', { subject_token_type: `${TYPE}id_token` }],
  ['a refresh token, as they say', 'invalid_request', { subject_token_type: `${TYPE}refresh_token` }],
  ['an opaque text called a JWT', 'invalid_request', { subject_token: 'gha_x', subject_token_type: `${TYPE}jwt` }],
  ['a token of nobody', 'invalid_request', { subject_token: 'nothing' }],
  ['an actor_token without its type', 'invalid_request', { actor_token: 'nothing' }],
  ['the type of an actor_token alone', 'invalid_request', { actor_token_type: ACCESS_TOKEN }],
  ['an actor_token of nobody', 'invalid_request', { actor_token: 'nothing', actor_token_type: ACCESS_TOKEN }],
];

describe('EXT-06: token exchange', () => {
  let world: ExchangeWorld;
  let ofAlice: string;

  beforeAll(async () => {
    world = await anExchangeWorld();
    ofAlice = (await tokensOfAlice(world)).tokens.access_token;
  });
  afterAll(() => world.app.close());

  const refusal = async (...request: Parameters<typeof exchange>) => {
    const { status, body } = await exchange(...request);
    return [status, body.error as string];
  };

  const machineToken = async ({ id, secret }: { id: string; secret: string }) => {
    const { body } = await world.app.post('/oauth/token', 'grant_type=client_credentials', {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basicHeader(id, secret),
    });
    return body.access_token as string;
  };

  it.each(CHANGES)('EXT-06: %s is %s', async (_what, error, changes) => {
    const good = { subject_token: ofAlice, resource: BILLING };
    expect((await exchange(world.app, world.ordersApi, good)).status).toBe(200);
    const parameters = { ...good, ...changes };
    expect(await refusal(world.app, world.ordersApi, parameters)).toEqual([400, error]);
  });

  it('EXT-06: nothing is allowed by default: neither to a client without the grant nor to one without a rule', async () => {
    const { app, helpdesk } = world;
    const parameters = { subject_token: ofAlice, resource: ORDERS };
    expect(await refusal(app, helpdesk, parameters)).toEqual([400, 'invalid_target']);
    expect(await refusal(app, await aClient(app), parameters)).toEqual([400, 'unauthorized_client']);
  });

  it('EXT-06: a client without credentials cannot be registered for it, nor can a rule without the grant', async () => {
    const { app } = world;
    const rule = { audience: ORDERS, mode: 'impersonation' };
    await expect(aPublicClient(app, { grant_types: [EXCHANGE], response_types: [] })).rejects.toThrow('grant_types');
    await expect(aClient(app, { token_exchange: [rule] })).rejects.toThrow('token_exchange');
  });

  it('EXT-06: whoever came by a token that is neither theirs nor for their API gets none for it', async () => {
    const { app, billingApi, ordersApi } = world;
    const stolen = { subject_token: ofAlice, resource: LEDGER };
    expect(await refusal(app, billingApi, stolen)).toEqual([400, 'invalid_request']);
    // The rule of the orders API lets it hand on tokens of one other client only.
    expect(await refusal(app, ordersApi, stolen)).toEqual([400, 'invalid_request']);
  });

  it('EXT-06: a resource server of another tenant is out of reach until an administrator names it', async () => {
    const { app, ordersApi } = world;
    await aResourceServer(app, 'https://tenant-b.example.com', ['tenant-b:read']);
    const parameters = { subject_token: ofAlice, resource: 'https://tenant-b.example.com' };
    expect(await refusal(app, ordersApi, parameters)).toEqual([400, 'invalid_target']);
  });

  it('EXT-06: a client is no person: its own token stands for nobody whose token could be had', async () => {
    const { app, ledgerApi } = world;
    const subject = await machineToken(ledgerApi);
    expect(await refusal(app, ledgerApi, { subject_token: subject, resource: LEDGER })).toEqual([
      400,
      'invalid_request',
    ]);
  });

  it('EXT-06: whoever takes a person’s place hides no actor behind them', async () => {
    const { app, ordersApi, billingApi, ledgerApi } = world;
    const first = await exchange(app, ordersApi, { subject_token: ofAlice, resource: BILLING });
    const second = await exchange(app, billingApi, {
      subject_token: first.body.access_token as string,
      resource: LEDGER,
    });
    const parameters = { subject_token: second.body.access_token as string, resource: ORDERS };
    const actor = { actor_token: await machineToken(ledgerApi), actor_token_type: ACCESS_TOKEN };
    expect((await exchange(app, ledgerApi, parameters)).status).toBe(200);
    expect(await refusal(app, ledgerApi, { ...parameters, ...actor })).toEqual([400, 'invalid_request']);
  });

  it('EXT-06: of a chain of 50 exchanges the sixth and all after it are refused', async () => {
    const { app, portal } = world;
    let token = ofAlice;
    const outcomes: string[] = [];
    for (let index = 0; index < 50; index++) {
      const { status, body } = await exchange(app, portal, { subject_token: token, resource: ORDERS });
      outcomes.push(status === 200 ? 'given' : (body.error as string));
      if (status === 200) token = body.access_token as string;
    }
    expect(outcomes).toEqual([...Array<string>(5).fill('given'), ...Array<string>(45).fill('invalid_request')]);
    expect(decodeJwt(token).exp).toBe(decodeJwt(ofAlice).exp);
  });

  it('EXT-06: tokens of actors count as none of the five, and make the token no longer than can be read', async () => {
    const { app, portal } = world;
    const { tokens } = await tokensOfAlice(world);
    let [token, given] = [tokens.access_token, 0];
    for (let index = 0; index < 6; index++) {
      const actor = { actor_token: tokens.access_token, actor_token_type: ACCESS_TOKEN };
      const { status, body } = await exchange(app, portal, { subject_token: token, resource: ORDERS, ...actor });
      if (status !== 200) continue;
      token = body.access_token as string;
      given++;
    }
    expect([given, (await introspected(app, world.ordersApi, token)).active]).toEqual([5, true]);
  });

  it('EXT-06, DPP-01: a token that is bound to a key is exchanged with a proof of that key only, and stays bound', async () => {
    const { app, portal } = world;
    const granted = await tokensOfAlice(world);
    const holder = await KeyHolder.make(app);
    const bound = await exchange(
      app,
      portal,
      { subject_token: granted.tokens.access_token, resource: ORDERS },
      await holder.header(),
    );
    expect(bound.body.token_type).toBe('DPoP');
    const parameters = { subject_token: bound.body.access_token as string, resource: ORDERS };
    expect(await refusal(app, portal, parameters)).toEqual([400, 'invalid_dpop_proof']);
    const other = await KeyHolder.make(app);
    expect(await refusal(app, portal, parameters, await other.header())).toEqual([400, 'invalid_dpop_proof']);
    const again = await exchange(app, portal, parameters, await holder.header());
    expect(decodeJwt(again.body.access_token as string)['cnf']).toEqual({ jkt: holder.jkt });
  });

  it('EXT-06: what is told of a token does not depend on whether there is such a one', async () => {
    const { app, billingApi } = world;
    const answers = await Promise.all(
      [ofAlice, `${ofAlice.slice(0, -4)}AAAA`, 'gha_nothing', 'x'].map((subject_token) =>
        exchange(app, billingApi, { subject_token, resource: LEDGER }),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  });

  it.each(['disabled', 'locked'] as const)(
    'EXT-06, AUT-09: of a person who is %s no further token is given',
    async (state) => {
      const { app, ordersApi, billingApi } = world;
      const { tokens } = await tokensOfAlice(world);
      const parameters = { subject_token: tokens.access_token, resource: BILLING };
      const before = await exchange(app, ordersApi, parameters);
      const sub = decodeJwt(tokens.access_token).sub!;
      // The mark alone, without the revocations that go with it: what decides is the person as they are now.
      const mark = (set: boolean) =>
        app.resolve(UnitOfWork).run((transaction) => app.resolve(UserStore).mark(transaction, sub, state, set));
      await mark(true);
      expect(await refusal(app, ordersApi, parameters)).toEqual([400, 'invalid_request']);
      await mark(false);
      expect((await exchange(app, ordersApi, parameters)).status).toBe(200);
      expect((await introspected(app, billingApi, before.body.access_token as string)).active).toBe(true);
    },
  );

  it('EXT-06: whoever holds the token and no credentials of a client gets nothing', async () => {
    const { app } = world;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const anonymous = new URLSearchParams({ grant_type: EXCHANGE, subject_token: ofAlice, resource: BILLING });
    const { status, body } = await app.post('/oauth/token', anonymous.toString(), headers);
    expect([status, body.error]).toEqual([401, 'invalid_client']);
  });
});
