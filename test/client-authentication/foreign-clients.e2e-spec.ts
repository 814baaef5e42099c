import { generateKeyPair, exportJWK, type CryptoKey } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import type { ClientAuthenticationMethod } from '../../src/protocol/grant-types';
import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { networkTo } from '../support/foreign-client';
import { aClient, type TestOAuthClient } from '../support/test-clients';

const SCOPE = 'notes:read';

interface Registered extends TestOAuthClient {
  readonly key: { readonly key: CryptoKey; readonly kid: string };
}

type Confidential = Exclude<ClientAuthenticationMethod, 'none'>;

const METHODS: readonly (readonly [Confidential, string | undefined])[] = [
  ['client_secret_basic', undefined],
  ['client_secret_post', undefined],
  ['client_secret_jwt', 'HS256'],
  ...['ES256', 'ES384', 'ES512', 'Ed25519', 'PS256', 'RS256'].map((alg) => ['private_key_jwt', alg] as const),
];

describe.each(METHODS)('a foreign client that knows the issuer alone and authenticates by %s %s', (method, alg) => {
  let app: TestApp;
  let client: Registered;
  /** The clock of the application stands elsewhere than that of the library. */
  let skew: number;

  beforeAll(async () => {
    app = await createTestApp();
    const isKey = method === 'private_key_jwt';
    const pair = isKey ? await generateKeyPair(alg!, { extractable: true }) : undefined;
    const jwks = pair === undefined ? {} : { jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] } };
    const metadata = { token_endpoint_auth_method: method, grant_types: ['client_credentials'], scope: SCOPE, ...jwks };
    const made = await aClient(app, {
      ...metadata,
      redirect_uris: [],
      ...(isKey ? { token_endpoint_auth_signing_alg: alg } : {}),
    });
    client = { ...made, key: { key: pair?.privateKey as CryptoKey, kid: 'k1' } };
    skew = Math.round((app.clock.now() - Date.now()) / 1_000);
  });

  afterAll(() => app.close());

  it('is given a token, and takes it back, with oauth4webapi', async () => {
    const options = { [oauth.customFetch]: networkTo(app), [oauth.allowInsecureRequests]: true } as const;
    const issuer = new URL(TEST_ISSUER);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }),
    );
    const authentication = {
      client_secret_basic: () => oauth.ClientSecretBasic(client.secret),
      client_secret_post: () => oauth.ClientSecretPost(client.secret),
      client_secret_jwt: () => oauth.ClientSecretJwt(client.secret),
      private_key_jwt: () => oauth.PrivateKeyJwt(client.key),
    }[method]();
    const self: oauth.Client = { client_id: client.id, [oauth.clockSkew]: skew };
    const parameters = new URLSearchParams({ scope: SCOPE });
    const asked = await oauth.clientCredentialsGrantRequest(server, self, authentication, parameters, options);
    const tokens = await oauth.processClientCredentialsResponse(server, self, asked);
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE });
    const introspected = await oauth.introspectionRequest(server, self, authentication, tokens.access_token, options);
    expect(await oauth.processIntrospectionResponse(server, self, introspected)).toEqual({ active: false });
    const revoked = await oauth.revocationRequest(server, self, authentication, tokens.access_token, options);
    await oauth.processRevocationResponse(revoked);
  });

  it('is given a token, and takes it back, with openid-client', async () => {
    const authentication = {
      client_secret_basic: () => openid.ClientSecretBasic(client.secret),
      client_secret_post: () => openid.ClientSecretPost(client.secret),
      client_secret_jwt: () => openid.ClientSecretJwt(client.secret),
      private_key_jwt: () => openid.PrivateKeyJwt(client.key),
    }[method]();
    const server = await openid.discovery(
      new URL(TEST_ISSUER),
      client.id,
      { [openid.clockSkew]: skew },
      authentication,
      { algorithm: 'oauth2', execute: [openid.allowInsecureRequests], [openid.customFetch]: networkTo(app) },
    );
    const tokens = await openid.clientCredentialsGrant(server, { scope: SCOPE });
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE });
    expect(await openid.tokenIntrospection(server, tokens.access_token)).toEqual({ active: false });
    await openid.tokenRevocation(server, tokens.access_token);
  });
});
