import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { aClient } from '../support/test-clients';
import type { Answer, TestClient } from '../support/test-client';

const PHOTOS = {
  resource: 'https://photos.example.com',
  name: 'Photo archive',
  scopes: [
    { name: 'photos:read', description: 'See your photos' },
    { name: 'photos:write', description: 'Change your photos' },
  ],
};

describe('/admin/resource-servers', () => {
  let app: TestApp;
  let admin: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    admin = await app.asUser({ roles: ['admin'] });
  });

  afterAll(() => app.close());

  const path = (id: string) => `/admin/resource-servers/${encodeURIComponent(id)}`;
  const pointersOf = ({ status, body }: Answer) => [
    status,
    body.code,
    (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer),
  ];

  it('registers an API, whose scopes clients can be given from then on', async () => {
    const made = await admin.post('/admin/resource-servers', PHOTOS);
    expect([made.status, made.headers.get('location'), made.headers.get('etag')]).toEqual([
      201,
      '/admin/resource-servers/https%3A%2F%2Fphotos.example.com',
      '"1"',
    ]);
    const at = new Date(app.clock.now()).toISOString();
    const shown = {
      ...PHOTOS,
      token_format: 'jwt',
      introspection_clients: [],
      revision: 1,
      created_at: at,
      updated_at: at,
    };
    expect(made.body).toEqual(shown);
    expect((await admin.get(path(PHOTOS.resource))).body).toEqual(shown);
    expect((await admin.get('/admin/resource-servers')).body).toEqual({ items: [shown], nextCursor: null });
    const { id, secret } = await aClient(app, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'photos:read',
    });
    const token = await app.post('/oauth/token', 'grant_type=client_credentials&scope=photos%3Aread', {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
    const claims = JSON.parse(Buffer.from(token.body.access_token.split('.')[1], 'base64url').toString());
    expect([claims.aud, claims.scope]).toEqual([PHOTOS.resource, 'photos:read']);
  });

  it('changes it within a second: format, lifetime, and who may ask about its tokens', async () => {
    const { id } = await aClient(app, { grant_types: ['client_credentials'], redirect_uris: [] });
    const resource = 'urn:example:mail';
    await admin.post('/admin/resource-servers', { ...PHOTOS, resource, scopes: [] });
    const change = { token_format: 'opaque', access_token_lifetime: 60, introspection_clients: [id] };
    const changed = await admin.patch(path(resource), change, { 'if-match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body]).toEqual([
      200,
      '"2"',
      expect.objectContaining(change),
    ]);
    const back = await admin.patch(
      path(resource),
      { token_format: null, access_token_lifetime: null },
      { 'if-match': '"2"' },
    );
    expect(back.body).toMatchObject({
      token_format: 'jwt',
      introspection_clients: [id],
      name: PHOTOS.name,
      revision: 3,
    });
    expect(back.body).not.toHaveProperty('access_token_lifetime');
  });

  it.each([
    [{ resource: undefined }, ['#/resource']],
    [{ resource: 'photos' }, ['#/resource']],
    [{ resource: 'https://a.example/#x' }, ['#/resource']],
    [{ resource: TEST_ISSUER }, ['#/resource']],
    [{ name: undefined }, ['#/name']],
    [{ name: 'a\u202eb' }, ['#/name']],
    [{ scopes: [{ name: 'a b', description: 'x' }] }, ['#/scopes/0/name']],
    [{ scopes: [{ name: 'a', description: 'x' }, { name: 'b' }] }, ['#/scopes/1/description']],
    [
      {
        scopes: [
          { name: 'a', description: 'x' },
          { name: 'a', description: 'y' },
        ],
      },
      ['#/scopes/1/name'],
    ],
    [{ scopes: [{ name: 'a', description: 'x', roles: [] }] }, ['#/scopes/0']],
    [{ scopes: ['a'] }, ['#/scopes/0']],
    [{ token_format: 'paseto' }, ['#/token_format']],
    [{ access_token_lifetime: 0 }, ['#/access_token_lifetime']],
    [{ introspection_clients: ['first-party', 'nobody'] }, ['#/introspection_clients/1']],
    [{ audience: 'https://a.example' }, ['#/audience']],
  ])('points at what is wrong: %j', async (wrong, pointers) => {
    const answer = await admin.post('/admin/resource-servers', {
      ...PHOTOS,
      resource: 'https://wrong.example',
      ...wrong,
    });
    expect(pointersOf(answer)).toEqual([400, 'validation_failed', pointers]);
  });

  it.each(['admin:write', 'offline_access'])(
    'gives no scope the name of one that is kept for people with a role, or for the protocol: %s',
    async (name) => {
      const scopes = [{ name, description: 'Looks harmless' }];
      const answer = await admin.post('/admin/resource-servers', {
        ...PHOTOS,
        resource: 'https://evil.example',
        scopes,
      });
      expect(pointersOf(answer)).toEqual([400, 'validation_failed', ['#/scopes/0/name']]);
    },
  );

  it('reaches the longest identifier that there can be', async () => {
    const resource = `https://long.example/${'/'.repeat(2_048 - 21)}`;
    expect((await admin.post('/admin/resource-servers', { ...PHOTOS, resource })).status).toBe(201);
    expect((await admin.delete(path(resource), { 'if-match': '"1"' })).status).toBe(204);
  });

  it('tells of all scopes, whose they are, and who may ask for them', async () => {
    const { id } = await aClient(app, { scope: 'notes:read photos:read' });
    const scopes = (await admin.get('/admin/scopes?limit=200')).body.items as { name: string; clients: string[] }[];
    const named = (name: string) => scopes.find((scope) => scope.name === name && 'resource' in scope);
    expect(named('notes:read')).toMatchObject({ description: 'Read your notes', resource: TEST_ISSUER, roles: [] });
    expect(named('notes:read')?.clients).toContain(id);
    expect(named('admin:write')).toMatchObject({ roles: ['admin'], clients: ['api-docs'], client_count: 1 });
    expect(named('offline_access')).toMatchObject({ resource: null });
    expect(scopes.filter(({ name }) => name === 'photos:read').length).toBeGreaterThan(0);
    expect(scopes.map(({ name }) => name)).toEqual(scopes.map(({ name }) => name).sort());
    const first = await admin.get('/admin/scopes?limit=1');
    expect(first.body.items).toEqual([scopes[0]]);
    expect((await admin.get(`/admin/scopes?limit=1&cursor=${first.body.nextCursor}`)).body.items).toEqual([scopes[1]]);
  });
});
