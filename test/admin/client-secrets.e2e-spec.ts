import { createTestApp, type TestApp } from '../support/create-test-app';
import type { TestClient } from '../support/test-client';

interface Secret {
  readonly id: string;
  readonly expires_at: string | null;
}

describe('/admin/clients/{id}/secrets', () => {
  let app: TestApp;
  let admin: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
  });

  beforeEach(async () => {
    admin = await app.asUser({ roles: ['admin'] });
  });

  afterAll(() => app.close());

  const aService = async () => {
    const { body } = await admin.post('/admin/clients', { grant_types: ['client_credentials'] });
    return {
      id: body.client_id as string,
      secret: body.client_secret as string,
      path: `/admin/clients/${body.client_id}/secrets`,
    };
  };
  const isGood = async (id: string, secret: string) =>
    (
      await app.post('/oauth/token', 'grant_type=client_credentials', {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      })
    ).status === 200;
  const listed = async (path: string) => (await admin.get(path)).body.items as Secret[];

  it('are rotated with an overlap, in which both are good', async () => {
    const { id, secret, path } = await aService();
    const made = await admin.post(path, { overlap: 600 });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(['id', 'created_at', 'expires_at', 'client_secret']);
    expect(made.headers.get('location')).toBe(`${path}/${made.body.id}`);
    const { client_secret: next, ...shown } = made.body;
    expect((await admin.get(`${path}/${made.body.id}`)).body).toEqual(shown);
    const secrets = await listed(path);
    expect(secrets.map(({ expires_at }) => expires_at).sort()).toEqual([
      new Date(app.clock.now() + 600_000).toISOString(),
      null,
    ]);
    expect([await isGood(id, secret), await isGood(id, next)]).toEqual([true, true]);
    app.clock.advance(601);
    expect([await isGood(id, secret), await isGood(id, next)]).toEqual([false, true]);
    admin = await app.asUser({ roles: ['admin'] });
    expect(await listed(path)).toEqual([shown]);
  });

  it('end at once where nobody says how long they overlap', async () => {
    const { id, secret, path } = await aService();
    const { body } = await admin.post(path, {});
    expect([await isGood(id, secret), await isGood(id, body.client_secret)]).toEqual([false, true]);
  });

  it.each([{ overlap: -1 }, { overlap: 1.5 }, { overlap: '60' }, { overlap: 31_536_001 }, { other: 1 }])(
    'are not rotated by %j',
    async (body) => {
      const { id, secret, path } = await aService();
      const answer = await admin.post(path, body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await isGood(id, secret)).toBe(true);
    },
  );

  it('are taken away one by one, but for the last that stays good', async () => {
    const { id, secret, path } = await aService();
    const { body } = await admin.post(path, { overlap: 600 });
    const old = (await listed(path)).find((one) => one.id !== body.id)!;
    const last = await admin.delete(`${path}/${body.id}`);
    expect([last.status, last.body.code]).toEqual([409, 'conflict']);
    expect((await admin.delete(`${path}/${old.id}`)).status).toBe(204);
    expect([await isGood(id, secret), await isGood(id, body.client_secret)]).toEqual([false, true]);
    expect((await admin.delete(`${path}/${old.id}`)).status).toBe(404);
  });

  it('are those of one client: another one does not have them', async () => {
    const [one, other] = [await aService(), await aService()];
    const [{ id } = { id: '' }] = await listed(one.path);
    for (const answer of [await admin.get(`${other.path}/${id}`), await admin.delete(`${other.path}/${id}`)]) {
      expect(answer.status).toBe(404);
    }
    expect(await isGood(one.id, one.secret)).toBe(true);
  });

  it('are nothing for clients without', async () => {
    const registration = { token_endpoint_auth_method: 'none', redirect_uris: ['https://a.example/cb'] };
    const { body } = await admin.post('/admin/clients', registration);
    const path = `/admin/clients/${body.client_id}/secrets`;
    expect(await listed(path)).toEqual([]);
    const answer = await admin.post(path, {});
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '#/token_endpoint_auth_method']);
    expect((await admin.post('/admin/clients/nobody/secrets', {})).status).toBe(404);
  });
});
