import { hash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { CALLBACK, type SuiteMetadata, SuiteRegistration } from '../support/certification-registration';
import { besideObject, unsignedObject } from '../support/certification-requests';
import { CERTIFIED_ISSUER, CertificationSuite, type Parameters, SUITE } from '../support/certification-suite';
import { StrangersWeb } from '../support/strangers-web';
import type { TestOAuthClient } from '../support/test-clients';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const SETTINGS = { OAUTH_FEATURES: '+dynamic_registration,+implicit_and_hybrid', SELF_REGISTERED_LOGOS: 'on' };
const ELSEWHERE = 'https://other.example.com/callback';

describe('what clients register of OpenID Connect in the plans Dynamic OP and Third-Party-Initiated Login OP', () => {
  let web: StrangersWeb;
  let suite: CertificationSuite;
  let registration: SuiteRegistration;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    suite = await CertificationSuite.start([], SETTINGS, web);
    registration = await SuiteRegistration.open(suite);
  });

  afterAll(async () => {
    await suite.close();
    await web.close();
  });

  const verified = async (token: string, { id }: TestOAuthClient) => {
    const keys = (await suite.app.get('/jwks.json')).body as JSONWebKeySet;
    const expected = { issuer: CERTIFIED_ISSUER, audience: id, algorithms: ['RS256'] };
    return (await jwtVerify(token, createLocalJWKSet(keys), expected)).payload;
  };

  it('oidcc-discovery-endpoint-verification: announces registration and the response types that dynamic providers have (OpenID Connect Core §15.2)', async () => {
    const { body } = await suite.app.get('/.well-known/openid-configuration');
    expect(body).toMatchObject({
      registration_endpoint: `${CERTIFIED_ISSUER}/oauth/register`,
      response_types_supported: expect.arrayContaining(['code', 'id_token', 'id_token token']) as string[],
      request_uri_parameter_supported: true,
      request_object_signing_alg_values_supported: expect.arrayContaining(['none', 'RS256']) as string[],
      userinfo_signing_alg_values_supported: expect.arrayContaining(['RS256']) as string[],
    });
  });

  it('oidcc-userinfo-rs256: signs UserInfo with RS256 for a client that has registered it', async () => {
    const client = await registration.registered({ userinfo_signed_response_alg: 'RS256' });
    const { answer, sent } = await registration.flow(client);
    const { accessToken, claims } = await suite.redeemed(client, answer, sent.nonce);
    const told = await suite.userinfo(accessToken);
    expect(told.headers.get('content-type')).toMatch(/^application\/jwt/);
    const read = await verified(told.text, client);
    expect(read.sub).toBe(claims.sub);
    expect(read).not.toHaveProperty('nonce');
  });

  it('oidcc-registration-logo-uri: shows the logo to whoever signs in', async () => {
    const address = 'https://suite.example.com/logo.png';
    web.serve(address, PNG, { 'content-type': 'image/png' });
    const client = await registration.registered({ logo_uri: address });
    await suite.browser.open(`/oauth/authorize?${new URLSearchParams(suite.parameters(client)).toString()}`);
    const shown = suite.browser.find('img')?.getAttribute('src') ?? '';
    expect([suite.browser.path, shown]).toEqual(['/consent', expect.stringContaining(`/assets/logos/${client.id}`)]);
    expect(suite.browser.text).toContain('nobody at Gatehouse has checked its name');
    const logo = await suite.app.get(new URL(shown).pathname);
    expect([logo.status, logo.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  it('oidcc-registration-sector-uri: takes a sector that lists all redirect URIs', async () => {
    const sector = `${SUITE}/sector.json`;
    web.json(sector, [CALLBACK, ELSEWHERE]);
    const client = await registration.registered({
      ...{ subject_type: 'pairwise', sector_identifier_uri: sector },
      redirect_uris: [CALLBACK, ELSEWHERE],
    });
    await registration.flow(client);
  });

  it('oidcc-registration-sector-bad: refuses one that does not', async () => {
    const sector = `${SUITE}/bad-sector.json`;
    web.json(sector, [CALLBACK]);
    const { status, body } = await registration.register({
      ...{ subject_type: 'pairwise', sector_identifier_uri: sector },
      redirect_uris: [CALLBACK, ELSEWHERE],
    });
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
  });

  const UNSIGNED = [
    'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: fetches what nobody has signed',
    'oidcc-request-uri-unsigned: fetches what nobody has signed',
  ].map((name) => [name, { request_object_signing_alg: 'none' }] as const);
  const SIGNED = [
    'oidcc-request-uri-signed-rs256: fetches what is signed with RS256',
    { request_object_signing_alg: 'RS256' },
  ] as const;

  it.each<readonly [string, SuiteMetadata]>([...UNSIGNED, SIGNED])('%s', async (name, signing) => {
    const address = `${SUITE}/requesturi/${name.slice(0, name.indexOf(':'))}`;
    // The suite registers a digest before it knows of what.
    const registered = `${address}#${hash('sha256', 'anything', 'base64url')}`;
    const client = await registration.registered({ request_uris: [registered], ...signing });
    const request = suite.parameters(client);
    const object = name === SIGNED[0] ? await registration.signedObject(request) : unsignedObject(request);
    web.serve(address, object, { 'content-type': 'application/jose' });
    const { answer } = await suite.authorize(client, { ...besideObject(request), request_uri: registered });
    expect(answer.get('state')).toBe(request.state);
    await suite.redeemed(client, await registration.redeem(client, answer.get('code') ?? ''), request.nonce);
  });

  it('oidcc-ensure-request-object-with-redirect-uri: answers at the address in the object, and not at that beside it', async () => {
    const client = await registration.registered({ request_object_signing_alg: 'none' });
    const request = suite.parameters(client);
    const beside = { ...besideObject(request), redirect_uri: `${CALLBACK}/elsewhere` };
    const { answer } = await suite.authorize(client, { ...beside, request: unsignedObject(request) });
    expect(answer.get('state')).toBe(request.state);
    await registration.redeem(client, answer.get('code') ?? '');
  });

  it('oidcc-3rd_party-init-login: keeps where a login begins, and says so again', async () => {
    const address = `${SUITE}/initiate_login`;
    const { status, body } = await registration.register({ initiate_login_uri: address });
    expect([status, body.initiate_login_uri]).toEqual([201, address]);
    const { registration_client_uri: place, registration_access_token: token } = body as Parameters;
    const known = await suite.app.withToken(token!).get(place!.slice(CERTIFIED_ISSUER.length));
    expect([known.status, known.body.initiate_login_uri]).toEqual([200, address]);
    expect(known.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('oidcc-3rd_party-init-login-nohttps: refuses one that is not https', async () => {
    const address = `${SUITE}/initiate_login`.replace('https:', 'http:');
    const { status, body } = await registration.register({ initiate_login_uri: address });
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
  });
});
