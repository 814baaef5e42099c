import { compactDecrypt, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { CONTENT_ENCRYPTIONS, KEY_MANAGEMENT_ALGORITHMS } from '../../../src/protocol/encryption-algorithms';
import { KeyRing } from '../../../src/keys/key-ring';
import { KeyRotation } from '../../../src/keys/key-rotation';
import { ecKeyPair } from '../../support/client-credentials';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import {
  aDecryptionKey,
  type DecryptionKey,
  encryptedToServer,
  openedToken,
  verifiedToken,
} from '../../support/encryption-keys';
import { aCode, authorizationParameters, authorizationPath, redeemCode, signedIn } from '../../support/hand-made-flow';
import type { PageBrowser } from '../../support/page-browser';
import { StrangersWeb } from '../../support/strangers-web';
import type { Answer } from '../../support/test-client';
import { aClient, type TestOAuthClient } from '../../support/test-clients';

const SCOPE = 'openid email';

describe('what is encrypted', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let browser: PageBrowser;
  const keys = { RSA: aDecryptionKey('RSA-OAEP'), EC: aDecryptionKey('ECDH-ES', 'enc-2') };
  const signing = ecKeyPair('sig-1');
  const jwks = { keys: [{ ...signing.jwk, use: 'sig' }, keys.RSA.jwk, keys.EC.jwk] };
  const keyFor = (alg: string) => (alg.startsWith('RSA') ? keys.RSA : keys.EC);

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web });
    await app.register('alice');
    browser = await signedIn(app, 'alice');
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const client = (metadata: Readonly<Record<string, unknown>>) =>
    aClient(app, { scope: SCOPE, skip_consent: true, ...metadata });

  const tokensOf = async (made: TestOAuthClient, changes: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    redeemCode(app, made, await aCode(browser, made, { scope: SCOPE, ...changes }));

  const userinfo = (accessToken: string) => app.get('/oauth/userinfo', { authorization: `Bearer ${accessToken}` });

  const aRequest = (made: TestOAuthClient, changes: Readonly<Record<string, unknown>> = {}) => {
    const parameters = Object.fromEntries(authorizationParameters(made.id, { scope: SCOPE }));
    const now = Math.floor(app.clock.now() / 1_000);
    return new SignJWT({ ...parameters, iss: made.id, aud: TEST_ISSUER, exp: now + 60, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: 'sig-1' })
      .sign(signing.privateKey);
  };

  const ask = (made: TestOAuthClient, request: string) =>
    browser.open(authorizationPath(authorizationParameters(made.id, { scope: SCOPE, request })));

  const PAIRS = KEY_MANAGEMENT_ALGORITHMS.flatMap((alg) => CONTENT_ENCRYPTIONS.map((enc) => [alg, enc] as const));

  it.each(PAIRS)(
    'is read by those whom it is for, with %s and %s: request objects, ID tokens and UserInfo (OpenID Connect Core §10.2)',
    async (alg, enc) => {
      const made = await client({
        jwks,
        ...{ id_token_encrypted_response_alg: alg, id_token_encrypted_response_enc: enc },
        ...{ userinfo_encrypted_response_alg: alg, userinfo_encrypted_response_enc: enc },
        ...{ request_object_encryption_alg: alg, request_object_encryption_enc: enc },
        userinfo_signed_response_alg: 'ES256',
      });
      await ask(made, await encryptedToServer(app, await aRequest(made, { nonce: 'inside' }), { alg, enc }));
      const { body } = await redeemCode(app, made, browser.parameters.get('code')!);
      const idToken = await openedToken(app, body.id_token as string, keyFor(alg));
      expect(idToken.outer).toMatchObject({ alg, enc, cty: 'JWT', kid: keyFor(alg).jwk['kid'] });
      expect(idToken).toMatchObject({ inner: { alg: 'RS256' }, claims: { aud: made.id, nonce: 'inside' } });
      const answer = await userinfo(body.access_token as string);
      expect(answer.headers.get('content-type')).toBe('application/jwt');
      const told = await openedToken(app, answer.text, keyFor(alg));
      expect(told.outer).toMatchObject({ alg, enc, cty: 'JWT' });
      expect(told.inner).toMatchObject({ alg: 'ES256' });
      expect(told.claims).toMatchObject({
        iss: TEST_ISSUER,
        aud: made.id,
        sub: idToken.claims.sub,
        email: 'alice@example.com',
      });
    },
  );

  it('is read by a client library that knows the issuer alone', async () => {
    const made = await client({
      jwks,
      id_token_encrypted_response_alg: 'ECDH-ES+A256KW',
      userinfo_encrypted_response_alg: 'RSA-OAEP-256',
      userinfo_signed_response_alg: 'RS256',
    });
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const decrypt = async (jwe: string) => {
      for (const { privateKey } of [keys.EC, keys.RSA]) {
        const opened = await compactDecrypt(jwe, privateKey).catch(() => null);
        if (opened !== null) return Buffer.from(opened.plaintext).toString();
      }
      throw new Error('It cannot be decrypted.');
    };
    const server = await application.discover();
    await browser.open(await application.authorizationUrl({ scope: SCOPE }));
    const answer = oauth.validateAuthResponse(server, application.client, browser.parameters, application.state);
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, application.client, application.authentication, answer, application.redirectUri] as const),
      application.verifier,
      application.options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, application.client, response, {
      requireIdToken: true,
      [oauth.jweDecrypt]: decrypt,
    });
    const subject = oauth.getValidatedIdTokenClaims(tokens)!.sub;
    const told = await oauth.userInfoRequest(server, application.client, tokens.access_token, application.options);
    const expecting = { ...application.client, userinfo_signed_response_alg: 'RS256' };
    const options = { [oauth.jweDecrypt]: decrypt };
    await expect(oauth.processUserInfoResponse(server, expecting, subject, told, options)).resolves.toMatchObject({
      email: 'alice@example.com',
    });
  });

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'])(
    'need not be: UserInfo is only signed, with %s, and says by whom and for whom (OpenID Connect Core §5.3.2)',
    async (alg) => {
      const made = await client({ userinfo_signed_response_alg: alg });
      const { body } = await tokensOf(made);
      const answer = await userinfo(body.access_token as string);
      expect(answer.headers.get('content-type')).toBe('application/jwt');
      const { inner, claims } = await verifiedToken(app, answer.text);
      expect(inner).toMatchObject({ alg, typ: 'JWT' });
      expect(claims).toMatchObject({ iss: TEST_ISSUER, aud: made.id, email: 'alice@example.com' });
    },
  );

  it('need not be signed where it is UserInfo (OpenID Connect Core §5.3.2)', async () => {
    const made = await client({ jwks, userinfo_encrypted_response_alg: 'ECDH-ES' });
    const { body } = await tokensOf(made);
    const answer = await userinfo(body.access_token as string);
    const { plaintext, protectedHeader } = await compactDecrypt(answer.text, keys.EC.privateKey);
    // OpenID Connect Registration §2: what is meant where no content encryption is named.
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A128CBC-HS256' });
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ email: 'alice@example.com' });
  });

  it('is never sent in the clear: where the client has no key that fits there is no answer', async () => {
    const url = 'https://keyless.example/keys.json';
    const made = await client({ jwks_uri: url, id_token_encrypted_response_alg: 'RSA-OAEP-256' });
    web.json(url, { keys: [signing.jwk, keys.EC.jwk] });
    const code = await aCode(browser, made, { scope: SCOPE });
    const refused = await redeemCode(app, made, code);
    expect([refused.status, refused.body.error, refused.text.includes('id_token')]).toEqual([
      ...[400, 'invalid_request', false],
    ]);
    web.json(url, { keys: [signing.jwk, keys.RSA.jwk] });
    app.clock.advance(61);
    const again = await redeemCode(app, made, await aCode(browser, made, { scope: SCOPE }));
    expect((await openedToken(app, again.body.id_token as string, keys.RSA)).claims.aud).toBe(made.id);
  });

  it('goes to the new key of a client that publishes another (OpenID Connect Core §10.2.1)', async () => {
    const url = 'https://rotating.example/keys.json';
    const made = await client({ jwks_uri: url, id_token_encrypted_response_alg: 'ECDH-ES' });
    const published: DecryptionKey[] = [aDecryptionKey('ECDH-ES', 'first'), aDecryptionKey('ECDH-ES', 'second')];
    for (const key of published) {
      web.json(url, { keys: [key.jwk] }, { 'cache-control': 'max-age=3600' });
      app.clock.advance(61);
      const { outer } = await openedToken(app, (await tokensOf(made)).body.id_token as string, key);
      expect(outer.kid).toBe(key.jwk['kid']);
    }
  });

  it('is signed with the new key of this server where it has rotated under way, and requests to the old one are still read', async () => {
    const made = await client({ jwks });
    const header = { alg: 'RSA-OAEP-256', enc: 'A256GCM' };
    const request = await encryptedToServer(app, await aRequest(made), header);
    const before = (await app.get('/jwks.json')).text;
    const code = await aCode(browser, made, { scope: SCOPE });
    for (const algorithm of ['RS256', 'RSA-OAEP-256'] as const) {
      await app.resolve(KeyRotation).rotate({ algorithm, atOnce: true });
    }
    await app.resolve(KeyRing).refresh();
    const { inner } = await verifiedToken(app, (await redeemCode(app, made, code)).body.id_token as string);
    expect(inner.alg).toBe('RS256');
    const after = (await app.get('/jwks.json')).body.keys as { kid: string; use: string; kty: string }[];
    const toEncryptTo = after.filter(({ use, kty }) => use === 'enc' && kty === 'RSA');
    expect(toEncryptTo.map(({ kid }) => before.includes(kid))).toEqual([false]);
    await ask(made, request);
    expect(browser.parameters.has('code')).toBe(true);
  });

  it('is refused to be registered without a key that fits (OpenID Connect Registration §2)', async () => {
    const faulty: Readonly<Record<string, unknown>>[] = [
      { id_token_encrypted_response_enc: 'A128GCM' },
      { id_token_encrypted_response_alg: 'RSA-OAEP-256' },
      { id_token_encrypted_response_alg: 'RSA-OAEP-256', jwks: { keys: [keys.EC.jwk] } },
      { id_token_encrypted_response_alg: 'ECDH-ES', jwks: { keys: [{ ...signing.jwk, use: 'sig' }] } },
      { userinfo_encrypted_response_alg: 'RSA1_5', jwks },
      { userinfo_encrypted_response_alg: 'dir', jwks },
      { userinfo_encrypted_response_alg: 'ECDH-ES', userinfo_encrypted_response_enc: 'none', jwks },
      { request_object_encryption_enc: 'A128GCM' },
    ];
    for (const metadata of faulty) await expect(client(metadata)).rejects.toThrow('was not registered');
  });

  it('is neither there nor left out where it is switched off', async () => {
    const made = await client({ jwks, id_token_encrypted_response_alg: 'ECDH-ES' });
    const without = await createTestApp({
      env: { OAUTH_FEATURES: '-encryption' },
      database: app.database,
      clock: app.clock,
    });
    try {
      const request = await encryptedToServer(app, await aRequest(made), { alg: 'ECDH-ES', enc: 'A128GCM' });
      const published = (await without.get('/jwks.json')).body.keys as { use: string }[];
      expect(published.map(({ use }) => use)).not.toContain('enc');
      const visitor = await signedIn(without, 'alice');
      const code = await aCode(visitor, made, { scope: SCOPE });
      expect((await redeemCode(without, made, code)).body.error).toBe('invalid_request');
      await visitor.open(authorizationPath(authorizationParameters(made.id, { request })));
      expect(visitor.parameters.get('error')).toBe('invalid_request_object');
    } finally {
      await without.stop();
    }
  });
});
