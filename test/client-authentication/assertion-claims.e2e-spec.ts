import { randomId } from '../../src/crypto/random-id';
import { Reader } from '../../src/database/reader';
import {
  type ArmedClient,
  anArmedClient,
  anAssertion,
  type AssertionChanges,
  assertionClaims,
  ecKeyPair,
  sendForm,
  withAssertion,
} from '../support/client-credentials';
import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { raceRounds } from '../support/race-rounds';
import type { Answer } from '../support/test-client';

const ROUNDS = raceRounds(1);
const TOKEN_ENDPOINT = `${TEST_ISSUER}/oauth/token`;

describe.each(['private_key_jwt', 'client_secret_jwt'] as const)('the claims of an assertion (%s)', (method) => {
  let app: TestApp;
  let client: ArmedClient;
  let compat: ArmedClient;

  beforeAll(async () => {
    app = await createTestApp();
    client = await anArmedClient(app, method);
    compat = await anArmedClient(app, method, { profile: 'compat' });
  });

  afterAll(() => app.close());

  beforeEach(() => app.clock.advance(301));

  const now = () => Math.floor(app.clock.now() / 1_000);
  const isSymmetric = method === 'client_secret_jwt';

  const sign = (changes: AssertionChanges = {}, by = client) =>
    anAssertion(app, by, {
      ...changes,
      header: { ...(isSymmetric ? { alg: 'HS256' } : {}), ...changes.header },
      key: changes.key ?? (isSymmetric ? Buffer.from(by.secret) : by.key),
    });

  const send = (assertion: string) =>
    sendForm(app, '/oauth/token', { grant_type: 'urn:example:nothing' }, withAssertion(assertion));

  async function verdict(changes: AssertionChanges, by = client): Promise<string> {
    const { status, body } = await send(await sign(changes, by));
    if (status === 400 && body.error === 'unsupported_grant_type') return 'taken';
    expect([status, body.error]).toEqual([401, 'invalid_client']);
    return body.error_description as string;
  }

  /** Which of those who sent one assertion got in, and that the others were told why they did not. */
  const verdictsOf = (answers: readonly Answer[]) =>
    answers
      .map(({ status, body }) => {
        if (status === 400 && body.error === 'unsupported_grant_type') return 'taken';
        const isUsed = status === 401 && /used before/.test(body.error_description as string);
        return isUsed ? 'used before' : `${status} ${body.error}`;
      })
      .sort();

  it('TOK-03: are good once (RFC 7523 §3)', async () => {
    const assertion = await sign();
    expect((await send(assertion)).body.error).toBe('unsupported_grant_type');
    expect((await send(assertion)).body).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('used before'),
    });
  });

  it('TOK-03, RAC-04: are good once, however many send them at the same time', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const assertion = await sign();
      const answers = await Promise.all(Array.from({ length: 30 }, () => send(assertion)));
      expect(verdictsOf(answers)).toEqual(['taken', ...Array<string>(29).fill('used before')]);
      app.clock.advance(301);
    }
  });

  it('TOK-03: are good once in their whole life, at whichever endpoint', async () => {
    const assertion = await sign({ claims: { exp: now() + 600 } });
    await send(assertion);
    app.clock.advance(599);
    expect((await send(assertion)).body.error_description).toContain('used before');
    const revocation = await sendForm(app, '/oauth/revoke', { token: 'x' }, withAssertion(assertion));
    expect(revocation.status).toBe(401);
  });

  it('TOK-03: are good once on all nodes together', async () => {
    const { database, clock } = app;
    const other = await createTestApp({ database, clock });
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const assertion = await sign();
        const ask = (node: TestApp) =>
          sendForm(node, '/oauth/token', { grant_type: 'urn:example:nothing' }, withAssertion(assertion));
        const answers = await Promise.all([app, other, app, other, app, other].map(ask));
        expect(verdictsOf(answers)).toEqual(['taken', ...Array<string>(5).fill('used before')]);
        expect((await ask(other)).body.error_description).toContain('used before');
        clock.advance(301);
      }
    } finally {
      await other.stop();
    }
  });

  it('TOK-03: use up nobody else’s identifier', async () => {
    const jti = randomId();
    expect(await verdict({ claims: { jti } })).toBe('taken');
    expect(await verdict({ claims: { jti } }, compat)).toBe('taken');
    expect(await verdict({ claims: { jti } })).toContain('used before');
  });

  it('do not use up their identifier where somebody else has signed them', async () => {
    const jti = randomId();
    const forged = await anAssertion(app, client, { claims: { jti }, key: ecKeyPair().privateKey });
    expect((await send(forged)).status).toBe(401);
    expect(await verdict({ claims: { jti } })).toBe('taken');
  });

  it.each([
    ['is missing', { jti: undefined }],
    ['is empty', { jti: '' }],
    ['is no text', { jti: 4711 as unknown as string }],
  ])('TOK-03: are refused where jti %s', async (_what, claims) => {
    expect(await verdict({ claims })).toContain('jti');
  });

  it('DOS-05: are remembered by a digest, until they would be refused anyway', async () => {
    const jti = 'j'.repeat(4_000);
    expect(await verdict({ claims: { jti, exp: now() + 600 } })).toBe('taken');
    const sql = 'SELECT digest, expires_at FROM used_identifiers';
    const rows = await app.resolve(Reader).query<{ digest: string; expires_at: number }>(sql);
    expect(rows.every(({ digest }) => digest.length === 43)).toBe(true);
    const latest = Math.max(...rows.map(({ expires_at }) => expires_at));
    expect(latest).toBeLessThanOrEqual(app.clock.now() + 612_000);
  });

  it.each<[string, () => Record<string, unknown>, RegExp]>([
    ['iss is somebody else', () => ({ iss: 'another' }), /iss/],
    ['iss is missing', () => ({ iss: undefined }), /iss/],
    ['exp was five minutes ago', () => ({ exp: now() - 300 }), /expired/],
    ['exp was just beyond the tolerance', () => ({ exp: now() - 11 }), /expired/],
    ['exp is missing', () => ({ exp: undefined }), /exp/],
    ['exp is 24 hours ahead', () => ({ exp: now() + 86_400 }), /too far ahead/],
    ['exp is ten years ahead', () => ({ exp: now() + 315_360_000 }), /too far ahead/],
    ['exp is more than ten minutes ahead', () => ({ exp: now() + 612 }), /too far ahead/],
    ['exp is a text', () => ({ exp: String(now() + 60) }), /exp/],
    ['nbf is 61 s in the future', () => ({ nbf: now() + 61 }), /future/],
    ['iat is 61 s in the future', () => ({ iat: now() + 61 }), /future/],
    ['iat is a text', () => ({ iat: 'now' }), /future/],
  ])('TOK-05: are refused where %s (RFC 7523 §3)', async (_what, claims, description) => {
    expect(await verdict({ claims: claims() })).toMatch(description);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['nbf and iat are 8 s in the future', () => ({ nbf: now() + 8, iat: now() + 8 })],
    ['exp was 8 s ago', () => ({ exp: now() - 8 })],
    ['exp is ten minutes ahead', () => ({ exp: now() + 600 })],
    ['iat is missing', () => ({ iat: undefined })],
    ['exp has a fraction (RFC 7519 §2)', () => ({ exp: now() + 60.5 })],
  ])('TOK-05: are taken where %s', async (_what, claims) => {
    expect(await verdict({ claims: claims() })).toBe('taken');
  });

  it('TOK-05: are refused where sub is another client, whose key did not sign them', async () => {
    for (const claims of [{ sub: compat.id }, { iss: compat.id, sub: compat.id }]) {
      expect(await verdict({ claims })).toBe('Client authentication failed.');
    }
  });

  it.each<[string, unknown]>([
    ['the token endpoint', TOKEN_ENDPOINT],
    ['the issuer and the token endpoint', [TEST_ISSUER, TOKEN_ENDPOINT]],
    ['the issuer and another server', [TEST_ISSUER, 'https://evil.example']],
    ['the issuer twice', [TEST_ISSUER, TEST_ISSUER]],
    ['the issuer with a slash', `${TEST_ISSUER}/`],
    ['the issuer in capitals', TEST_ISSUER.toUpperCase()],
    ['another server', 'https://evil.example'],
    ['nobody', []],
    ['missing', undefined],
    ['an object', { 0: TEST_ISSUER }],
  ])('TOK-05: are refused where aud is %s (RFC 7523bis §4)', async (_what, aud) => {
    expect(await verdict({ claims: { aud } })).toContain('aud');
  });

  it.each<[string, unknown]>([
    ['the issuer', TEST_ISSUER],
    ['a list of the issuer alone', [TEST_ISSUER]],
  ])('are taken where aud is %s (RFC 7523bis §4)', async (_what, aud) => {
    expect(await verdict({ claims: { aud } })).toBe('taken');
  });

  it.each<[string, unknown, string | RegExp]>([
    ['the issuer', TEST_ISSUER, 'taken'],
    ['the token endpoint', TOKEN_ENDPOINT, 'taken'],
    ['both', [TEST_ISSUER, TOKEN_ENDPOINT], 'taken'],
    ['the token endpoint and another server', [TOKEN_ENDPOINT, 'https://evil.example'], /aud/],
    ['another endpoint', `${TEST_ISSUER}/oauth/revoke`, /aud/],
  ])('of a client of the compat profile may name the token endpoint: %s', async (_what, aud, expected) => {
    expect(await verdict({ claims: { aud } }, compat)).toMatch(expected);
  });

  it('of a client of the compat profile may last an hour, and no longer', async () => {
    expect(await verdict({ claims: { exp: now() + 3_600 } }, compat)).toBe('taken');
    expect(await verdict({ claims: { exp: now() + 3_700 } }, compat)).toContain('too far ahead');
  });

  it.each(['JWT', 'jwt', 'client-authentication+jwt', 'application/client-authentication+jwt'])(
    'are taken in a token of type %s (RFC 7523bis §4)',
    async (typ) => expect(await verdict({ header: { typ } })).toBe('taken'),
  );

  it.each(['at+jwt', 'dpop+jwt', 'oauth-authz-req+jwt', 'logout+jwt', '', 4711])(
    'JWT-08: are refused in a token of another type: %p (RFC 8725 §3.11)',
    async (typ) => expect(await verdict({ header: { typ: typ as string } })).toContain('header'),
  );

  it('tell whoever cannot sign nothing of the client, whatever else is wrong', async () => {
    const claims = { exp: now() - 4_711, aud: 'https://evil.example' };
    const unknown = await sign({ claims: { ...assertionClaims(app, 'nobody'), ...claims } });
    const forged = await anAssertion(app, client, { claims, key: ecKeyPair().privateKey });
    const [one, other] = [await send(unknown), await send(forged)];
    expect([one.status, one.body]).toEqual([other.status, other.body]);
  });
});
