import * as oauth from 'oauth4webapi';
import { Accounts } from '../../src/auth/accounts';
import { RouteTable } from '../../src/http/route-table';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import { ForeignApplication } from '../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { PageBrowser } from '../support/page-browser';
import { aClient } from '../support/test-clients';
import type { TestClient } from '../support/test-client';

const BOTH = ['admin:read', 'admin:write'];

interface Route {
  readonly method: string;
  readonly path: string;
}

describe('INJ-11: the API for administrators', () => {
  let app: TestApp;
  let routes: readonly Route[];

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+jwt_bearer' } });
    routes = app
      .resolve(RouteTable)
      .all()
      .filter(({ pattern }) => pattern.startsWith('/admin/'))
      .flatMap(({ pattern, methods }) => methods.map((method) => ({ method, path: pattern.replace(/:\w+/g, 'x') })));
  });

  afterAll(() => app.close());

  const refusals = async (client: TestClient, chosen = routes) => {
    const found = new Set<string>();
    for (const { method, path } of chosen) {
      const { status, body, headers } = await client.request(method, path);
      found.add(method === 'HEAD' ? `${status}` : `${status} ${body.code ?? headers.get('content-type')}`);
    }
    return [...found].filter((refusal) => !/^\d+$/.test(refusal));
  };

  it('INJ-11: is closed to strangers, and to people without the role, whatever scopes their token has', async () => {
    expect(routes.length).toBeGreaterThan(24);
    expect(await refusals(app)).toEqual(['401 missing_token']);
    expect(await refusals(await app.asUser())).toEqual(['403 insufficient_scope']);
    expect(await refusals(await app.asUser({ scopes: BOTH }))).toEqual(['403 insufficient_role']);
    for (const role of ['support', 'Admin', 'administrator', 'admin2']) {
      expect(await refusals(await app.asUser({ scopes: BOTH, roles: [role] }))).toEqual(['403 insufficient_role']);
    }
  });

  it('INJ-11: lets the scope for reading read, and change nothing', async () => {
    const reader = await app.asUser({ roles: ['admin'], scopes: ['admin:read'] });
    const writes = routes.filter(({ method }) => !['GET', 'HEAD'].includes(method));
    expect(await refusals(reader, writes)).toEqual(['403 insufficient_scope']);
    for (const list of ['clients', 'resource-servers', 'scopes', 'trusted-issuers', 'users']) {
      expect((await reader.get(`/admin/${list}`)).status).toBe(200);
    }
    const writer = await app.asUser({ roles: ['admin'], scopes: ['admin:write'] });
    expect((await writer.get('/admin/clients')).status).toBe(403);
  });

  it('INJ-11: lets an administrator in who signs in, until the role is taken away', async () => {
    await app.register('alice');
    const before = (await app.login('alice')).body.scope as string;
    expect(before.split(' ').filter((scope) => BOTH.includes(scope))).toEqual([]);
    const { body: alice } = await app.withToken((await app.login('alice')).body.access_token).get('/auth/me');
    await app.resolve(Accounts).setRoles(alice.id, ['admin']);
    const tokens = (await app.login('alice')).body;
    expect((await app.withToken(tokens.access_token).get('/admin/clients')).status).toBe(200);
    await app.asUser({ roles: ['admin'] });
    app.clock.advance(1);
    await app.resolve(Accounts).setRoles(alice.id, []);
    expect((await app.withToken(tokens.access_token).get('/admin/clients')).status).toBe(401);
  });

  it('INJ-11: stays closed to an application that an administrator has let in, even one that may ask for the scopes', async () => {
    await app.register('carol');
    const { body: carol } = await app.withToken((await app.login('carol')).body.access_token).get('/auth/me');
    await app.resolve(Accounts).setRoles(carol.id, ['admin']);
    const made = await aClient(app, { scope: 'notes:read admin:read admin:write' });
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read admin:read admin:write' }));
    await browser.submit('#sign-in', { username: 'carol', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    const tokens = await application.redeem(browser);
    expect(tokens.scope).toBe('notes:read admin:read admin:write');
    const client = app.withToken(tokens.access_token);
    expect((await client.get('/notes')).status).toBe(200);
    expect(await refusals(client)).toEqual(['403 insufficient_role']);
  });

  it('INJ-11: gives the scopes to nobody without the role, and to no client that acts for itself', async () => {
    await app.register('dora');
    const made = await aClient(app, {
      scope: 'notes:read admin:write',
      grant_types: ['authorization_code', 'client_credentials'],
    });
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read admin:write' }));
    await browser.submit('#sign-in', { username: 'dora', password: GOOD_PASSWORD });
    expect(browser.text).not.toContain('Change how this server is set up');
    await browser.submit('#allow');
    expect((await application.redeem(browser)).scope).toBe('notes:read');
    const { body } = await app.post('/oauth/token', 'grant_type=client_credentials&scope=admin%3Awrite', {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${made.id}:${made.secret}`).toString('base64')}`,
    });
    expect((body.scope as string | undefined) ?? '').not.toContain('admin');
  });

  it('DCR-05: gives a client that registers itself no scope that is kept for people with a role', async () => {
    const metadata = { redirect_uris: ['https://a.example/cb'], scope: 'notes:read admin:read admin:write' };
    const by = { address: null, requestId: null };
    const made = await app.resolve(ClientRegistrations).register({ metadata, origin: 'dynamic' }, by);
    expect(made).toMatchObject({ outcome: 'done', client: { metadata: { scope: 'notes:read' } } });
  });
});
