import { createTestApp, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { ecKeyPair } from '../support/client-credentials';
import type { Answer, TestClient } from '../support/test-client';

/** What can be registered: where, the field that holds the identifier, what else is needed, and the events that are noted. */
const KINDS = [
  ['/admin/resource-servers', 'resource', { name: 'Photo archive', scopes: [] }, 'resource-server'],
  ['/admin/trusted-issuers', 'issuer', { jwks: { keys: [ecKeyPair('one').jwk] } }, 'trusted-issuer'],
] as const;

describe.each(KINDS)('%s', (list, identifier, rest, event) => {
  let app: TestApp;
  let admin: TestClient;

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+jwt_bearer' } });
    admin = await app.asUser({ roles: ['admin'] });
  });

  afterAll(() => app.close());

  const path = (id: string) => `${list}/${encodeURIComponent(id)}`;
  const register = (id: string) => admin.post(list, { [identifier]: id, ...rest });

  it('answers a registration with its place, its version and its view, and a second one with 409', async () => {
    const id = 'https://first.example/a/b?c=d%20e';
    const made = await register(id);
    const at = new Date(app.clock.now()).toISOString();
    expect([made.status, made.headers.get('location'), made.headers.get('etag')]).toEqual([201, path(id), '"1"']);
    expect(made.body).toMatchObject({ [identifier]: id, ...rest, revision: 1, created_at: at, updated_at: at });
    const read = await admin.get(path(id));
    expect([read.status, read.headers.get('etag'), read.body]).toEqual([200, '"1"', made.body]);
    const again = await register(id);
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
  });

  it('changes and deletes for whoever has seen it as it is (RFC 6585 §3, RFC 9110 §13.1.1)', async () => {
    const id = 'https://seen.example';
    await register(id);
    expect((await admin.patch(path(id), { name: 'x' })).status).toBe(428);
    expect((await admin.patch(path(id), { name: 'x' }, { 'if-match': '"9"' })).status).toBe(412);
    const changed = await admin.patch(path(id), { name: 'x' }, { 'if-match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body.name]).toEqual([200, '"2"', 'x']);
    expect((await admin.patch(path(id), { name: 'y' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await admin.delete(path(id))).status).toBe(428);
    expect((await admin.delete(path(id), { 'if-match': '"1"' })).status).toBe(412);
    expect((await admin.delete(path(id), { 'if-match': '"2"' })).status).toBe(204);
    for (const gone of [admin.get(path(id)), admin.delete(path(id), { 'if-match': '*' })]) {
      expect((await gone).status).toBe(404);
    }
  });

  it('takes back what was read, and refuses another identifier (RFC 7396)', async () => {
    const id = 'https://resent.example';
    const { body } = await register(id);
    const resent = await admin.patch(path(id), { ...body, name: 'Another' }, { 'if-match': '"1"' });
    expect([resent.status, resent.body.name, resent.body.revision]).toEqual([200, 'Another', 2]);
    const moved = await admin.patch(path(id), { [identifier]: 'https://other.example' }, { 'if-match': '*' });
    expect([moved.status, moved.body.errors[0].pointer]).toEqual([400, `#/${identifier}`]);
  });

  it('lists them by their identifiers, a page at a time, each once', async () => {
    for (const name of ['c', 'a', 'b']) await register(`urn:list:${name}`);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer = await admin.get(`${list}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      ids.push(...(page.body.items as Record<string, string>[]).map((item) => item[identifier]!));
      cursor = page.body.nextCursor as string | null;
    }
    expect(ids).toEqual([...ids].sort());
    expect(ids.filter((id) => id.startsWith('urn:list:'))).toEqual(['urn:list:a', 'urn:list:b', 'urn:list:c']);
  });

  it('notes each change, and by whom', async () => {
    const id = 'urn:noted';
    await register(id);
    await admin.patch(path(id), { name: 'x' }, { 'if-match': '*' });
    await admin.delete(path(id), { 'if-match': '*' });
    const rows = await openRows(app.database);
    const events = await rows.query<{ type: string; detail: string }>(
      `SELECT type, detail FROM audit_events WHERE type LIKE '${event}.%' AND detail LIKE '%urn:noted%' ORDER BY seq`,
    );
    await rows.close();
    const by = expect.any(String) as string;
    expect(events.map(({ type, detail }) => [type, JSON.parse(detail) as object])).toEqual(
      ['registered', 'changed', 'removed'].map((what) => [`${event}.${what}`, { [identifier]: id, by }]),
    );
  });
});
