import { decodeJwt, decodeProtectedHeader } from 'jose';
import { claimsOf } from '../support/certification-plans';
import { CERTIFIED_ISSUER, CertificationSuite, type Parameters, SUITE } from '../support/certification-suite';
import { CHALLENGE, VERIFIER } from '../support/hand-made-flow';
import type { TestOAuthClient } from '../support/test-clients';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const PLANS: readonly [plan: string, mode: Parameters][] = [
  ['Basic OP', {}],
  ['Form Post Basic OP', { response_mode: 'form_post' }],
];

describe.each(PLANS)('OPS-10: tokens and answers in the plan %s', (_plan, mode) => {
  let suite: CertificationSuite;
  let client: TestOAuthClient;
  let other: TestOAuthClient;

  beforeAll(async () => {
    suite = await CertificationSuite.start(['code-flow.yaml']);
    client = suite.client('client-secret-basic-1');
    other = suite.client('client-secret-basic-2');
  });

  afterAll(() => suite.close());

  it('oidcc-server: signs somebody in, without PKCE, and its ID token and UserInfo speak of the same person', async () => {
    for (const one of [client, other]) {
      suite.anotherBrowser();
      const { claims, accessToken, asked } = await suite.flow(one, mode);
      expect(asked).toEqual(['sign-in', 'allow']);
      expect(claims).toMatchObject({ azp: one.id, auth_time: expect.any(Number) as number });
      expect((await suite.userinfo(accessToken)).body).toEqual({ sub: claims.sub });
    }
  });

  it('oidcc-server-client-secret-post: takes the secret in the body of a client that is registered so', async () => {
    const poster = suite.client('client-secret-post-1');
    const { claims } = await suite.redeem(poster, await suite.code(poster, mode), { place: 'body' });
    expect(claims.aud).toBe(poster.id);
  });

  it('oidcc-response-type-missing: tells a client that its request has no response_type', async () => {
    const { answer, sent } = await suite.authorize(client, { ...mode, response_type: '' });
    expect(Object.fromEntries(answer)).toMatchObject({ error: 'invalid_request', state: sent.state });
  });

  it('oidcc-idtoken-signature: signs ID tokens by a published key, which the header names', async () => {
    const { idToken } = await suite.flow(client, mode);
    expect(decodeProtectedHeader(idToken)).toMatchObject({ alg: 'RS256', kid: expect.any(String) as string });
    await suite.verified(idToken, client);
  });

  it('oidcc-idtoken-unsigned: leaves ID tokens unsigned for a client of the code flow that has registered that', async () => {
    const unsigned = suite.client('unsigned');
    const { code, sent } = await suite.code(unsigned, mode);
    const form = { grant_type: 'authorization_code', code, redirect_uri: sent.redirect_uri! };
    const token = ((await suite.token(unsigned, form)).body as Parameters).id_token!;
    expect([decodeProtectedHeader(token).alg, token.endsWith('.')]).toEqual(['none', true]);
    expect(decodeJwt(token)).toMatchObject({ iss: CERTIFIED_ISSUER, aud: unsigned.id, nonce: sent.nonce });
  });

  it('oidcc-userinfo-get: answers UserInfo by GET', async () => {
    const { accessToken, claims } = await suite.flow(client, mode);
    const answer = await suite.userinfo(accessToken);
    expect([answer.status, answer.body.sub]).toEqual([200, claims.sub]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('oidcc-userinfo-post-header: answers UserInfo by POST, with the token in the header', async () => {
    const { accessToken, claims } = await suite.flow(client, mode);
    const answer = await suite.userinfo(accessToken, 'POST');
    expect([answer.status, answer.body.sub]).toEqual([200, claims.sub]);
  });

  it('oidcc-userinfo-post-body: answers UserInfo by POST, with the token in the form', async () => {
    const { accessToken, claims } = await suite.flow(client, mode);
    const form = new URLSearchParams({ access_token: accessToken }).toString();
    const answer = await suite.app.post('/oauth/userinfo', form, FORM);
    expect([answer.status, answer.body.sub]).toEqual([200, claims.sub]);
  });

  it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: needs no nonce where the code flow has none', async () => {
    const { claims } = await suite.flow(client, { ...mode, nonce: '' });
    expect(claims).not.toHaveProperty('nonce');
  });

  it.each([
    ['oidcc-scope-profile: tells all that the scope profile asks for', 'openid profile'],
    ['oidcc-scope-email: tells all that the scope email asks for', 'openid email'],
    ['oidcc-scope-address: tells all that the scope address asks for', 'openid address'],
    ['oidcc-scope-phone: tells all that the scope phone asks for', 'openid phone'],
    ['oidcc-scope-all: tells all that the scopes ask for together', 'openid profile email address phone'],
  ])('%s', async (_name, scope) => {
    const { accessToken } = await suite.flow(client, { ...mode, scope });
    const { body } = await suite.userinfo(accessToken);
    expect(Object.keys(body).sort()).toEqual(['sub', ...claimsOf(scope)].sort());
  });

  it('oidcc-claims-essential: tells at UserInfo, and nowhere else, a claim that the request calls essential', async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
    const { accessToken, claims: inToken } = await suite.flow(client, { ...mode, claims });
    expect((await suite.userinfo(accessToken)).body).toEqual({ sub: inToken.sub, name: 'Ada Certification' });
    expect(inToken).not.toHaveProperty('name');
  });

  it('oidcc-ensure-other-scope-order-succeeds: takes the scopes in any order', async () => {
    const { accessToken, idToken } = await suite.flow(client, { ...mode, scope: 'email openid' });
    expect(idToken).not.toBe('');
    expect((await suite.userinfo(accessToken)).body).toHaveProperty('email');
  });

  it('oidcc-codereuse: refuses a code a second time', async () => {
    const authorized = await suite.code(client, mode);
    await suite.redeem(client, authorized);
    const form = { grant_type: 'authorization_code', code: authorized.code, redirect_uri: `${SUITE}/callback` };
    const again = await suite.token(client, form);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('oidcc-codereuse-30seconds: refuses it half a minute later too, and takes back what came of it', async () => {
    const authorized = await suite.code(client, mode);
    const { accessToken } = await suite.redeem(client, authorized);
    suite.app.clock.advance(30);
    const form = { grant_type: 'authorization_code', code: authorized.code, redirect_uri: `${SUITE}/callback` };
    const again = await suite.token(client, form);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    expect((await suite.userinfo(accessToken)).status).toBe(401);
  });

  it('oidcc-ensure-registered-redirect-uri: sends nobody to an address that is not registered, and says so on a page', async () => {
    const { browser } = suite;
    await suite.authorize(client, { ...mode, redirect_uri: `${SUITE}/callback/elsewhere` });
    expect([browser.isAway, browser.answer.status, browser.find('#error')]).toEqual([false, 400, expect.anything()]);
  });

  it('oidcc-ensure-post-request-succeeds: takes the request by POST', async () => {
    const { claims } = await suite.redeem(client, await suite.code(client, mode, 'POST'));
    expect(claims.sub).toEqual(expect.any(String));
  });

  it('oidcc-ensure-request-with-valid-pkce-succeeds: takes PKCE from a client that need not use it', async () => {
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    const wrong = await suite.code(client, { ...mode, ...pkce });
    const form = { grant_type: 'authorization_code', code: wrong.code, redirect_uri: `${SUITE}/callback` };
    expect((await suite.token(client, { ...form, code_verifier: 'x'.repeat(43) })).body.error).toBe('invalid_grant');
    const authorized = await suite.code(client, { ...mode, ...pkce });
    await suite.redeem(client, authorized, { extra: { code_verifier: VERIFIER } });
  });

  it('oidcc-refresh-token: gives a refresh token that serves its own client alone, and an ID token of the same person', async () => {
    const asked = { ...mode, scope: 'openid offline_access', prompt: 'consent' };
    const first = await suite.flow(client, asked);
    suite.app.clock.advance(1);
    const form = (token = '') => ({ grant_type: 'refresh_token', refresh_token: token });
    const answer = await suite.token(client, form(first.refreshToken));
    const { claims, accessToken } = await suite.redeemed(client, answer, undefined);
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'azp']) expect(claims[name]).toEqual(first.claims[name]);
    expect(claims.iat).toBeGreaterThan(first.claims.iat!);
    expect((await suite.userinfo(accessToken)).body.sub).toBe(claims.sub);
    const second = await suite.flow(other, asked);
    const stolen = await suite.token(client, form(second.refreshToken));
    expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant']);
  });
});
