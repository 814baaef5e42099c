import { Accounts } from '../../src/auth/accounts';
import type { Transaction } from '../../src/database/transaction';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { TrustedIssuerChanges } from '../../src/oauth/trusted-issuer-registration/trusted-issuer-changes';
import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { ecKeyPair } from '../support/client-credentials';
import { openRows } from '../support/database-rows';
import { aClient } from '../support/test-clients';
import type { Answer, TestClient } from '../support/test-client';
import { anAssertionOf, DIRECTORY, idOf, MACHINE, present } from '../support/trusted-issuers';

const LIST = '/admin/trusted-issuers';
const { privateKey: key, jwk } = ecKeyPair('one');
const jwks = { keys: [jwk] };

const path = (issuer: string, ...more: readonly string[]) =>
  [LIST, ...[issuer, ...more].map(encodeURIComponent)].join('/');

const pointersOf = ({ status, body }: Answer) => [
  status,
  body.code,
  (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer),
];

describe('/admin/trusted-issuers', () => {
  let app: TestApp;
  let admin: TestClient;
  let robot: Awaited<ReturnType<typeof aClient>>;
  let aliceId: string;

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+jwt_bearer' } });
    admin = await app.asUser({ roles: ['admin'] });
    robot = await aClient(app, { ...MACHINE, client_name: 'Robot' }, 'robot');
    await app.register('alice');
    aliceId = await idOf(app, 'alice');
  });

  afterAll(() => app.close());

  const trust = (issuer: string, more: object = {}) => admin.post(LIST, { issuer, jwks, ...more });

  const link = (issuer: string, subject: string, userId: string) =>
    admin.post(path(issuer, 'links'), { subject, user_id: userId });

  /** All pages of a list, two at a time. */
  const everyPage = async (list: string) => {
    const items: Record<string, string>[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer = await admin.get(`${list}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      items.push(...(page.body.items as Record<string, string>[]));
      cursor = page.body.nextCursor as string | null;
    }
    return items;
  };

  it('trusts an issuer and links its subjects, so that clients have tokens on its word, until that is taken back (RFC 7523 §2.1)', async () => {
    const given = { name: 'Staff directory', jwks, clients: ['robot'], scope: 'notes:read' };
    const made = await admin.post(LIST, { issuer: DIRECTORY, ...given });
    expect([made.status, made.headers.get('location'), made.headers.get('etag')]).toEqual([
      ...[201, path(DIRECTORY), '"1"'],
    ]);
    const at = new Date(app.clock.now()).toISOString();
    const fixed = { issuer: DIRECTORY, revision: 1, created_at: at, updated_at: at };
    const shown = { ...fixed, ...given, algorithms: ['ES256'], assertion_lifetime: 300, software_statements: false };
    expect(made.body).toEqual(shown);
    expect((await admin.get(path(DIRECTORY))).body).toEqual(shown);
    expect((await admin.get(LIST)).body).toEqual({ items: [shown], nextCursor: null });

    const use = async () => present(app, robot, await anAssertionOf({ app, key }));
    expect((await use()).body.error).toBe('invalid_grant');
    const linked = await link(DIRECTORY, 'a-17', aliceId);
    expect([linked.status, linked.headers.get('location'), linked.body]).toEqual([
      ...[201, path(DIRECTORY, 'links', 'a-17'), { subject: 'a-17', user_id: aliceId, created_at: at }],
    ]);
    const token = (await use()).body.access_token as string;
    expect((await app.withToken(token).get('/notes')).status).toBe(200);
    expect((await admin.delete(path(DIRECTORY, 'links', 'a-17'))).status).toBe(204);
    expect((await app.withToken(token).get('/notes')).status).toBe(401);
    expect((await use()).body.error).toBe('invalid_grant');
    await link(DIRECTORY, 'a-17', aliceId);
    const another = (await use()).body.access_token as string;
    expect((await app.withToken(another).get('/notes')).status).toBe(200);
    expect((await admin.delete(path(DIRECTORY), { 'if-match': '*' })).status).toBe(204);
    expect((await app.withToken(another).get('/notes')).status).toBe(401);
  });

  it('changes what it is trusted with: its keys at an address instead of in the registration', async () => {
    await trust('urn:moved');
    const uri = { jwks: null, jwks_uri: 'https://partner.example.com/keys' };
    const changed = await admin.patch(path('urn:moved'), uri, { 'if-match': '"1"' });
    expect([changed.status, changed.body.jwks_uri]).toEqual([200, uri.jwks_uri]);
    expect(changed.body).not.toHaveProperty('jwks');
    const wrong = await admin.patch(path('urn:moved'), { clients: ['nobody'] }, { 'if-match': '*' });
    expect(pointersOf(wrong)[2]).toEqual(['#/clients/0']);
  });

  it('removes it as it was seen alone: what somebody changes at the same moment is not lost (RFC 9110 §13.1.1)', async () => {
    const issuer = 'urn:raced';
    await trust(issuer);
    const { outcome } = await app.resolve(UnitOfWork).run((transaction) => {
      let isChanged = false;
      const rival = async () => {
        if (isChanged) return;
        isChanged = true;
        const sql = 'UPDATE trusted_issuers SET revision = revision + 1 WHERE issuer = ?';
        await transaction.change(sql, [issuer]);
      };
      // Somebody else is faster than the first statement that writes.
      const raced: Transaction = {
        ...{ manager: transaction.manager, write: transaction.write.bind(transaction) },
        append: transaction.append.bind(transaction),
        ...{ lock: transaction.lock.bind(transaction), afterCommit: transaction.afterCommit.bind(transaction) },
        query: (sql, parameters) =>
          (sql.startsWith('SELECT') ? Promise.resolve() : rival()).then(() => transaction.query(sql, parameters)),
        change: (sql, parameters) => rival().then(() => transaction.change(sql, parameters)),
      };
      return app.resolve(TrustedIssuerChanges).remove(raced, issuer, 1, { address: null, requestId: null });
    });
    expect(outcome).toBe('outdated');
    expect((await admin.get(path(issuer))).body.revision).toBe(2);
  });

  it.each([
    [{ issuer: undefined }, ['#/issuer']],
    [{ issuer: 7 }, ['#/issuer']],
    [{ issuer: 'the directory' }, ['#/issuer']],
    [{ issuer: '..' }, ['#/issuer']],
    [{ issuer: TEST_ISSUER }, ['#/issuer']],
    [{ jwks: undefined }, ['#/jwks']],
    [{ jwks_uri: 'https://wrong.example/keys' }, ['#/jwks']],
    [{ jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, ['#/jwks']],
    [{ algorithms: ['ES256', 'none'] }, ['#/algorithms/1']],
    [{ clients: ['robot', 'nobody', 'no-one'] }, ['#/clients/1', '#/clients/2']],
    [{ scope: 'notes:read films:read' }, ['#/scope']],
    [{ clients: ['nobody'], scope: 'films:read', issuer: TEST_ISSUER }, ['#/issuer', '#/clients/0', '#/scope']],
    [{ assertion_lifetime: 0 }, ['#/assertion_lifetime']],
    [{ links: [] }, ['#/links']],
  ])('points at what is wrong: %j', async (wrong, pointers) => {
    const answer = await trust('https://wrong.example', wrong);
    expect(pointersOf(answer)).toEqual([400, 'validation_failed', pointers.map((one) => expect.stringContaining(one))]);
  });

  it('links the subjects of issuers that there are to people that there are, each once', async () => {
    await trust('urn:links');
    const links = path('urn:links', 'links');
    const wrong = async (body: object) => pointersOf(await admin.post(links, body));
    expect(await wrong({})).toEqual([400, 'validation_failed', ['#/subject', '#/user_id']]);
    for (const subject of ['', '..', 'a\u0000b', 'x'.repeat(256), 7]) {
      expect(await wrong({ subject, user_id: aliceId })).toEqual([400, 'validation_failed', ['#/subject']]);
    }
    expect(await wrong({ subject: 'x', user_id: 'alice' })).toEqual([400, 'validation_failed', ['#/user_id']]);
    expect(await wrong({ subject: 'x', user_id: aliceId, lineage: 'x' })).toEqual([
      ...[400, 'validation_failed', ['#/lineage']],
    ]);
    expect((await link('urn:nobody', 'x', aliceId)).status).toBe(404);
    expect((await admin.get(path('urn:nobody', 'links'))).status).toBe(404);
    expect((await admin.get(path('urn:links', 'links', 'x'))).status).toBe(404);
    expect((await admin.delete(path('urn:links', 'links', 'x'))).status).toBe(404);
    expect([(await link('urn:links', 'x', aliceId)).status, (await link('urn:links', 'x', aliceId)).status]).toEqual([
      ...[201, 409],
    ]);
    expect((await admin.get(path('urn:links', 'links', 'x'))).body).toMatchObject({ subject: 'x', user_id: aliceId });
  });

  it('lets an administrator be linked, who is given nothing as long as they are one', async () => {
    await app.register('bruno');
    const userId = await idOf(app, 'bruno');
    await app.resolve(Accounts).setRoles(userId, ['admin']);
    await trust('urn:rule', { clients: ['robot'], scope: 'notes:read' });
    expect((await link('urn:rule', 'r', userId)).status).toBe(201);
    const assertion = () => anAssertionOf({ app, key }, { claims: { iss: 'urn:rule', sub: 'r' } });
    expect((await present(app, robot, await assertion())).body.error).toBe('invalid_grant');
  });

  it('lists links newest first, a page at a time, each once', async () => {
    for (const name of ['a', 'b']) await trust(`urn:list:${name}`);
    const subjects = ['Ω 1', 'b/2', 'ü%3', 'd 4', '5'];
    for (const subject of subjects) {
      expect((await link('urn:list:a', subject, aliceId)).headers.get('location')).toBe(
        path('urn:list:a', 'links', subject),
      );
      app.clock.advance(1);
    }
    await link('urn:list:b', 'elsewhere', aliceId);
    const links = path('urn:list:a', 'links');
    expect((await everyPage(links)).map(({ subject }) => subject)).toEqual([...subjects].reverse());
    expect(pointersOf(await admin.get(`${links}?cursor=x`))).toEqual([400, 'validation_failed', ['#/cursor']]);
    for (const subject of subjects) {
      expect((await admin.delete(path('urn:list:a', 'links', subject))).status).toBe(204);
    }
    expect((await admin.get(links)).body).toEqual({ items: [], nextCursor: null });
  });

  it('notes who said whom an issuer means', async () => {
    const issuer = 'urn:noted';
    await trust(issuer);
    await link(issuer, 'n-1', aliceId);
    await admin.delete(path(issuer, 'links', 'n-1'));
    const rows = await openRows(app.database);
    const events = await rows.query<{ type: string; user_id: string | null; detail: string }>(
      `SELECT type, user_id, detail FROM audit_events WHERE type LIKE 'trusted-issuer.%' AND detail LIKE '%urn:noted%' ORDER BY seq`,
    );
    await rows.close();
    const by = expect.any(String) as string;
    expect(events.map(({ type, user_id, detail }) => [type, user_id, JSON.parse(detail) as object])).toEqual([
      ['trusted-issuer.registered', null, { issuer, by }],
      ['trusted-issuer.linked', aliceId, { issuer, subject: 'n-1', by }],
      ['trusted-issuer.unlinked', aliceId, { issuer, subject: 'n-1', by }],
    ]);
  });
});
