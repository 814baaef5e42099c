import { decodeProtectedHeader } from 'jose';
import { CALLBACK, type SuiteMetadata, SuiteRegistration } from '../support/certification-registration';
import { CertificationSuite, type Parameters } from '../support/certification-suite';
import { REGISTRATION_ON } from '../support/self-registration';
import type { TestOAuthClient } from '../support/test-clients';

describe('OPS-10: clients that register themselves in the plan Dynamic OP', () => {
  let suite: CertificationSuite;
  let registration: SuiteRegistration;

  beforeAll(async () => {
    suite = await CertificationSuite.start([], REGISTRATION_ON);
    registration = await SuiteRegistration.open(suite);
  });

  afterAll(() => suite.close());

  const registered = (metadata: SuiteMetadata = {}) => registration.registered(metadata);
  const flow = (client: TestOAuthClient, changes: Parameters = {}) => registration.flow(client, changes);

  it('oidcc-server: lets a client through the whole flow that has registered itself, without PKCE, with a key of its own', async () => {
    const client = await registered();
    const { answer, sent } = await flow(client);
    const { claims, accessToken } = await suite.redeemed(client, answer, sent.nonce);
    expect((await suite.userinfo(accessToken)).body.sub).toBe(claims.sub);
  });

  it('oidcc-idtoken-rs256: signs with RS256 for a client that has registered it', async () => {
    const client = await registered({ id_token_signed_response_alg: 'RS256' });
    const { answer, sent } = await flow(client);
    await suite.redeemed(client, answer, sent.nonce);
  });

  it('oidcc-idtoken-unsigned: does not sign for a client of the code flow that has registered that', async () => {
    const { answer } = await flow(await registered({ id_token_signed_response_alg: 'none' }));
    expect(decodeProtectedHeader((answer.body as Parameters).id_token!).alg).toBe('none');
  });

  it('oidcc-ensure-redirect-uri-in-authorization-request: answers a request without redirect_uri with an error', async () => {
    const { answer, sent } = await suite.authorize(await registered(), { redirect_uri: '' });
    expect(Object.fromEntries(answer)).toMatchObject({ error: 'invalid_request', state: sent.state });
  });

  it('oidcc-redirect-uri-query-OK: answers at an address with a query, and keeps it', async () => {
    const address = `${CALLBACK}?foo=bar`;
    const client = await registered({ redirect_uris: [address] });
    const { answer } = await suite.code(client, { redirect_uri: address });
    expect(answer.get('foo')).toBe('bar');
  });

  it.each([
    [
      'oidcc-redirect-uri-query-mismatch: takes no other query for the same',
      `${CALLBACK}?foo=bar`,
      `${CALLBACK}?foo=baz`,
    ],
    ['oidcc-redirect-uri-query-added: takes no query that was not registered', CALLBACK, `${CALLBACK}?foo=bar`],
  ])('%s', async (_name, address, asked) => {
    await suite.authorize(await registered({ redirect_uris: [address] }), { redirect_uri: asked });
    expect([suite.browser.isAway, suite.browser.answer.status]).toEqual([false, 400]);
  });

  it('oidcc-redirect-uri-regfrag: registers no address with a fragment', async () => {
    const { status, body } = await registration.register({ redirect_uris: [`${CALLBACK}#foobar`] });
    expect([status, body.error]).toEqual([400, 'invalid_redirect_uri']);
  });

  it.each([
    [
      'oidcc-registration-policy-uri: leads people to the privacy policy',
      'policy_uri',
      'https://suite.example.com/policy',
    ],
    ['oidcc-registration-tos-uri: leads people to the terms', 'tos_uri', 'https://suite.example.com/tos'],
  ])('%s', async (_name, field, address) => {
    const client = await registered({ [field]: address });
    const query = new URLSearchParams(suite.parameters(client)).toString();
    await suite.browser.open(`/oauth/authorize?${query}`);
    expect([suite.browser.path, suite.browser.find(`a[href="${address}"]`)]).toEqual(['/consent', expect.anything()]);
  });

  it('oidcc-refresh-token: gives a refresh token that serves its own client alone', async () => {
    const [client, other] = [await registered(), await registered()];
    const { answer } = await flow(client, { scope: 'openid' });
    const form = { grant_type: 'refresh_token', refresh_token: (answer.body as Parameters).refresh_token! };
    expect((await registration.send(other, form)).body.error).toBe('invalid_grant');
    expect((await registration.send(client, form)).status).toBe(200);
  });

  it('oidcc-ensure-client-assertion-with-iss-aud-succeeds: takes assertions for the issuer', async () => {
    const client = await registered();
    const { code } = await suite.code(client);
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    expect((await registration.send(client, form, 'https://elsewhere.example.com')).body.error).toBe('invalid_client');
    expect((await registration.send(client, form)).status).toBe(200);
  });

  it('keeps PKCE for clients without credentials, whatever the token says that lets them in (RFC 9700 §2.1.1)', async () => {
    const client = await registered({ token_endpoint_auth_method: 'none', jwks: undefined });
    const { answer } = await suite.authorize(client);
    expect(answer.get('error')).toBe('invalid_request');
  });

  it('keeps PKCE for those that an ordinary token lets in', async () => {
    const ordinary = await SuiteRegistration.open(suite, 'oauth2.1');
    const { answer } = await suite.authorize(await ordinary.registered());
    expect(answer.get('error')).toBe('invalid_request');
  });
});
