import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { SessionHolders } from '../../src/oidc/hybrid-flow/session-holders';
import { RESPONSE_TYPES, type ResponseType } from '../../src/protocol/response-type';
import type { SessionWithUser } from '../../src/sessions/session-manager';
import { carrierOf, membersOf } from '../support/authorization-answer';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { authorizationParameters, authorizationPath, redeemCode, signedIn } from '../support/hand-made-flow';
import { anOldClient, metadataFor, OLD_CLIENTS } from '../support/old-clients';
import { PageBrowser } from '../support/page-browser';
import { aClient, type TestOAuthClient } from '../support/test-clients';

const WITH_TOKENS = RESPONSE_TYPES.filter((type) => type !== 'code');
const ALL: ResponseType = 'code id_token token';

/** `at_hash` and its like, by the text of the standard: the left half of the digest that the algorithm names. */
function leftHalf(value: string, digest: string): string {
  const bytes = createHash(digest).update(value).digest();
  return bytes.subarray(0, bytes.length / 2).toString('base64url');
}

describe('tokens from the authorization endpoint', () => {
  let app: TestApp;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp({ env: OLD_CLIENTS });
    await app.register('alice');
    browser = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  const path = ({ id }: TestOAuthClient, response_type: string, changes: Readonly<Record<string, string>> = {}) =>
    authorizationPath(
      authorizationParameters(id, { response_type, scope: 'openid notes:read', nonce: 'n-1', ...changes }),
    );
  const ask = async (...request: Parameters<typeof path>) => membersOf(await browser.cookies.get(path(...request)));
  const notes = async (token: string) => (await app.withToken(token).get('/notes')).status;

  it('RDR-12: are for clients that registered exactly that response type, and for no others (RFC 9700 §2.1.2)', async () => {
    for (const registered of RESPONSE_TYPES) {
      const client = await anOldClient(app, registered);
      for (const asked of RESPONSE_TYPES) {
        const members = await ask(client, asked);
        const error = asked === registered ? null : 'unauthorized_client';
        expect([registered, asked, members.get('error')]).toEqual([registered, asked, error]);
        if (error !== null) expect([...members.keys()].sort()).toEqual(['error', 'error_description', 'iss', 'state']);
      }
    }
  });

  it.each(['token', 'none', 'CODE', 'code code', 'code token token', 'id_token none', 'toString'])(
    'RDR-12: there is no response_type=%s for anybody',
    async (response_type) => {
      const client = await aClient(app, { ...metadataFor(...RESPONSE_TYPES), profile: 'compat', skip_consent: true });
      expect((await ask(client, response_type)).get('error')).toBe('unsupported_response_type');
    },
  );

  it('RDR-12: where they are switched off, old clients get a code and nothing else, and nobody is told of more', async () => {
    const supported = async (server: TestApp) =>
      (await server.get('/.well-known/openid-configuration')).body.response_types_supported;
    expect(await supported(app)).toEqual(RESPONSE_TYPES);
    const strict = await createTestApp();
    try {
      expect(await supported(strict)).toEqual(['code']);
      await strict.register('alice');
      const client = await anOldClient(strict, ALL);
      const answer = await (await signedIn(strict, 'alice')).cookies.get(path(client, ALL));
      // OAuth Multiple Response Types §5: an error travels as the answer would have.
      expect([carrierOf(answer), membersOf(answer).get('error')]).toEqual(['fragment', 'unsupported_response_type']);
    } finally {
      await strict.close();
    }
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    ['of the strict profile', { profile: 'oauth2.1' }, 'response_types'],
    ['without the grant', { grant_types: ['authorization_code'] }, 'response_types'],
    ['with the grant alone', { response_types: ['code'] }, 'response_types'],
    ['whose ID tokens nobody signs (JWT-15)', { id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg'],
    ['whose tokens are bound to a key', { dpop_bound_access_tokens: true }, 'response_types'],
    ['that is reached without TLS', { redirect_uris: ['http://127.0.0.1/cb'] }, 'redirect_uris'],
    ['on the device of a person', { redirect_uris: ['https://localhost/cb'] }, 'redirect_uris'],
    ['without an address', { redirect_uris: [] }, 'redirect_uris'],
    ['with a response type that there is not', { response_types: [ALL, 'token'] }, 'response_types'],
  ])('RDR-12: are for no client %s', async (_what, metadata, field) => {
    await expect(anOldClient(app, ALL, metadata)).rejects.toThrow(`"field":"${field}"`);
  });

  it('RDR-12: are not what a client gives itself that has nothing but them to refresh from', async () => {
    const metadata = { grant_types: ['implicit', 'refresh_token'] };
    await expect(anOldClient(app, 'id_token token', metadata)).rejects.toThrow('grant_types');
  });

  it.each([
    ['RS256', 'sha256'],
    ['ES256', 'sha256'],
    ['PS256', 'sha256'],
    ['EdDSA', 'sha512'],
  ])(
    'JWT-19: are vouched for by an ID token that is signed with %s (OpenID Connect Core §3.3.2.11)',
    async (alg, digest) => {
      const client = await anOldClient(app, ALL, { id_token_signed_response_alg: alg });
      const members = await ask(client, ALL, { state: 'a state' });
      const hashes = { at_hash: 'access_token', c_hash: 'code', s_hash: 'state' };
      const claims = decodeJwt(members.get('id_token')!);
      for (const [claim, member] of Object.entries(hashes)) {
        expect([claim, claims[claim]]).toEqual([claim, leftHalf(members.get(member)!, digest)]);
      }
    },
  );

  it.each(WITH_TOKENS.filter((type) => type.includes('id_token')))(
    'PKC-15: for %s the client says by what it will know its ID token again (OpenID Connect Core §3.2.2.1, §3.3.2.11)',
    async (type) => {
      const client = await anOldClient(app, type);
      expect((await ask(client, type, { nonce: '' })).get('error')).toBe('invalid_request');
      expect((await ask(client, type, { scope: 'notes:read' })).get('error')).toBe('invalid_request');
      expect(decodeJwt((await ask(client, type)).get('id_token')!)).toMatchObject({ nonce: 'n-1', aud: client.id });
    },
  );

  it.each(['1', 'x'.repeat(64), 'x'.repeat(512), 'ünïcödé ✓ "&<>+/=', '日本語'])(
    'PKC-15: gives nonce=%s back as it was sent, and when the person signed in (OpenID Connect Core §3.1.2.1)',
    async (nonce) => {
      const client = await anOldClient(app, ALL);
      const members = await ask(client, ALL, { nonce, max_age: '3600' });
      const { body } = await redeemCode(app, client, members.get('code')!);
      for (const token of [members.get('id_token')!, body.id_token as string]) {
        expect(decodeJwt(token)).toMatchObject({ nonce, auth_time: expect.any(Number) as number });
      }
      expect((await ask(client, ALL, { nonce: 'x'.repeat(1_000) })).get('error')).toBe('invalid_request');
    },
  );

  it('PKC-15: needs neither where no ID token comes from here', async () => {
    const client = await anOldClient(app, 'code token');
    const members = await ask(client, 'code token', { nonce: '', scope: 'notes:read' });
    expect([members.get('scope'), members.has('id_token')]).toEqual(['notes:read', false]);
  });

  it('PKC-01: a code that comes beside tokens is as well kept as any other (RFC 7636 §4.4.1, §4.6)', async () => {
    const client = await anOldClient(app, ALL);
    expect((await ask(client, ALL, { code_challenge: '', code_challenge_method: '' })).get('error')).toBe(
      'invalid_request',
    );
    const code = (await ask(client, ALL)).get('code')!;
    const thief = await redeemCode(app, client, code, { code_verifier: 'x'.repeat(43) });
    expect([thief.status, thief.body.error]).toEqual([400, 'invalid_grant']);
    const none = await anOldClient(app, 'id_token');
    const members = await ask(none, 'id_token', { code_challenge: '', code_challenge_method: '' });
    expect(members.has('id_token')).toBe(true);
  });

  it('PKC-05: whoever redeems the code twice takes back the token that came beside it (RFC 6749 §4.1.2)', async () => {
    const client = await anOldClient(app, ALL);
    const members = await ask(client, ALL);
    const beside = members.get('access_token')!;
    const first = await redeemCode(app, client, members.get('code')!);
    expect([await notes(beside), await notes(first.body.access_token as string)]).toEqual([200, 200]);
    expect((await redeemCode(app, client, members.get('code')!)).body.error).toBe('invalid_grant');
    expect([await notes(beside), await notes(first.body.access_token as string)]).toEqual([401, 401]);
  });

  it('DPP-05: are not given where the client wants its tokens bound to a key (RFC 9449 §10)', async () => {
    const dpop_jkt = 'x'.repeat(43);
    const withToken = await anOldClient(app, 'code token');
    expect((await ask(withToken, 'code token', { dpop_jkt })).get('error')).toBe('invalid_request');
    const withoutToken = await anOldClient(app, 'code id_token');
    expect((await ask(withoutToken, 'code id_token', { dpop_jkt })).has('code')).toBe(true);
  });

  it('end with the session, whatever was granted (OpenID Connect Core §11)', async () => {
    const client = await anOldClient(app, 'code token');
    const session = await signedIn(app, 'alice');
    const scope = 'openid notes:read offline_access';
    const members = membersOf(await session.cookies.get(path(client, 'code token', { scope })));
    const redeemed = await redeemCode(app, client, members.get('code')!);
    await session.open('/account');
    await session.submit('#sign-out');
    expect([await notes(members.get('access_token')!), await notes(redeemed.body.access_token as string)]).toEqual([
      401, 200,
    ]);
  });

  it('are for people who are still signed in when they are made', async () => {
    const client = await anOldClient(app, 'id_token');
    const person = await signedIn(app, 'alice');
    const idToken = membersOf(await person.cookies.get(path(client, 'id_token'))).get('id_token')!;
    const stale = { session: { id: decodeJwt(idToken).sid } } as unknown as SessionWithUser;
    const need = () =>
      app.resolve(UnitOfWork).run((transaction) => app.resolve(SessionHolders).need(transaction, stale));
    expect((await need()).user?.id).toBe(decodeJwt(idToken).sub);
    await person.open('/account');
    await person.submit('#sign-out');
    await expect(need()).rejects.toMatchObject({ error: 'access_denied' });
  });

  it('name nobody who does not want to be known: they refuse, since openid is no box to untick (OpenID Connect Core §3.1.2.4)', async () => {
    const client = await anOldClient(app, ALL, { skip_consent: false });
    const person = new PageBrowser(app);
    await person.open(path(client, ALL));
    await person.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await person.submit('#deny');
    expect([...person.parameters.entries()]).toEqual([
      ['error', 'access_denied'],
      ['error_description', expect.any(String)],
      ['state', 'state-of-the-test'],
      ['iss', TEST_ISSUER],
    ]);
    expect(new URL(person.url).hash).toMatch(/^#error=/);
    await person.open(path(client, ALL));
    await person.submit('#allow', { scope: ['notes:read'] });
    expect([...person.parameters.keys()]).toEqual(expect.arrayContaining(['code', 'access_token', 'id_token']));
    expect(person.parameters.get('scope') ?? 'notes:read openid').toContain('notes:read');
  });

  it('RDR-15: lie in the page that posts them, and nowhere else', async () => {
    const client = await anOldClient(app, ALL);
    const answer = await browser.cookies.get(path(client, ALL, { response_mode: 'form_post', state: '"><script>' }));
    expect(membersOf(answer).get('state')).toBe('"><script>');
    expect(answer.text.match(/<script/g)).toHaveLength(1);
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
  });
});
