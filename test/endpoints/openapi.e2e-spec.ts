/* eslint-disable @typescript-eslint/no-explicit-any -- a document of any shape is looked into */

import { RouteTable } from '../../src/http/route-table';
import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { ApiDescription, routesOf } from '../support/openapi';
import { OAUTH_ROUTES, PAGE_ROUTES } from '../support/open-routes';
import type { Answer, TestClient } from '../support/test-client';

/** What is not in the document, and why. */
const UNDOCUMENTED = [
  'GET /docs', // the documentation itself
  'GET /docs/*',
  'GET /docs/oauth2-redirect.html',
  'GET /docs-json',
  'GET /metrics', // for monitoring, which knows the format
  'GET /problems', // a page for people
  ...[...PAGE_ROUTES].map((route) => route.replace(/:(\w+)/g, '{$1}')),
  ...[...OAUTH_ROUTES].filter((route) => /well-known|authorize|logout/.test(route)), // clients know their formats
];

/** The operations that come with the house; whoever adds a feature need not list theirs here. */
const OF_THE_HOUSE = [
  'account_change',
  'account_changePassword',
  'account_me',
  'account_register',
  'adminClientSecrets_list',
  'adminClientSecrets_read',
  'adminClientSecrets_remove',
  'adminClientSecrets_rotate',
  'adminClientSwitch_disable',
  'adminClientSwitch_enable',
  'adminClients_change',
  'adminClients_list',
  'adminClients_read',
  'adminClients_register',
  'adminClients_remove',
  'adminResourceServers_change',
  'adminResourceServers_list',
  'adminResourceServers_read',
  'adminResourceServers_register',
  'adminResourceServers_remove',
  'adminScopes_list',
  'adminUsers_list',
  'adminUsers_read',
  'adminSubjectLinks_add',
  'adminSubjectLinks_list',
  'adminSubjectLinks_read',
  'adminSubjectLinks_remove',
  'adminTrustedIssuers_change',
  'adminTrustedIssuers_list',
  'adminTrustedIssuers_read',
  'adminTrustedIssuers_register',
  'adminTrustedIssuers_remove',
  'auth_login',
  'auth_logout',
  'auth_logoutAll',
  'auth_refresh',
  'health_live',
  'health_ready',
  'introspection_introspect',
  'jwks_keySet',
  'notes_add',
  'notes_change',
  'notes_list',
  'notes_listEveryones',
  'notes_read',
  'notes_remove',
  'protected_read',
  'pushedAuthorization_push',
  'revocation_revoke',
  'token_token',
];

