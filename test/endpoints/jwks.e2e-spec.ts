import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { KeyRotation } from '../../src/keys/key-rotation';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { SOON, within } from '../support/within';

describe('the published keys', () => {
  let app: TestApp;
  let neighbour: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    neighbour = await createTestApp({ env: ROOMY_LIMITS, database: app.database, clock: app.clock });
    await app.register('alice');
    await app.register('bob');
  });

  afterAll(async () => {
    await neighbour.stop();
    await app.close();
  });

  const signIn = async (node = app, who = 'alice') => (await node.login(who)).body.access_token as string;
  const statusOf = async (token: string, node: TestApp) => (await node.withToken(token).get('/protected')).status;
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const published = async (node = app) => (await node.get('/jwks.json')).body as JSONWebKeySet;

  it('are public halves only, with all that a client needs to choose one (RFC 7517 §4)', async () => {
    const { keys } = await published();
    const MEMBERS = {
      ES256: [{ kty: 'EC', crv: 'P-256', use: 'sig' }, ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
      RS256: [{ kty: 'RSA', e: 'AQAB', use: 'sig' }, ['alg', 'e', 'kid', 'kty', 'n', 'use']],
    } as const;
    const signing = keys.filter(({ use }) => use === 'sig');
    expect(signing.map(({ alg }) => alg).sort()).toEqual(['ES256', 'ES256', 'RS256', 'RS256']);
    for (const key of signing) {
      const [fixed, names] = MEMBERS[key.alg as keyof typeof MEMBERS];
      expect(key).toMatchObject(fixed);
      expect(Object.keys(key).sort()).toEqual(names);
    }
    // To encrypt to, one of each kind: whoever encrypts chooses the algorithm (RFC 7517 §4.4).
    const others = keys.filter(({ use }) => use === 'enc').map((key) => Object.keys(key).sort().join());
    expect(others.sort()).toEqual(['crv,kid,kty,use,x,y', 'e,kid,kty,n,use']);
    expect(await published(neighbour)).toEqual({ keys });
  });

  it('are given to everybody, from every origin, to be kept for five minutes', async () => {
    const answer = await app.get('/jwks.json', { origin: 'https://anywhere.example' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await app.get('/jwks.json', { authorization: 'Bearer nonsense' })).status).toBe(200);
  });

  it('are not sent again to whoever has them (RFC 9110 §13.1.2)', async () => {
    const first = await app.get('/jwks.json');
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"[A-Za-z0-9_-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await app.get('/jwks.json', { 'if-none-match': known });
      expect([answer.status, answer.text]).toEqual([304, '']);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    }
    expect((await app.get('/jwks.json', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await neighbour.get('/jwks.json')).headers.get('etag')).toBe(etag);
    expect((await app.request('HEAD', '/jwks.json')).headers.get('etag')).toBe(etag);
    expect((await app.post('/jwks.json', {})).status).toBe(405);
  });

  it('rotate under way on two nodes without a refused token', async () => {
    const before = await signIn();
    const etag = (await app.get('/jwks.json')).headers.get('etag');
    const refused: string[] = [];
    const issuedBy = new Map<TestApp, string | undefined>();
    const over = new AbortController();
    const tryEverywhere = async (token: string) => {
      for (const node of [app, neighbour]) if ((await statusOf(token, node)) !== 200) refused.push(token);
    };
    const work = async (node: TestApp) => {
      while (!over.signal.aborted) {
        // Somebody else: of one person's sessions the oldest would end.
        const token = await signIn(node, 'bob');
        issuedBy.set(node, kidOf(token));
        await tryEverywhere(token);
        await tryEverywhere(before);
      }
    };
    const workers = [work(app), work(neighbour)];
    const bothIssueWith = (kid: string | undefined) =>
      within(SOON, async () => [app, neighbour].every((node) => issuedBy.get(node) === kid));
    await bothIssueWith(kidOf(before));
    const rotated = await app.resolve(KeyRotation).rotate({ atOnce: true });
    if (rotated.outcome !== 'rotated') throw new Error(rotated.outcome);
    await bothIssueWith(rotated.kid);
    over.abort();
    await Promise.all(workers);

    expect(refused).toEqual([]);
    const after = await signIn();
    expect(kidOf(after)).not.toBe(kidOf(before));
    expect((await app.get('/jwks.json')).headers.get('etag')).not.toBe(etag);
    const keys = await published(neighbour);
    expect(keys.keys.filter(({ alg }) => alg === 'ES256')).toHaveLength(3);
    for (const token of [before, after]) {
      const checks = { currentDate: new Date(app.clock.now()) };
      await expect(jwtVerify(token, createLocalJWKSet(keys), checks)).resolves.toBeDefined();
    }
  });

  it('do not rotate before every client can have seen the next key, unless told to', async () => {
    const rotation = app.resolve(KeyRotation);
    await expect(rotation.rotate()).resolves.toEqual({ outcome: 'too-soon', seconds: 600 });
    app.clock.advance(600);
    await expect(rotation.rotate()).resolves.toMatchObject({ outcome: 'rotated' });
  });

  it('lose a key that has leaked on every node, and the tokens that it signed with it', async () => {
    const rotated = await app.resolve(KeyRotation).rotate({ atOnce: true });
    if (rotated.outcome !== 'rotated') throw new Error(rotated.outcome);
    // What leaks is the key that both sign with.
    for (const node of [app, neighbour]) {
      await within(SOON, async () => kidOf(await signIn(node)) === rotated.kid);
    }
    const token = await signIn();
    expect(await statusOf(token, neighbour)).toBe(200);
    await app.resolve(KeyRotation).rotate({ revoke: true });
    for (const node of [app, neighbour]) {
      await within(SOON, async () => (await statusOf(token, node)) === 401);
      const answer = await node.withToken(token).get('/protected');
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token']);
      expect((await published(node)).keys.map(({ kid }) => kid)).not.toContain(kidOf(token));
      expect(await statusOf(await signIn(node), node)).toBe(200);
    }
  });
});
