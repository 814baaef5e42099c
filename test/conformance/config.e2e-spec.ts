import type { JSONWebKeySet } from 'jose';
import { CERTIFIED_ISSUER, CertificationSuite } from '../support/certification-suite';

const ENDPOINT = /(_endpoint|_uri|_iframe)$/;

describe('OPS-10: what the provider says of itself in the plan Config OP', () => {
  let suite: CertificationSuite;

  beforeAll(async () => {
    suite = await CertificationSuite.start([]);
  });

  afterAll(() => suite.close());

  const discovery = async () => {
    const answer = await suite.app.get('/.well-known/openid-configuration');
    return { answer, body: answer.body as Readonly<Record<string, unknown>> };
  };

  it('oidcc-discovery-endpoint-verification: has in its metadata what Discovery demands (OpenID Connect Discovery §3)', async () => {
    const { answer, body } = await discovery();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ]);
    expect(body).toMatchObject({
      issuer: CERTIFIED_ISSUER,
      authorization_endpoint: `${CERTIFIED_ISSUER}/oauth/authorize`,
      token_endpoint: `${CERTIFIED_ISSUER}/oauth/token`,
      userinfo_endpoint: `${CERTIFIED_ISSUER}/oauth/userinfo`,
      jwks_uri: `${CERTIFIED_ISSUER}/jwks.json`,
      response_types_supported: expect.arrayContaining(['code']) as string[],
      grant_types_supported: expect.arrayContaining(['authorization_code']) as string[],
      subject_types_supported: expect.arrayContaining(['public']) as string[],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']) as string[],
      scopes_supported: expect.arrayContaining(['openid']) as string[],
      claims_supported: expect.arrayContaining(['sub', 'name', 'email']) as string[],
      code_challenge_methods_supported: ['S256'],
    });
  });

  it('oidcc-discovery-endpoint-verification: has nothing but https addresses of its own', async () => {
    const { body } = await discovery();
    const addresses = Object.entries(body).filter(([name]) => ENDPOINT.test(name));
    expect(addresses.length).toBeGreaterThan(5);
    for (const [, address] of addresses) expect(address).toMatch(/^https:\/\/op\.example\.com\//);
  });

  it('oidcc-discovery-endpoint-verification: publishes keys that are public, told apart by their ids, and strong', async () => {
    const { keys } = (await suite.app.get('/jwks.json')).body as JSONWebKeySet;
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    expect(keys.some(({ kty, alg }) => kty === 'RSA' && alg === 'RS256')).toBe(true);
    for (const key of keys) {
      expect(Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].includes(name))).toEqual(
        [],
      );
      expect(key.kid).toEqual(expect.any(String));
      if (key.kty === 'RSA') expect(Buffer.from(key.n!, 'base64url').length).toBeGreaterThanOrEqual(256);
    }
  });
});
