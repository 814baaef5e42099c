import * as oauth from 'oauth4webapi';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { aDecryptionKey } from '../../support/encryption-keys';
import { signedIn } from '../../support/hand-made-flow';
import { REGISTRATION_ON, selfRegister } from '../../support/self-registration';
import { CALLBACK } from '../../support/test-clients';

describe('a client of OpenID Connect that registers itself', () => {
  let app: TestApp;
  const jwks = { keys: [aDecryptionKey('RSA-OAEP-256').jwk] };

  beforeAll(async () => {
    app = await createTestApp({ env: REGISTRATION_ON });
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('may have everything that tells who people are, where it names no scope, and signs them in', async () => {
    const { body } = await selfRegister(app, { token_endpoint_auth_method: undefined });
    expect((body.scope as string).split(' ')).toEqual(
      expect.arrayContaining(['openid', 'profile', 'email', 'offline_access']),
    );
    const made = { id: body.client_id as string, secret: body.client_secret as string };
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    application.nonce = 'a-nonce';
    const browser = await signedIn(app, 'alice');
    await browser.open(await application.authorizationUrl({ scope: 'openid email' }));
    await browser.submit('#allow');
    const tokens = await application.redeem(browser);
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ aud: made.id, nonce: 'a-nonce' });
  });

  it('is told all that was registered, with what is meant where it said nothing (OpenID Connect Registration §3.2)', async () => {
    const about = {
      application_type: 'web',
      client_name: 'Album',
      logo_uri: 'https://app.example.com/logo.png',
      client_uri: 'https://app.example.com/',
      policy_uri: 'https://app.example.com/policy',
      tos_uri: 'https://app.example.com/terms',
      contacts: ['ops@example.com'],
      jwks,
      id_token_signed_response_alg: 'ES256',
      id_token_encrypted_response_alg: 'RSA-OAEP-256',
      userinfo_signed_response_alg: 'PS256',
      userinfo_encrypted_response_alg: 'RSA-OAEP',
      userinfo_encrypted_response_enc: 'A256GCM',
      request_object_signing_alg: 'RS256',
      request_object_encryption_alg: 'ECDH-ES',
      request_uris: ['https://app.example.com/request.jwt#v1'],
      subject_type: 'pairwise',
    };
    const { status, body } = await selfRegister(app, about);
    expect([status, body]).toEqual([201, expect.objectContaining(about)]);
    expect(body).toMatchObject({
      id_token_encrypted_response_enc: 'A128CBC-HS256',
      request_object_encryption_enc: 'A128CBC-HS256',
      response_types: ['code'],
    });
    const plain = (await selfRegister(app)).body;
    expect(plain).toMatchObject({
      application_type: 'web',
      id_token_signed_response_alg: 'RS256',
      subject_type: 'public',
    });
    expect(Object.keys(plain).filter((name) => /encrypt|userinfo/.test(name))).toEqual([]);
  });

  it.each([['http://127.0.0.1/callback'], ['http://localhost:8080/callback'], ['com.example.app:/callback']])(
    'is answered on a device only where it is native: %s (OpenID Connect Registration §2)',
    async (uri) => {
      const refused = await selfRegister(app, { application_type: 'web', redirect_uris: [CALLBACK, uri] });
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_redirect_uri']);
      const native = await selfRegister(app, { application_type: 'native', redirect_uris: [uri] });
      expect(native.body).toMatchObject({ application_type: 'native', redirect_uris: [uri] });
      // RFC 8252 clients that know nothing of OpenID Connect say nothing of their type.
      expect((await selfRegister(app, { redirect_uris: [uri] })).body.application_type).toBe('native');
    },
  );

  it.each([
    { id_token_signed_response_alg: 'none' },
    { id_token_signed_response_alg: 'none', profile: 'compat' },
    { id_token_signed_response_alg: 'HS256' },
    { id_token_signed_response_alg: 'RS1' },
    { userinfo_signed_response_alg: 'none' },
    { userinfo_signed_response_alg: 'HS256' },
    { request_object_signing_alg: 'none' },
    { request_object_signing_alg: 'HS256' },
    { id_token_encrypted_response_alg: 'RSA1_5', jwks },
    { id_token_encrypted_response_alg: 'A128KW', jwks },
    { subject_type: 'private' },
    { request_uris: ['http://app.example.com/request.jwt'] },
    { sector_identifier_uri: 'http://app.example.com/sector.json' },
  ])('JWT-15: cannot have %j', async (metadata) => {
    const { status, body } = await selfRegister(app, metadata);
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
  });
});
