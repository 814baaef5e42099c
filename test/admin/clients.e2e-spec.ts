import { ClientStore } from '../../src/clients/client.store';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { readClientMetadata } from '../../src/clients/read-client-metadata';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { aClient } from '../support/test-clients';
import type { Answer, TestClient } from '../support/test-client';

const REGISTRATION = {
  client_name: 'Printer',
  redirect_uris: ['https://printer.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'notes:read',
};

const SERVICE = { client_name: 'Robot', grant_types: ['client_credentials'], scope: 'notes:read' };

describe('/admin/clients', () => {
  let app: TestApp;
  let admin: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    admin = await app.asUser({ roles: ['admin'], username: 'root' });
  });

  afterAll(() => app.close());

  const path = (id: string) => `/admin/clients/${encodeURIComponent(id)}`;
  const register = async (registration: object) => {
    const answer = await admin.post('/admin/clients', registration);
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ client_id: expect.any(String) })]);
    return answer.body;
  };
  const tagOf = async (id: string) => (await admin.get(path(id))).headers.get('etag') ?? '';
  const tokenStatus = async (id: string, secret: string) =>
    (
      await app.post('/oauth/token', 'grant_type=client_credentials', {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      })
    ).status;
  const pointersOf = ({ status, body }: Answer) => [
    status,
    body.code,
    (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer),
  ];

  it('registers a client, says where it is, and shows its secret in this answer alone', async () => {
    const answer = await admin.post('/admin/clients', REGISTRATION);
    expect(answer.status).toBe(201);
    const { client_id: id, client_secret: secret, ...shown } = answer.body;
    expect(shown).toMatchObject({ ...REGISTRATION, origin: 'administrator', revision: 1, disabled: false });
    expect(shown.client_id_issued_at).toBe(Math.floor(app.clock.now() / 1_000));
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(answer.headers.get('location')).toBe(`/admin/clients/${id}`);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const read = await admin.get(`/admin/clients/${id}`);
    expect([read.status, read.body]).toEqual([200, { client_id: id, ...shown }]);
    for (const { text } of [read, await admin.get('/admin/clients'), await admin.get(`${path(id)}/secrets`)]) {
      expect(text).not.toContain(secret);
    }
  });

  it('takes an id and a secret that are given, once', async () => {
    const given = { ...SERVICE, client_id: 'given', client_secret: 'Zx9-given-secret-0123456789abcdefghij' };
    expect((await register(given)).client_secret).toBe(given.client_secret);
    expect(await tokenStatus('given', given.client_secret)).toBe(200);
    const again = await admin.post('/admin/clients', given);
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
  });

  it.each([
    [{ ...REGISTRATION, redirect_uris: ['https://a.example/cb', 'javascript:alert(1)'] }, ['#/redirect_uris/1']],
    [{ ...REGISTRATION, redirect_uris: 'https://a.example/cb' }, ['#/redirect_uris']],
    [{ ...REGISTRATION, jwks_uri: 'http://a.example', logo_uri: 'data:,x' }, ['#/logo_uri', '#/jwks_uri']],
    [{ ...REGISTRATION, grant_types: ['authorization_code', 'password'] }, ['#/grant_types/1']],
    [{ ...REGISTRATION, grant_types: ['authorization_code', 'implicit'] }, ['#/response_types']],
    [{ ...REGISTRATION, response_types: ['code', 'token'] }, ['#/response_types/1']],
    [{ ...REGISTRATION, require_pkce: false }, ['#/require_pkce']],
    [
      {
        ...REGISTRATION,
        skip_consent: true,
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/cb'],
        application_type: 'native',
      },
      ['#/skip_consent'],
    ],
    [{ ...REGISTRATION, scope: 'notes:read notes:burn' }, ['#/scope']],
    [{ ...REGISTRATION, first_party: true }, ['#/first_party']],
    [{ ...REGISTRATION, client_id: 'https://a.example/client' }, ['#/client_id']],
    [{ ...SERVICE, client_secret: 'too short' }, ['#/client_secret']],
    [{ ...SERVICE, client_id: 7 }, ['#/client_id']],
    [{}, ['#/redirect_uris']],
  ])('points at what is wrong with a registration: %j', async (registration, pointers) => {
    const answer = await admin.post('/admin/clients', registration);
    expect(pointersOf(answer)).toEqual([400, 'validation_failed', pointers]);
    expect(answer.text).not.toContain('javascript');
  });

  it('refuses what is no object', async () => {
    for (const body of ['[]', 'null', '"x"', '7']) {
      expect(pointersOf(await admin.post('/admin/clients', body))).toEqual([400, 'validation_failed', ['#']]);
    }
  });

  it('changes what is named, lets the rest be, and takes null for what nobody said (RFC 7396)', async () => {
    const { client_id: id, ...before } = await register({
      ...REGISTRATION,
      client_uri: 'https://a.example/',
      access_token_lifetime: 60,
    });
    const change = { client_name: 'Other', client_uri: null, access_token_lifetime: 90 };
    const answer = await admin.patch(path(id), change, { 'if-match': '"1"' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
    const { client_uri, client_secret, ...left } = before;
    expect([client_uri, client_secret]).toEqual(['https://a.example/', expect.any(String)]);
    expect(answer.body).toEqual({
      ...left,
      client_id: id,
      client_name: 'Other',
      access_token_lifetime: 90,
      revision: 2,
    });
    expect((await admin.get(path(id))).body).toEqual(answer.body);
  });

  it('takes back what it has shown, edited, and no change of what is fixed', async () => {
    const { client_id: id } = await register(REGISTRATION);
    const { body } = await admin.get(path(id));
    const edited = await admin.patch(path(id), { ...body, client_name: 'Edited' }, { 'if-match': '"1"' });
    expect([edited.status, edited.body]).toEqual([200, { ...body, client_name: 'Edited', revision: 2 }]);
    const fixed = { client_id: 'other', client_id_issued_at: 1, origin: 'house', revision: 9, disabled: true };
    const refused = await admin.patch(path(id), fixed, { 'if-match': '"2"' });
    expect(pointersOf(refused)).toEqual([400, 'validation_failed', Object.keys(fixed).map((name) => `#/${name}`)]);
  });

  it('lets grants change without the response types that follow from them, and gives the secret that has become needed', async () => {
    const { client_id: id } = await register({ ...REGISTRATION, token_endpoint_auth_method: 'none' });
    const robot = await admin.patch(
      path(id),
      { grant_types: ['client_credentials'], redirect_uris: [], token_endpoint_auth_method: 'client_secret_basic' },
      { 'if-match': '"1"' },
    );
    expect([robot.status, robot.body.response_types]).toEqual([200, []]);
    expect(await tokenStatus(id, robot.body.client_secret)).toBe(200);
    const { grant_types, redirect_uris } = REGISTRATION;
    const web = await admin.patch(path(id), { grant_types, redirect_uris }, { 'if-match': '*' });
    expect([web.status, web.body.response_types, web.body.client_secret]).toEqual([200, ['code'], undefined]);
  });

  it('changes nothing for whoever does not say which version they have seen, or has seen an older one', async () => {
    const { client_id: id } = await register(REGISTRATION);
    await admin.patch(path(id), { client_name: 'Second' }, { 'if-match': '"1"' });
    const changes = (headers: Readonly<Record<string, string>>) => [
      admin.patch(path(id), { client_name: 'Third' }, headers),
      admin.post(`${path(id)}/disable`, undefined, headers),
      admin.post(`${path(id)}/enable`, undefined, headers),
      admin.delete(path(id), headers),
    ];
    for (const answer of await Promise.all(changes({}))) {
      expect([answer.status, answer.body.code]).toEqual([428, 'precondition_required']);
    }
    for (const answer of await Promise.all(changes({ 'if-match': '"1"' }))) {
      expect([answer.status, answer.body.code]).toEqual([412, 'precondition_failed']);
    }
    expect((await admin.get(path(id))).body).toMatchObject({ client_name: 'Second', revision: 2, disabled: false });
  });

  it('lets one of many who change the same version at once win', async () => {
    const { client_id: id } = await register(REGISTRATION);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        admin.patch(path(id), { client_name: `No ${index}` }, { 'if-match': '"1"' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(412)]);
    const winner = answers.find(({ status }) => status === 200)!;
    expect((await admin.get(path(id))).body).toEqual(winner.body);
  });

  it('disables and enables: no token is given, and none is taken', async () => {
    const { client_id: id, client_secret: secret } = await register(SERVICE);
    const disabled = await admin.post(`${path(id)}/disable`, undefined, { 'if-match': await tagOf(id) });
    expect([disabled.status, disabled.body.disabled, disabled.headers.get('etag')]).toEqual([200, true, '"2"']);
    expect(await tokenStatus(id, secret)).toBe(401);
    const again = await admin.post(`${path(id)}/disable`, undefined, { 'if-match': '"2"' });
    expect([again.status, again.body.revision]).toEqual([200, 2]);
    const enabled = await admin.post(`${path(id)}/enable`, undefined, { 'if-match': '"2"' });
    expect([enabled.status, enabled.body.disabled]).toEqual([200, false]);
    expect(await tokenStatus(id, secret)).toBe(200);
  });

  it('deletes for good', async () => {
    const { client_id: id, client_secret: secret } = await register(SERVICE);
    expect((await admin.delete(path(id), { 'if-match': '"1"' })).status).toBe(204);
    expect(await tokenStatus(id, secret)).toBe(401);
    for (const answer of [await admin.get(path(id)), await admin.delete(path(id), { 'if-match': '*' })]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  });

  it('knows clients whose id is a URL, percent-encoded in the path, and does not change what their document says', async () => {
    const id = 'https://app.example.com/oauth/client.json?v=1&x=%2F';
    const read = readClientMetadata({ ...REGISTRATION, scope: '', token_endpoint_auth_method: 'none' }, 'client');
    if (!read.ok) throw new Error('The metadata of this test are not good.');
    await app
      .resolve(UnitOfWork)
      .run((transaction) =>
        app.resolve(ClientStore).add(transaction, { id, origin: 'document', metadata: read.metadata }),
      );
    const shown = await admin.get(path(id));
    expect([shown.status, shown.body.client_id, shown.body.origin]).toEqual([200, id, 'document']);
    const changed = await admin.patch(path(id), { client_name: 'Mine' }, { 'if-match': '"1"' });
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict']);
    expect((await admin.post(`${path(id)}/disable`, undefined, { 'if-match': '"1"' })).status).toBe(200);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer = await admin.get(`/admin/clients?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...page.body.items.map((item: { client_id: string }) => item.client_id));
      cursor = page.body.nextCursor as string | null;
    }
    expect(ids).toContain(id);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await admin.delete(path(id), { 'if-match': '"2"' })).status).toBe(204);
  });

  it("leaves the server's own client as it is", async () => {
    const own = path('first-party');
    expect((await admin.get(own)).body).toMatchObject({ origin: 'house', client_name: 'First-party API' });
    const answers = [
      await admin.patch(own, { client_name: 'Mine' }, { 'if-match': '*' }),
      await admin.post(`${own}/disable`, undefined, { 'if-match': '*' }),
      await admin.delete(own, { 'if-match': '*' }),
    ];
    for (const answer of answers) expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect((await admin.get('/protected')).status).toBe(200);
  });

  it('notes each change, and who made it', async () => {
    const { client_id: id } = await register(SERVICE);
    await admin.patch(path(id), { client_name: 'Noted' }, { 'if-match': '"1"' });
    await admin.post(`${path(id)}/secrets`, {});
    await admin.post(`${path(id)}/disable`, undefined, { 'if-match': '"2"' });
    await admin.post(`${path(id)}/enable`, undefined, { 'if-match': '"3"' });
    await admin.delete(path(id), { 'if-match': '"4"' });
    const rows = await openRows(app.database);
    const events = await rows.query<{ type: string; address: string; detail: string }>(
      `SELECT type, address, detail FROM audit_events WHERE client_id = '${id}' ORDER BY seq`,
    );
    const [root] = await rows.query<{ id: string }>(`SELECT id FROM users WHERE username = 'root'`);
    await rows.close();
    const types = ['registered', 'changed', 'secret-rotated', 'disabled', 'enabled', 'removed'];
    expect(events.map(({ type }) => type)).toEqual(types.map((type) => `client.${type}`));
    for (const { address, detail } of events) {
      expect([address, JSON.parse(detail)]).toEqual(['127.0.0.1', { by: root?.id }]);
    }
  });

  it('can be read by no page of another origin', async () => {
    const origin = { origin: 'https://evil.example' };
    for (const answer of [
      await admin.get('/admin/clients', origin),
      await app.request('OPTIONS', '/admin/clients', undefined, { ...origin, 'access-control-request-method': 'GET' }),
    ]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('shows clients of tests as they were registered', async () => {
    const { id } = await aClient(app);
    expect((await admin.get(path(id))).body.client_name).toBe('Photo Printer');
  });
});