describe('the OpenAPI document', () => {
  let app: TestApp;
  let api: ApiDescription;

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+jwt_bearer' } });
    api = new ApiDescription((await app.get('/docs-json')).body);
  });

  afterAll(() => app.close());

  it('is valid OpenAPI 3.1', async () => {
    expect(api.document.openapi).toBe('3.1.0');
    expect(await api.faults()).toEqual([]);
  });

  it('has every route of the running application, but for a short list', () => {
    const documented = api.operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect([...documented, ...UNDOCUMENTED].sort()).toEqual(routesOf(app.resolve(RouteTable)).sort());
  });

  it('keeps its operationIds: generated clients are made of them', () => {
    const ids = api.operations().map(({ operation }) => operation.operationId as string);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(OF_THE_HOUSE));
  });

  it('describes every operation of the house, with an example of each request and each successful answer', () => {
    const ofTheHouse = api.operations().filter(({ operation }) => OF_THE_HOUSE.includes(operation.operationId));
    const missing = ofTheHouse.flatMap(({ method, path, operation }) => {
      const successes = Object.entries<any>(operation.responses).filter(([status]) => /^2/.test(status));
      const contents = [operation.requestBody, ...successes.map(([, response]) => response)].filter(Boolean);
      const silent = successes.filter(([status, { content }]) => status !== '204' && content === undefined);
      const media = contents.flatMap(({ content }) => Object.values<any>(content ?? {}));
      return [
        ...(operation.summary && operation.description ? [] : ['summary, description']),
        ...(successes.length === 1 && silent.length === 0 ? [] : ['answer']),
        ...(media.every(({ example, examples }) => example !== undefined || examples !== undefined) ? [] : ['example']),
      ].map((what) => `${method} ${path}: ${what}`);
    });
    expect(missing).toEqual([]);
  });

  it('has examples that are as their schemas say', () => {
    const wrong = api.operations().flatMap(({ method, path, operation }) => {
      const places = [['requestBody'], ...Object.keys(operation.responses).map((status) => ['responses', status])];
      return places.flatMap((place) => {
        const content = place.reduce((node, step) => node?.[step], operation)?.content ?? {};
        return Object.entries<any>(content).flatMap(([type, media]) => {
          const steps = ['paths', path, method, ...place, 'content', type, 'schema'];
          const named = Object.values(media.examples ?? {}).map((example) => api.resolve(example).value);
          return [media.example, ...named]
            .filter((example) => example !== undefined)
            .flatMap((example) => api.mismatches(steps, example).map((fault) => `${steps.join(' ')}: ${fault}`));
        });
      });
    });
    expect(wrong).toEqual([]);
  });

  it('says of every operation what its guard demands, and the guard demands it (RFC 6750 §3.1)', async () => {
    for (const { method, path, operation } of api.operations()) {
      const call = (client: TestClient) => client.request(method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'));
      const isOpen = operation.security.length === 0 || Object.keys(operation.security[0]).length === 0;
      const anonymous = await call(app);
      const isAsked = anonymous.status === 401 && /^Bearer /.test(anonymous.headers.get('www-authenticate') ?? '');
      expect([operation.operationId, isAsked]).toEqual([operation.operationId, !isOpen]);
      if (isOpen) continue;
      const challenge = (await call(await app.asUser({ scopes: [] }))).headers.get('www-authenticate') ?? '';
      const [, scope] = /error="insufficient_scope".* scope="([^"]*)"/.exec(challenge) ?? [];
      const demanded = scope?.split(' ') ?? [];
      expect([operation.operationId, demanded]).toEqual([operation.operationId, operation.security[0].oauth2]);
    }
  });

  /** Holds an answer against what the document says of the operation. */
  const check = (operationId: string, { status, headers, text, body }: Answer) => {
    const { path, method, operation } = api.operation(operationId);
    const response = operation.responses[status];
    expect([operationId, status, Object.keys(operation.responses)]).toEqual([
      operationId,
      status,
      expect.arrayContaining([String(status)]),
    ]);
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    if (text === '') return expect(response.content).toBeUndefined();
    const codes = Object.keys(response.content[type].examples ?? {});
    if (status >= 400) expect([operationId, codes]).toEqual([operationId, expect.arrayContaining([body.code])]);
    const steps = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
    return expect([operationId, api.mismatches(steps, body)]).toEqual([operationId, []]);
  };

  it('describes what is really answered', async () => {
    check('account_register', await app.register('alice'));
    check('account_register', await app.register('alice'));
    check('account_register', await app.post('/auth/register', { username: 'b' }));
    check('auth_login', await app.login('alice', 'wrong'));
    check('auth_login', await app.post('/auth/login', '{'));
    check('auth_login', await app.post('/auth/login', 'a=b', { 'content-type': 'text/plain' }));
    const login = await app.login('alice');
    check('auth_login', login);
    const alice = app.withToken(login.body.access_token as string);
    check('account_me', await alice.get('/auth/me'));
    check('account_me', await app.withToken('x').get('/auth/me'));
    check('account_me', await app.get('/auth/me'));
    check('account_me', await alice.get('/auth/me?access_token=x'));
    check('account_change', await alice.patch('/auth/me', { displayName: 'Alice' }));
    check('protected_read', await alice.get('/protected'));
    const note = await alice.post('/notes', { title: 'a', body: 'b' });
    check('notes_add', note);
    check('notes_add', await alice.post('/notes', { title: 'a', body: 'b', id: 'mine' }));
    check('notes_add', await alice.post('/notes', { title: 'a', body: 'b'.repeat(70_000) }));
    check('notes_add', await (await app.asUser({ scopes: [] })).post('/notes', { title: 'a', body: 'b' }));
    check('notes_list', await alice.get('/notes'));
    check('notes_list', await alice.get('/notes?limit=0'));
    check('notes_listEveryones', await alice.get('/notes/everyone'));
    check('notes_listEveryones', await (await app.asUser({ roles: ['admin'] })).get('/notes/everyone'));
    check('notes_read', await alice.get(`/notes/${note.body.id}`));
    check('notes_read', await alice.get('/notes/unknown'));
    check('notes_change', await alice.patch(`/notes/${note.body.id}`, { title: 'c' }));
    check('notes_remove', await alice.delete(`/notes/${note.body.id}`));
    check('auth_refresh', await app.post('/auth/refresh', { refresh_token: login.body.refresh_token }));
    check('auth_refresh', await app.post('/auth/refresh', { refresh_token: 'ghr_x' }));
    check('account_changePassword', await alice.post('/auth/password', { currentPassword: 'x', newPassword: 'y' }));
    check('auth_logout', await alice.post('/auth/logout'));
    check('auth_logoutAll', await alice.post('/auth/logout-all'));
    check('jwks_keySet', await app.get('/jwks.json'));
    check('health_live', await app.get('/health/live'));
    check('health_ready', await app.get('/health/ready'));
  });

  it('describes what is really answered to administrators', async () => {
    const admin = await app.asUser({ roles: ['admin'] });
    const registered = await admin.post('/admin/clients', { redirect_uris: ['https://a.example/cb'] });
    check('adminClients_register', registered);
    check('adminClients_register', await admin.post('/admin/clients', { redirect_uris: ['x'] }));
    check('adminClients_register', await admin.post('/admin/clients', { ...registered.body, x: 1 }));
    check('adminClients_list', await admin.get('/admin/clients'));
    const client = `/admin/clients/${registered.body.client_id}`;
    check('adminClients_read', await admin.get(client));
    check('adminClients_read', await admin.get('/admin/clients/nobody'));
    check('adminClients_change', await admin.patch(client, { client_name: 'A' }, { 'if-match': '"1"' }));
    check('adminClients_change', await admin.patch(client, { client_name: 'B' }, { 'if-match': '"1"' }));
    check('adminClients_change', await admin.patch(client, { client_name: 'C' }));
    check('adminClients_change', await admin.patch('/admin/clients/first-party', {}, { 'if-match': '*' }));
    check('adminClientSwitch_disable', await admin.post(`${client}/disable`, undefined, { 'if-match': '*' }));
    check('adminClientSwitch_enable', await admin.post(`${client}/enable`, undefined, { 'if-match': '*' }));
    const secret = await admin.post(`${client}/secrets`, { overlap: 60 });
    check('adminClientSecrets_rotate', secret);
    check('adminClientSecrets_list', await admin.get(`${client}/secrets`));
    check('adminClientSecrets_read', await admin.get(`${client}/secrets/${secret.body.id}`));
    check('adminClientSecrets_remove', await admin.delete(`${client}/secrets/${secret.body.id}`));
    check('adminClients_remove', await admin.delete(client));
    check('adminClients_remove', await admin.delete(client, { 'if-match': '*' }));
    const resource = { resource: 'urn:photos', name: 'Photos', scopes: [{ name: 'p', description: 'See photos' }] };
    check('adminResourceServers_register', await admin.post('/admin/resource-servers', resource));
    check('adminResourceServers_register', await admin.post('/admin/resource-servers', resource));
    check('adminResourceServers_list', await admin.get('/admin/resource-servers'));
    const server = '/admin/resource-servers/urn:photos';
    check('adminResourceServers_read', await admin.get(server));
    check('adminResourceServers_change', await admin.patch(server, { access_token_lifetime: 9 }, { 'if-match': '*' }));
    check('adminScopes_list', await admin.get('/admin/scopes'));
    check('adminResourceServers_remove', await admin.delete(server, { 'if-match': '*' }));
    check('adminScopes_list', await (await app.asUser()).get('/admin/scopes'));
    const people = await admin.get('/admin/users?search=a');
    check('adminUsers_list', people);
    check('adminUsers_list', await admin.get('/admin/users?search='));
    check('adminUsers_read', await admin.get(`/admin/users/${people.body.items[0].id}`));
    check('adminUsers_read', await admin.get('/admin/users/nobody'));
  });

  it('describes what is really answered of trusted issuers', async () => {
    const admin = await app.asUser({ roles: ['admin'] });
    const issuer = { issuer: 'urn:directory', jwks_uri: 'https://directory.example.com/keys' };
    check('adminTrustedIssuers_register', await admin.post('/admin/trusted-issuers', issuer));
    check('adminTrustedIssuers_register', await admin.post('/admin/trusted-issuers', issuer));
    check('adminTrustedIssuers_list', await admin.get('/admin/trusted-issuers'));
    const trusted = '/admin/trusted-issuers/urn:directory';
    check('adminTrustedIssuers_read', await admin.get(trusted));
    check('adminTrustedIssuers_change', await admin.patch(trusted, { name: 'Directory' }, { 'if-match': '*' }));
    check('adminTrustedIssuers_change', await admin.patch(trusted, { name: 'Directory' }));
    const { id } = (await (await app.asUser()).get('/auth/me')).body;
    const link = { subject: 'a-17', user_id: id as string };
    check('adminSubjectLinks_add', await admin.post(`${trusted}/links`, link));
    check('adminSubjectLinks_add', await admin.post(`${trusted}/links`, link));
    check('adminSubjectLinks_list', await admin.get(`${trusted}/links`));
    check('adminSubjectLinks_read', await admin.get(`${trusted}/links/a-17`));
    check('adminSubjectLinks_remove', await admin.delete(`${trusted}/links/a-17`));
    check('adminSubjectLinks_remove', await admin.delete(`${trusted}/links/a-17`));
    check('adminTrustedIssuers_remove', await admin.delete(trusted, { 'if-match': '*' }));
  });

  it('lists the scopes with their descriptions, for people who authorize', () => {
    const { description } = api.document.components.securitySchemes.bearer;
    expect(description).toContain('- `notes:read`: Read your notes');
    expect(Object.keys(api.document.components.securitySchemes as object)).toEqual(['bearer', 'oauth2', 'clientBasic']);
    const { authorizationUrl, tokenUrl, scopes } =
      api.document.components.securitySchemes.oauth2.flows.authorizationCode;
    expect([authorizationUrl, tokenUrl]).toEqual([`${TEST_ISSUER}/oauth/authorize`, `${TEST_ISSUER}/oauth/token`]);
    expect(scopes['notes:read']).toBe('Read your notes');
  });

  it('is asked for again with its entity tag, at no cost (RFC 9110 §13.1.2)', async () => {
    const first = await app.get('/docs-json');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await app.get('/docs-json', { 'if-none-match': known });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await app.get('/docs-json', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('holds no address that a request could have chosen', async () => {
    const forged = await app.get('/docs-json', { 'x-forwarded-host': 'evil.example' });
    expect(forged.text).not.toContain('evil.example');
    expect(api.document.servers).toEqual([{ url: './', description: 'This server' }]);
  });
});
