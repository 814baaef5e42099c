import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { randomId } from '../../src/crypto/random-id';
import { UnitOfWork } from '../../src/database/unit-of-work';
import {
  CLIENT_AUTHENTICATION_METHODS,
  type ClientAuthenticationMethod,
  GrantType,
} from '../../src/protocol/grant-types';
import { TrustedIssuerChanges } from '../../src/oauth/trusted-issuer-registration/trusted-issuer-changes';
import { readTrustedIssuer } from '../../src/trusted-issuers/trusted-issuer-fields';
import { ForeignApplication } from '../support/code-flow';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { enterCode } from '../support/device-flow';
import { PageBrowser } from '../support/page-browser';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { aClient, type TestOAuthClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';
import { ACCESS_TOKEN, ORDERS } from '../support/token-exchange';
import { BY, DIRECTORY, idOf } from '../support/trusted-issuers';
import type { Application, ClientLibrary, RequestWay } from './client-library';
import { REQUEST_WAYS } from './client-library';
import { Oauth4webapiLibrary } from './oauth4webapi-library';
import { OpenidClientLibrary } from './openid-client-library';

const SCOPE = 'notes:read';
const NOTES = `${TEST_ISSUER}/notes`;

const LIBRARIES: Readonly<Record<string, (application: Application) => Promise<ClientLibrary>>> = {
  oauth4webapi: (application) => Oauth4webapiLibrary.open(application),
  'openid-client': (application) => OpenidClientLibrary.open(application),
};

/** One way in which an application can come by a token: all that can be combined is, by each library. */
interface Row {
  readonly library: string;
  readonly grant: keyof typeof GRANTS;
  readonly method: ClientAuthenticationMethod;
  readonly way: RequestWay;
  readonly isBound: boolean;
  /** The id of the client that is registered for it. */
  readonly id: string;
}

/** Which grants there are; `isForAnyone` where a client needs no credentials (RFC 6749 §4.4, RFC 8693 and RFC 7523 are for those that have them). */
const GRANTS = {
  authorization_code: { type: GrantType.authorizationCode, isForAnyone: true, isRefreshed: true, ways: REQUEST_WAYS },
  client_credentials: { type: GrantType.clientCredentials, isForAnyone: false, isRefreshed: false, ways: ['plain'] },
  device_code: { type: GrantType.deviceCode, isForAnyone: true, isRefreshed: true, ways: ['plain'] },
  'token-exchange': { type: GrantType.tokenExchange, isForAnyone: false, isRefreshed: false, ways: ['plain'] },
  'jwt-bearer': { type: GrantType.jwtBearer, isForAnyone: false, isRefreshed: false, ways: ['plain'] },
} as const;

const ROWS: readonly Row[] = Object.keys(LIBRARIES)
  .flatMap((library) => (Object.keys(GRANTS) as Row['grant'][]).map((grant) => ({ library, grant })))
  .flatMap((row) => CLIENT_AUTHENTICATION_METHODS.map((method) => ({ ...row, method })))
  .filter(({ grant, method }) => method !== 'none' || GRANTS[grant].isForAnyone)
  .flatMap((row) => GRANTS[row.grant].ways.map((way) => ({ ...row, way })))
  .flatMap((row) => [false, true].map((isBound) => ({ ...row, isBound })))
  .map((row, index) => ({ ...row, id: `client-${index}` }));

const idsOf = (wanted: Row['grant']) => ROWS.filter(({ grant }) => grant === wanted).map(({ id }) => id);

const titleOf = ({ grant, method, way, isBound }: Row) =>
  [grant, `by ${method}`, ...(way === 'plain' ? [] : [`with ${way}`]), ...(isBound ? ['and DPoP'] : [])].join(' ');

describe('client libraries that know the issuer alone', () => {
  let app: TestApp;
  let browser: PageBrowser;
  let key: Application['key'];
  let jwk: JWK;
  let proofs: CryptoKeyPair;
  /** A token of alice for the orders, whose server may have it exchanged for one for the notes. */
  let subjectToken: string;

  beforeAll(async () => {
    app = await createTestApp({ env: { ...ROOMY_LIMITS, OAUTH_FEATURES: '+token_exchange,+jwt_bearer' } });
    const pair = await generateKeyPair('ES256');
    key = { key: pair.privateKey, kid: 'k1' };
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1' };
    proofs = await generateKeyPair('ES256');
    await app.register('alice');
    browser = await new PageBrowser(app).open('/sign-in');
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await aResourceServer(app, ORDERS, ['orders:read'], { introspectionClients: idsOf('token-exchange') });
    subjectToken = await tokenForTheOrders();
    await trustTheDirectory();
  });

  afterAll(() => app.close());

  async function tokenForTheOrders(): Promise<string> {
    const shop = await aClient(app, { client_name: 'Shop', scope: 'orders:read' });
    const application = new ForeignApplication(app, shop, oauth.ClientSecretBasic(shop.secret));
    await browser.open(await application.authorizationUrl({ scope: 'orders:read', resource: ORDERS }));
    await browser.submit('#allow');
    return (await application.redeem(browser)).access_token;
  }

  async function trustTheDirectory(): Promise<void> {
    const userId = await idOf(app, 'alice');
    const trust = { name: 'Staff directory', jwks: { keys: [jwk] }, clients: idsOf('jwt-bearer'), scope: SCOPE };
    const read = readTrustedIssuer(trust);
    if (!read.ok) throw new Error(JSON.stringify(read));
    const changes = app.resolve(TrustedIssuerChanges);
    await app.resolve(UnitOfWork).run(async (transaction) => {
      // The clients come with their rows: those that are not there yet would be refused to anybody who registers an issuer.
      expect((await changes.add(transaction, DIRECTORY, read.properties, BY)).outcome).toBe('done');
      const link = { issuer: DIRECTORY, subject: 'a-17', userId };
      expect((await changes.link(transaction, link, BY)).outcome).toBe('linked');
    });
  }

  /** Registers the client of a row so that nothing but what the row says will do. */
  function register({ grant, method, way, isBound, id }: Row): Promise<TestOAuthClient> {
    const { type, isRefreshed } = GRANTS[grant];
    const usesCodes = grant === 'authorization_code';
    const metadata = {
      client_name: `Client ${id}`,
      token_endpoint_auth_method: method,
      grant_types: [type, ...(isRefreshed ? [GrantType.refreshToken] : [])],
      scope: SCOPE,
      dpop_bound_access_tokens: isBound,
      require_pushed_authorization_requests: way.includes('PAR'),
      require_signed_request_object: way.includes('JAR'),
      ...(usesCodes ? {} : { redirect_uris: [], response_types: [] }),
      ...(method === 'private_key_jwt' || way.includes('JAR') ? { jwks: { keys: [jwk] } } : {}),
      ...(grant === 'token-exchange'
        ? { token_exchange: [{ audience: TEST_ISSUER, mode: 'delegation', scopes: SCOPE }] }
        : {}),
    };
    return aClient(app, metadata, id);
  }

  const COME_BY: Readonly<
    Record<Row['grant'], (library: ClientLibrary, row: Row) => Promise<oauth.TokenEndpointResponse>>
  > = {
    authorization_code: async (library, { way }) => {
      const url = await library.authorizationUrl(SCOPE, way);
      const carriers = { plain: 'scope', PAR: 'request_uri', JAR: 'request', 'PAR and JAR': 'request_uri' };
      expect(url.searchParams.has(carriers[way])).toBe(true);
      await browser.open(url.href);
      await browser.submit('#allow');
      return library.redeem(browser);
    },
    client_credentials: (library) => library.clientCredentials(SCOPE),
    device_code: async (library) => {
      const codes = await library.beginDevice(SCOPE);
      await enterCode(browser, codes.user_code, 'alice');
      await browser.submit('#allow');
      return library.redeemDevice(codes);
    },
    'token-exchange': (library) =>
      library.grant(GrantType.tokenExchange, {
        ...{ subject_token: subjectToken, subject_token_type: ACCESS_TOKEN },
        ...{ resource: TEST_ISSUER, scope: SCOPE },
      }),
    'jwt-bearer': async (library) =>
      library.grant(GrantType.jwtBearer, { assertion: await assertionOfTheDirectory(), scope: SCOPE }),
  };

  function assertionOfTheDirectory(): Promise<string> {
    const now = Math.floor(app.clock.now() / 1_000);
    return new SignJWT({ iss: DIRECTORY, sub: 'a-17', aud: TEST_ISSUER, jti: randomId(), iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid })
      .sign(key.key);
  }

  async function expectGood(library: ClientLibrary, { isBound }: Row, tokens: oauth.TokenEndpointResponse) {
    expect(tokens).toMatchObject({ token_type: isBound ? 'dpop' : 'bearer', scope: SCOPE });
    expect((await library.ask(tokens.access_token, NOTES)).status).toBe(200);
    const withoutProof = await app.withToken(tokens.access_token).get('/notes');
    expect(withoutProof.status).toBe(isBound ? 401 : 200);
  }

  it('are tried with all that can be combined', () => {
    expect(ROWS).toHaveLength(2 * 2 * (5 * 4 + 4 + 5 + 4 + 4));
  });

  describe.each(Object.entries(LIBRARIES))('%s', (name, open) => {
    const rows = ROWS.filter(({ library }) => library === name);

    it.each(rows.map((row) => [titleOf(row), row] as const))('%s', async (_title, row) => {
      const client = await register(row);
      const { method, isBound } = row;
      const library = await open({ app, client, method, key, proofs: isBound ? proofs : null });
      const tokens = await COME_BY[row.grant](library, row);
      await expectGood(library, row, tokens);
      expect(tokens.refresh_token !== undefined).toBe(GRANTS[row.grant].isRefreshed);
      if (tokens.refresh_token !== undefined) {
        await expectGood(library, row, await library.refresh(tokens.refresh_token));
      }
    });
  });
});
