import { Accounts } from '../../src/auth/accounts';
import { KeyRotation } from '../../src/keys/key-rotation';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { takeApart } from '../support/forged-jwt';

/** Revocations of another node hold within a second; on a busy machine a test waits a little longer before it complains. */
const PATIENCE = 5_000;

describe('tokens that were good once', () => {
  let first: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    first = await createTestApp({ env: { CLOCK_TOLERANCE: '0s', ACCESS_TOKEN_LIFETIME: '60s' } });
    const { database, clock } = first;
    second = await createTestApp({ database, clock, env: { CLOCK_TOLERANCE: '0s', ACCESS_TOKEN_LIFETIME: '60s' } });
    await first.register('alice');
  });

  afterAll(async () => {
    await second.stop();
    await first.close();
  });

  const signIn = async (node = first, username = 'alice') =>
    (await node.login(username)).body as { access_token: string; refresh_token: string };

  const codeAt = async (node: TestApp, token: string) => {
    const answer = await node.withToken(token).get('/protected');
    return answer.status === 200 ? 'let in' : (answer.body.code as string);
  };

  const both = async (token: string) => [await codeAt(first, token), await codeAt(second, token)];

  /** The token is remembered as good by both nodes, and then refused by both. */
  async function expectRevokedEverywhere(token: string): Promise<void> {
    expect(await codeAt(first, token)).toBe('token_revoked');
    const deadline = performance.now() + PATIENCE;
    while ((await codeAt(second, token)) === 'let in' && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await both(token)).toEqual(['token_revoked', 'token_revoked']);
  }

  it('JWT-21: a token that both nodes remember ends on both in the second of its exp', async () => {
    const { access_token } = await signIn();
    const { iat, exp } = takeApart(access_token).payload as { iat: number; exp: number };
    expect(exp - iat).toBe(60);
    expect(await both(access_token)).toEqual(['let in', 'let in']);
    first.clock.advance(59.999);
    expect(await both(access_token)).toEqual(['let in', 'let in']);
    first.clock.advance(0.001);
    expect(await both(access_token)).toEqual(['token_expired', 'token_expired']);
  });

  it('JWT-21: clocks may differ by CLOCK_TOLERANCE, and not by a millisecond more', async () => {
    const tolerant = await createTestApp({ env: { CLOCK_TOLERANCE: '10s', ACCESS_TOKEN_LIFETIME: '60s' } });
    try {
      await tolerant.register('alice');
      const { access_token } = await signIn(tolerant);
      tolerant.clock.advance(69.999);
      expect(await codeAt(tolerant, access_token)).toBe('let in');
      tolerant.clock.advance(0.001);
      expect(await codeAt(tolerant, access_token)).toBe('token_expired');
      // JWT-21: a clock that was put back does not raise the dead of another minute: iat lies in the future then.
      const later = await signIn(tolerant);
      tolerant.clock.advance(-60);
      expect(await codeAt(tolerant, later.access_token)).toBe('let in'); // remembered by the node that signed it
      const stranger = await createTestApp({
        database: tolerant.database,
        clock: tolerant.clock,
        env: { CLOCK_TOLERANCE: '10s' },
      });
      expect(await codeAt(stranger, later.access_token)).toBe('invalid_token');
      await stranger.stop();
    } finally {
      await tolerant.close();
    }
  });

  it('JWT-21: signing out ends a remembered token on the other node too, and its refresh token with it', async () => {
    const tokens = await signIn();
    expect(await both(tokens.access_token)).toEqual(['let in', 'let in']);
    await first.withToken(tokens.access_token).post('/auth/logout');
    await expectRevokedEverywhere(tokens.access_token);
    const refreshed = await second.post('/auth/refresh', { refresh_token: tokens.refresh_token });
    expect(refreshed.status).toBe(401);
  });

  it('JWT-21: signing out everywhere, a new password and disabling end every remembered token', async () => {
    await first.register('bob');
    const [one, two] = [await signIn(first, 'bob'), await signIn(second, 'bob')];
    await first.withToken(one.access_token).post('/auth/logout-all');
    await expectRevokedEverywhere(one.access_token);
    await expectRevokedEverywhere(two.access_token);

    first.clock.advance(1);
    const [kept, ended] = [await signIn(first, 'bob'), await signIn(second, 'bob')];
    const change = { currentPassword: GOOD_PASSWORD, newPassword: 'copper-meadow-3-anvil' };
    expect((await first.withToken(kept.access_token).post('/auth/password', change)).status).toBe(204);
    await expectRevokedEverywhere(ended.access_token);
    expect(await codeAt(first, kept.access_token)).toBe('let in');

    await first.resolve(Accounts).mark(takeApart(kept.access_token).payload.sub as string, 'disabled', true);
    await expectRevokedEverywhere(kept.access_token);
  });

  it('JWT-21: a token of a revoked signing key is refused although it is remembered', async () => {
    const { access_token } = await signIn();
    expect(await codeAt(first, access_token)).toBe('let in');
    await first.resolve(KeyRotation).rotate({ revoke: true });
    const deadline = performance.now() + PATIENCE;
    while ((await both(access_token)).includes('let in') && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await both(access_token)).toEqual(['invalid_token', 'invalid_token']);
    expect(await both((await signIn()).access_token)).toEqual(['let in', 'let in']);
  });

  it('JWT-22: publishes public parameters only, each key with kid, use and alg, and says how long it may be kept', async () => {
    const answer = await first.get('/jwks.json');
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    const keys = answer.body.keys as Record<string, unknown>[];
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const { kid, use, alg, kty, ...rest } of keys) {
      expect([typeof kid, ['EC', 'RSA'].includes(kty as string)]).toEqual(['string', true]);
      expect(Object.keys(rest).sort()).toEqual(kty === 'RSA' ? ['e', 'n'] : ['crv', 'x', 'y']);
      // A key to encrypt to serves several algorithms, of which whoever encrypts names one.
      if (use === 'enc') expect(alg).toBeUndefined();
      else expect([use, ['ES256', 'RS256'].includes(alg as string)]).toEqual(['sig', true]);
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  });

  it('JWT-22: serves no other form of its keys', async () => {
    for (const path of [
      '/jwks',
      '/keys',
      '/jwks.json.bak',
      '/.well-known/jwks.json',
      '/oauth/jwks',
      '/certs',
      '/jwks.pem',
    ]) {
      const answer = await first.get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.text).not.toMatch(/"d"\s*:|PRIVATE KEY/);
    }
  });

  it('JWT-26: sub is neither name nor address, and does not go over to whoever takes them later', async () => {
    await first.register('carol');
    await first.register('dave');
    const subs = new Map<string, unknown>();
    for (const name of ['carol', 'dave']) {
      subs.set(name, takeApart((await signIn(first, name)).access_token).payload.sub);
    }
    for (const [name, sub] of subs) expect(sub).not.toContain(name);
    expect(subs.get('carol')).toMatch(/^[\w-]{20,}$/);

    const as = async (name: string) => first.withToken((await signIn(first, name)).access_token);
    const move = async (name: string, email: string) =>
      (await (await as(name)).patch('/auth/me', { email, currentPassword: GOOD_PASSWORD })).status;
    expect(await move('carol', 'carol.new@example.com')).toBe(200);
    expect(await move('dave', 'carol@example.com')).toBe(200);
    const byOldAddress = (await first.post('/auth/login', { username: 'carol@example.com', password: GOOD_PASSWORD }))
      .body;
    expect(takeApart(byOldAddress.access_token as string).payload.sub).toBe(subs.get('dave'));
    expect(takeApart((await signIn(first, 'carol')).access_token).payload.sub).toBe(subs.get('carol'));
    // Names cannot be changed, so nobody can take one that somebody else had.
    expect((await (await as('dave')).patch('/auth/me', { username: 'carol' })).status).toBe(400);
  });
});
