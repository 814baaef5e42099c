import { sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'oauth4webapi';
import { ClientDirectory } from '../../../src/oauth/client-authentication/client-directory';
import { JwtSigner } from '../../../src/keys/jwt-signer';
import { KeyRing } from '../../../src/keys/key-ring';
import { IdTokenHints } from '../../../src/oidc/id-token/id-token-hints';
import { unsignedJwt } from '../../../src/protocol/unsigned-jwt';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { PageBrowser } from '../../support/page-browser';
import { aClient, type TestOAuthClient } from '../../support/test-clients';

describe('ID tokens that come back as hints', () => {
  let app: TestApp;
  let hints: IdTokenHints;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    hints = app.resolve(IdTokenHints);
  });

  afterAll(() => app.close());

  const tokensOf = async (made: TestOAuthClient) => {
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'openid' }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    return application.redeem(browser);
  };

  const registered = async (id: string) => (await app.resolve(ClientDirectory).find(id))!;

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'])(
    'are read whatever signed them, also when they have expired: %s (OpenID Connect Core §3.1.2.1)',
    async (algorithm) => {
      const made = await aClient(app, { scope: 'openid', id_token_signed_response_alg: algorithm });
      const token = (await tokensOf(made)).id_token!;
      app.clock.advance(3_700);
      const { sub, sid, iat } = decodeJwt(token);
      const hint = await hints.readFor(await registered(made.id), token);
      expect(hint).toEqual({ subject: sub, audience: [made.id], sessionId: sid, issuedAt: iat });
      expect(hints.isAbout(hint!, await registered(made.id), sub!)).toBe(true);
      expect(hints.isAbout(hint!, await registered(made.id), 'somebody else')).toBe(false);
    },
  );

  it('are nothing to another client than the one that they were made for (OpenID Connect Core §3.1.2.1)', async () => {
    const token = (await tokensOf(await aClient(app, { scope: 'openid' }))).id_token!;
    const other = await aClient(app, { scope: 'openid' });
    await expect(hints.readFor(await registered(other.id), token)).resolves.toBeNull();
    await expect(hints.read(token)).resolves.not.toBeNull();
  });

  it('JWT-08: are no hints where we have not signed them as ID tokens', async () => {
    const { id_token: idToken = '', access_token: accessToken } = await tokensOf(
      await aClient(app, { scope: 'openid' }),
    );
    const claims = decodeJwt(idToken);
    const signer = app.resolve(JwtSigner);
    const [header = '', payload = '', signature = ''] = idToken.split('.');
    const { kid } = decodeProtectedHeader(idToken);
    const another = app.resolve(KeyRing).signingKeyFor('ES256').privateKey;
    const pss = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid })).toString('base64url');
    const forged = {
      'an access token': accessToken,
      'a logout token': signer.sign(claims, 'logout+jwt').token,
      'an ID token of another issuer': signer.sign({ ...claims, iss: 'https://other.example' }, 'JWT').token,
      'a UserInfo answer': signer.sign({ iss: claims.iss, sub: claims.sub, aud: claims.aud }, 'JWT').token,
      'one without a subject': signer.sign({ ...claims, sub: undefined }, 'JWT').token,
      'one that nobody has signed': unsignedJwt(claims),
      'one without its signature': `${header}.${payload}.`,
      'a changed one': `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url')}.${signature}`,
      'one by another key': `${pss}.${payload}.${sign('sha256', Buffer.from(`${pss}.${payload}`), { key: another, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`,
      'no JWT': 'hello',
    };
    for (const [what, token] of Object.entries(forged)) {
      await expect(hints.read(token).then((hint) => [what, hint])).resolves.toEqual([what, null]);
    }
    await expect(hints.read(signer.sign(claims, 'JWT').token)).resolves.not.toBeNull();
  });
});
