import { AccountChanges } from '../../src/auth/account-changes';
import { Accounts } from '../../src/auth/accounts';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { KeyHolder } from '../support/dpop-proof';
import {
  aCode,
  authorizationParameters,
  authorizationPath,
  redeemCode,
  refreshAs,
  refusalOf,
  sendAs,
  signedIn,
  VERIFIER,
} from '../support/hand-made-flow';
import type { PageBrowser } from '../support/page-browser';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { aClient, aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';

const ORDERS = 'https://orders.example.com';
const BILLING = 'https://billing.example.com';
const BOTH = 'orders:read billing:read';
const BY = { address: null, requestId: null, by: 'test' };

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

describe.each([
  ['public', aPublicClient],
  ['confidential', aClient],
] as const)('the refresh tokens of %s clients of others', (kind, make) => {
  let app: TestApp;
  let client: TestOAuthClient;
  let other: TestOAuthClient;
  let alice: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp({
      env: { ...ROOMY_LIMITS, REFRESH_TOKEN_ABSOLUTE_LIFETIME: '10d', REFRESH_TOKEN_LIFETIME: '3d' },
    });
    await app.register('alice');
    await aResourceServer(app, ORDERS, ['orders:read', 'orders:write']);
    await aResourceServer(app, BILLING, ['billing:read']);
    const metadata = { skip_consent: true, scope: `notes:read notes:write ${BOTH} orders:write` };
    [client, other] = [await make(app, metadata), await make(app, { ...metadata, client_name: 'Other' })];
    alice = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  async function tokens(changes: Readonly<Record<string, string>> = {}, by = client): Promise<Tokens> {
    const answer = await redeemCode(app, by, await aCode(alice, by, { scope: 'notes:read notes:write', ...changes }));
    expect(answer.status).toBe(200);
    return answer.body as Tokens;
  }

  const refresh = (token: string, changes: Readonly<Record<string, string>> = {}, by = client) =>
    refreshAs(app, by, token, changes);
  const audienceOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { aud: unknown }).aud;
  const isAlive = async (token: string) => (await app.withToken(token).get('/notes')).status === 200;

  async function expectDead({ access_token: access, refresh_token: token }: Tokens): Promise<void> {
    expect([await isAlive(access), refusalOf(await refresh(token))]).toEqual([false, [400, 'invalid_grant']]);
  }

  it('RFR-01: a copy that comes after the leeway ends its family, no other, and is written down (RFC 9700 §4.14.2)', async () => {
    const [first, bystander] = [await tokens(), await tokens()];
    const second = (await refresh(first.refresh_token)).body as Tokens;
    app.clock.advance(31);
    const third = (await refresh(second.refresh_token)).body as Tokens;
    expect(refusalOf(await refresh(first.refresh_token))).toEqual([400, 'invalid_grant']);
    for (const each of [second, third]) await expectDead(each);
    expect((await refresh(bystander.refresh_token)).status).toBe(200);
    const rows = await openRows(app.database);
    const noted = await rows.query(
      `SELECT seq FROM audit_events WHERE type = 'token.replayed' AND client_id = '${client.id}'`,
    );
    await rows.close();
    expect(noted).toHaveLength(1);
  });

  it('RFR-03: is good for its own client alone, whose it stays (RFC 6749 §6)', async () => {
    const { refresh_token: token } = await tokens();
    const stranger = await aPublicClient(app);
    const confidential = await aClient(app);
    expect(refusalOf(await refresh(token, {}, other))).toEqual([400, 'invalid_grant']);
    expect(refusalOf(await refresh(token, {}, stranger))).toEqual([400, 'invalid_grant']);
    expect(refusalOf(await refresh(token, {}, confidential))).toEqual([400, 'invalid_grant']);
    expect(refusalOf(await refresh(token, { client_id: client.id }, confidential))).toEqual([401, 'invalid_client']);
    expect(refusalOf(await refresh(token, {}, { ...client, secret: 'x'.repeat(43) }))).toEqual([401, 'invalid_client']);
    // Nor is the server's own way of refreshing one for it, or the other way round.
    expect((await app.post('/auth/refresh', { refresh_token: token })).status).toBe(401);
    const { refresh_token: own } = (await app.login('alice')).body as Tokens;
    expect(refusalOf(await refresh(own))).toEqual([400, 'invalid_grant']);
    if (kind === 'confidential') {
      expect(refusalOf(await refresh(token, {}, { ...client, secret: '' }))).toEqual([401, 'invalid_client']);
    }
    expect((await refresh(token)).status).toBe(200);
  });

  it('RFR-04: gives a part of the scope, never more, and the part binds that one access token only (RFC 6749 §6)', async () => {
    const first = await tokens({ scope: 'notes:read notes:write' });
    for (const scope of [
      'notes:read notes:write account',
      'admin',
      'orders:write',
      'notes:read offline_access',
      'roles',
    ]) {
      expect([scope, refusalOf(await refresh(first.refresh_token, { scope }))]).toEqual([
        scope,
        [400, 'invalid_scope'],
      ]);
    }
    const narrow = (await refresh(first.refresh_token, { scope: 'notes:read' })).body as Tokens;
    expect(narrow.scope).toBe('notes:read');
    expect((await app.withToken(narrow.access_token).post('/notes', { title: 'x', body: 'y' })).status).toBe(403);
    const whole = (await refresh(narrow.refresh_token)).body as Tokens;
    expect(whole.scope).toBe('notes:read notes:write');
    const least = await tokens({ scope: 'notes:read' });
    expect(refusalOf(await refresh(least.refresh_token, { scope: 'notes:read notes:write' }))).toEqual([
      400,
      'invalid_scope',
    ]);
    // What the person did not tick was not granted, though the client had asked for it.
    expect((await refresh(least.refresh_token, { scope: '' })).body.scope).toBe('notes:read');
  });

  it('RFR-05: gives a part of the resources, never more, with the scopes that count there (RFC 8707 §2.2)', async () => {
    const url = authorizationPath([
      ...authorizationParameters(client.id, { scope: BOTH, resource: ORDERS }),
      ['resource', BILLING],
    ]);
    await alice.open(url);
    const both = (await redeemCode(app, client, alice.parameters.get('code')!)).body as Tokens;
    expect(audienceOf(both.access_token)).toEqual([ORDERS, BILLING]);
    const part = (await refresh(both.refresh_token, { resource: BILLING })).body as Tokens;
    expect([audienceOf(part.access_token), part.scope]).toEqual([BILLING, 'billing:read']);
    expect(refusalOf(await refresh(part.refresh_token, { resource: BILLING, scope: 'orders:write' }))).toEqual([
      400,
      'invalid_scope',
    ]);
    const one = await tokens({ scope: 'orders:read', resource: ORDERS });
    for (const resource of [
      BILLING,
      'https://evil.example',
      `${ORDERS}/`,
      `${ORDERS}#x`,
      'HTTPS://orders.example.com',
    ]) {
      expect([resource, refusalOf(await refresh(one.refresh_token, { resource }))]).toEqual([
        resource,
        [400, 'invalid_target'],
      ]);
    }
    const twice = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: one.refresh_token,
      resource: ORDERS,
    });
    twice.append('resource', BILLING);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    if (kind === 'public') {
      twice.set('client_id', client.id);
      expect(refusalOf(await app.post('/oauth/token', twice.toString(), headers))).toEqual([400, 'invalid_target']);
    }
    expect((await refresh(one.refresh_token)).status).toBe(200);
  });

  it('RFR-06: ends at its absolute limit, however often it is used', async () => {
    let current = await tokens({ scope: 'notes:read offline_access' });
    for (let day = 2; day < 10; day += 2) {
      app.clock.advance(2 * 86_400);
      const answer = await refresh(current.refresh_token);
      expect([day, answer.status]).toEqual([day, 200]);
      current = answer.body as Tokens;
    }
    app.clock.advance(2 * 86_400);
    expect(refusalOf(await refresh(current.refresh_token))).toEqual([400, 'invalid_grant']);
    alice = await signedIn(app, 'alice');
  });

  it.each([
    ['disabled', async (id: string) => app.resolve(Accounts).mark(id, 'disabled', true)],
    ['locked', async (id: string) => app.resolve(Accounts).mark(id, 'locked', true)],
    [
      'removed',
      async (id: string) =>
        app.resolve(UnitOfWork).run((transaction) => app.resolve(AccountChanges).remove(transaction, id)),
    ],
  ] as const)(
    'RFR-07: of a person who is %s are dead at once, be they good beyond any session, and stay dead',
    async (mark, end) => {
      const id = (await app.register(`person-${mark}`)).body.id as string;
      const browser = await signedIn(app, `person-${mark}`);
      const given = [
        (await redeemCode(app, client, await aCode(browser, client))).body as Tokens,
        (await redeemCode(app, client, await aCode(browser, client, { scope: 'notes:read offline_access' })))
          .body as Tokens,
      ];
      const code = await aCode(browser, client);
      await end(id);
      for (const each of given) await expectDead(each);
      expect(refusalOf(await redeemCode(app, client, code))).toEqual([400, 'invalid_grant']);
      await browser.open(authorizationPath(authorizationParameters(client.id, { prompt: 'none' })));
      expect(browser.parameters.get('error')).toBe('login_required');
      if (mark === 'removed') return;
      await app.resolve(Accounts).mark(id, mark, false);
      app.clock.advance(1);
      for (const each of given) await expectDead(each);
    },
  );

  it('RFR-08: gives no scope that the client may not have any more, and nothing once the person has taken it back', async () => {
    const metadata = {
      client_name: 'Asking',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: kind === 'public' ? 'none' : 'client_secret_basic',
      scope: 'notes:read notes:write',
    };
    const asking = await make(app, metadata);
    const first = await tokens({}, asking);
    const registrations = app.resolve(ClientRegistrations);
    const changed = await registrations.change(asking.id, { ...metadata, scope: 'notes:read' }, null, BY);
    expect(changed.outcome).toBe('done');
    const narrowed = await refresh(first.refresh_token, {}, asking);
    expect([narrowed.status, narrowed.body.scope]).toEqual([200, 'notes:read']);
    expect((await registrations.change(asking.id, metadata, null, BY)).outcome).toBe('done');
    await alice.open('/account');
    await alice.submit('button[aria-label="Remove access of Asking"]');
    const { refresh_token: latest } = narrowed.body as Tokens;
    expect(refusalOf(await refresh(latest, {}, asking))).toEqual([400, 'invalid_grant']);
    expect(await isAlive(first.access_token)).toBe(false);
    await alice.open(authorizationPath(authorizationParameters(asking.id)));
    expect(alice.path).toBe('/consent');
  });

  it('RFR-09: is taken back by its own client alone, with all that it gave (RFC 7009 §2.1)', async () => {
    const revoke = (token: string, by: TestOAuthClient, changes = {}) =>
      sendAs(app, by, { token, ...changes }, '/oauth/revoke');
    const first = await tokens();
    for (const token of [first.refresh_token, first.access_token]) {
      expect(refusalOf(await revoke(token, other))).toEqual([400, 'invalid_grant']);
      expect((await revoke(token, { ...client, secret: 'x'.repeat(43) })).status).toBe(401);
    }
    expect(await isAlive(first.access_token)).toBe(true);
    for (const unknown of ['nothing', `ghr_${'A'.repeat(80)}`, 'a.b.c', first.refresh_token.slice(0, -1)]) {
      expect([unknown, (await revoke(unknown, client)).status]).toEqual([unknown, 200]);
    }
    const second = (await refresh(first.refresh_token)).body as Tokens;
    // The hint is a hint.
    expect((await revoke(second.refresh_token, client, { token_type_hint: 'access_token' })).status).toBe(200);
    for (const each of [first, second]) await expectDead(each);
    const third = await tokens();
    expect((await revoke(third.access_token, client, { token_type_hint: 'refresh_token' })).status).toBe(200);
    expect([await isAlive(third.access_token), (await refresh(third.refresh_token)).status]).toEqual([false, 200]);
  });

  it('RFR-11: of two cut-offs, of its client and of its person, the later one counts, whichever that is (RFC 7662 §2.2)', async () => {
    const reader = await aClient(app, { client_name: 'Reader' });
    const ledger = `https://ledger-${kind}.example.com`;
    await aResourceServer(app, ledger, ['ledger:read'], { introspectionClients: [reader.id] });
    const asking = await make(app, { skip_consent: true, scope: 'ledger:read' });
    const cutClient = async () => {
      for (const disabled of [true, false]) await app.resolve(ClientRegistrations).setDisabled(asking.id, disabled, BY);
    };
    const cutPerson = async () => {
      const { access_token: token } = (await app.login('alice')).body as Tokens;
      await app.withToken(token).post('/auth/logout-all');
      alice = await signedIn(app, 'alice');
    };
    const isActive = async ({ access_token: token }: Tokens) =>
      (await sendAs(app, reader, { token }, '/oauth/introspect')).body.active as boolean;
    for (const [earlier, later] of [
      [cutClient, cutPerson],
      [cutPerson, cutClient],
    ] as const) {
      await earlier();
      app.clock.advance(2);
      const between = await tokens({ scope: 'ledger:read' }, asking);
      expect(await isActive(between)).toBe(true);
      app.clock.advance(2);
      await later();
      expect(await isActive(between)).toBe(false);
      app.clock.advance(2);
      expect(await isActive(await tokens({ scope: 'ledger:read' }, asking))).toBe(true);
    }
  });

  it('DPP-04: is worth nothing without the key with which a public client has asked for it (RFC 9449 §5)', async () => {
    const [holder, thief] = [await KeyHolder.make(app), await KeyHolder.make(app)];
    const redeem = {
      grant_type: 'authorization_code',
      code: await aCode(alice, client),
      code_verifier: VERIFIER,
    };
    const bound = (await sendAs(app, client, redeem, '/oauth/token', await holder.header())).body as Tokens & {
      token_type: string;
    };
    expect(bound.token_type).toBe('DPoP');
    const form = { grant_type: 'refresh_token', refresh_token: bound.refresh_token };
    if (kind === 'public') {
      expect((await sendAs(app, client, form)).status).toBe(400);
      expect((await sendAs(app, client, form, '/oauth/token', await thief.header())).status).toBe(400);
    }
    expect((await sendAs(app, client, form, '/oauth/token', await holder.header())).body.token_type).toBe('DPoP');
  });

  it('RFR-12: is no access token, no code and no credential, nor is anything else a refresh token', async () => {
    const { access_token: access, refresh_token: token } = await tokens();
    const code = await aCode(alice, client);
    for (const wrong of [access, code, client.id, client.secret, `${token}x`, token.toUpperCase(), ` ${token}`]) {
      if (wrong === '') continue;
      expect([wrong, refusalOf(await refresh(wrong))]).toEqual([wrong, [400, 'invalid_grant']]);
    }
    for (const wrong of [token, access]) {
      expect(refusalOf(await redeemCode(app, client, wrong))).toEqual([400, 'invalid_grant']);
    }
    for (const wrong of [token, code]) expect((await app.withToken(wrong).get('/notes')).status).toBe(401);
    expect((await sendAs(app, client, { token }, '/oauth/introspect')).body).not.toMatchObject({ active: true });
    // A token that somebody let an application have does not open the account.
    for (const path of ['/auth/me', '/admin/clients']) {
      expect([path, (await app.withToken(access).get(path)).status]).toEqual([path, 403]);
    }
    expect((await app.withToken(access).post('/auth/logout-all')).status).toBe(403);
    await app.withToken(access).post('/auth/logout');
    expect((await alice.open('/account')).path).toBe('/account');
  });
});
