import { decodeJwt } from 'jose';
import { RESPONSE_TYPES, type ResponseType, wordsOf } from '../../../src/protocol/response-type';
import { carrierOf, membersOf, signedMembersOf } from '../../support/authorization-answer';
import { createTestApp, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { authorizationParameters, authorizationPath, redeemCode, signedIn } from '../../support/hand-made-flow';
import { anOldClient, OLD_CLIENTS } from '../../support/old-clients';
import { PageBrowser } from '../../support/page-browser';
import type { Answer } from '../../support/test-client';
import type { TestOAuthClient } from '../../support/test-clients';

const MODES = ['', 'query', 'fragment', 'form_post', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'];

const MEMBERS = {
  code: ['code'],
  token: ['access_token', 'token_type', 'expires_in', 'scope'],
  id_token: ['id_token'],
};

/** How an answer is to travel: tokens never in a query, whatever is asked for. */
function expectedCarrier(type: ResponseType, mode: string): string {
  const [named] = mode.split('.');
  const usual = type === 'code' ? 'query' : 'fragment';
  return named === '' || named === 'jwt' || named === 'query' ? usual : named!;
}

const CASES = RESPONSE_TYPES.flatMap((type) => MODES.map((mode) => [type, mode] as const));

describe('response types and modes', () => {
  let app: TestApp;
  let browser: PageBrowser;
  const clients = new Map<ResponseType, TestOAuthClient>();

  beforeAll(async () => {
    app = await createTestApp({ env: OLD_CLIENTS });
    await app.register('alice');
    for (const type of RESPONSE_TYPES) clients.set(type, await anOldClient(app, type));
    browser = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  const ask = (type: ResponseType, changes: Readonly<Record<string, string>>, by = browser): Promise<Answer> => {
    const request = { response_type: type, scope: 'openid email notes:read', nonce: 'n-1', ...changes };
    return by.cookies.get(authorizationPath(authorizationParameters(clients.get(type)!.id, request)));
  };

  /** What the client reads, from the JWT where there is one. */
  async function read(type: ResponseType, mode: string, answer: Answer): Promise<Record<string, unknown>> {
    const members = membersOf(answer);
    if (!mode.includes('jwt')) return Object.fromEntries(members);
    // RFC 9207 §2.4: nothing stands beside the response.
    expect([...members.keys()]).toEqual(['response']);
    const audience = clients.get(type)!.id;
    const { aud, iat, exp, ...signed } = await signedMembersOf(app, members.get('response')!, { audience });
    // JARM §2.1: ten minutes at the most.
    expect([aud, iat, exp! - iat! <= 600]).toEqual([audience, Math.floor(app.clock.now() / 1_000), true]);
    return signed;
  }

  it.each(CASES)(
    'RDR-17, RDR-11: answer %s by response_mode=%s with what it names, or with an error',
    async (type, mode) => {
      const answer = await ask(type, { response_mode: mode });
      const isRefused = type !== 'code' && mode.startsWith('query');
      const expected = isRefused ? ['error', 'error_description'] : wordsOf(type).flatMap((word) => MEMBERS[word]);
      const members = await read(type, mode, answer);
      expect([carrierOf(answer), Object.keys(members).sort()]).toEqual([
        expectedCarrier(type, mode),
        [...expected, 'state', 'iss'].sort(),
      ]);
      expect(members).toMatchObject({ state: 'state-of-the-test', iss: TEST_ISSUER });
      // OAuth Multiple Response Types §5
      if (isRefused) expect(members.error).toBe('invalid_request');
      const silent = await ask(type, { response_mode: mode, prompt: 'none' }, new PageBrowser(app));
      const error = await read(type, mode, silent);
      expect([carrierOf(silent), error]).toEqual([
        expectedCarrier(type, mode),
        {
          error: isRefused ? 'invalid_request' : 'login_required',
          error_description: expect.any(String) as string,
          state: 'state-of-the-test',
          iss: TEST_ISSUER,
        },
      ]);
    },
  );

  it.each(RESPONSE_TYPES.filter((type) => type.includes(' ')))(
    'take the words of %s in any order (OAuth Multiple Response Types §3)',
    async (type) => {
      const answer = await ask(type, { response_type: type.split(' ').reverse().join(' ') });
      expect([...membersOf(answer).keys()].sort()).toEqual(
        [...wordsOf(type).flatMap((word) => MEMBERS[word]), 'state', 'iss'].sort(),
      );
    },
  );

  it.each(RESPONSE_TYPES.filter((type) => type !== 'code'))(
    'give for %s tokens of the person who is signed in, which are good where they are for',
    async (type) => {
      const members = membersOf(await ask(type, {}));
      const { id } = clients.get(type)!;
      const told: unknown[] = [];
      const token = members.get('access_token');
      if (token !== null) {
        expect([members.get('token_type'), members.get('expires_in')]).toEqual(['Bearer', '900']);
        expect((await app.withToken(token).get('/notes')).status).toBe(200);
        told.push((await app.withToken(token).get('/oauth/userinfo')).body.sub);
      }
      const idToken = members.get('id_token');
      if (idToken !== null) {
        const claims = decodeJwt(idToken);
        expect(claims).toMatchObject({ iss: TEST_ISSUER, aud: id, nonce: 'n-1' });
        told.push(claims.sub);
        // OpenID Connect Core §5.4: where no access token is to be had, what the scopes ask for stands in the ID token.
        expect('email' in claims).toBe(type === 'id_token');
      }
      const code = members.get('code');
      if (code !== null) {
        const { body } = await redeemCode(app, clients.get(type)!, code);
        const second = decodeJwt(body.id_token as string);
        // OpenID Connect Core §3.3.3.6
        expect(second).toMatchObject({ iss: TEST_ISSUER, aud: id, nonce: 'n-1' });
        told.push(second.sub);
      }
      expect(told.length).toBeGreaterThan(0);
      expect(new Set(told).size).toBe(1);
    },
  );

  it('give no offline access without a code (OpenID Connect Core §11)', async () => {
    const scope = 'openid notes:read offline_access';
    const hybrid = await anOldClient(app, 'code token');
    clients.set('code token', hybrid);
    const { body } = await redeemCode(app, hybrid, membersOf(await ask('code token', { scope })).get('code')!);
    expect(body).toHaveProperty('refresh_token');
    const refreshing = await anOldClient(app, 'id_token token', {
      grant_types: ['implicit', 'client_credentials', 'refresh_token'],
    });
    clients.set('id_token token', refreshing);
    const members = membersOf(await ask('id_token token', { scope }));
    expect([members.get('scope'), members.has('refresh_token')]).toEqual(['openid notes:read', false]);
  });
});
