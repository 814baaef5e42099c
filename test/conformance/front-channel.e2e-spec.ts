import { decodeProtectedHeader } from 'jose';
import { type Completed, complete } from '../support/certification-answers';
import {
  CLAIMS_OF_SCOPES,
  claimsOf,
  clientFor,
  FRONT_CHANNEL_FILES,
  FRONT_CHANNEL_PLANS,
  FRONT_CHANNEL_SETTINGS,
} from '../support/certification-plans';
import { CertificationSuite, type Parameters, SUITE } from '../support/certification-suite';
import type { TestOAuthClient } from '../support/test-clients';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let suite: CertificationSuite;

beforeAll(async () => {
  suite = await CertificationSuite.start(FRONT_CHANNEL_FILES, FRONT_CHANNEL_SETTINGS);
});

afterAll(() => suite.close());

describe.each(FRONT_CHANNEL_PLANS)('OPS-10: tokens and answers in the plans of %s by %s', (type, mode, plan) => {
  let client: TestOAuthClient;

  beforeAll(() => {
    client = clientFor(suite, type);
  });

  const flow = (changes: Parameters = {}) => complete(suite, client, { ...plan, ...changes });
  /** What is told of the person: by UserInfo, or in the ID token where no access token came. */
  const told = async ({ accessToken, claims }: Completed) =>
    accessToken === null ? claims : ((await suite.userinfo(accessToken)).body as Readonly<Record<string, unknown>>);

  it('oidcc-server: signs somebody in, and all tokens speak of the same person, for two clients', async () => {
    for (const number of [1, 2] as const) {
      client = clientFor(suite, type, number);
      suite.anotherBrowser();
      const completed = await flow();
      expect(completed.asked[0]).toBe('sign-in');
      expect(completed.claims).toMatchObject({ aud: client.id, auth_time: expect.any(Number) as number });
      expect((await told(completed)).sub).toBe(completed.claims.sub);
    }
  });

  it('answers where the plan says', async () => {
    await flow();
    const { browser } = suite;
    const isPosted = browser.find(`form[method="post"][action="${SUITE}/callback"]`) !== null;
    expect(mode === 'form_post' ? isPosted : browser.url.startsWith(`${SUITE}/callback#`)).toBe(true);
  });

  it('oidcc-idtoken-signature: signs ID tokens by a published key, which the header names', async () => {
    const { idToken } = await flow();
    expect(decodeProtectedHeader(idToken)).toMatchObject({ alg: 'RS256', kid: expect.any(String) as string });
  });

  if (type.includes('id_token')) {
    it('oidcc-ensure-request-without-nonce-fails: refuses a request without a nonce', async () => {
      const { answer, sent } = await suite.authorize(client, { ...plan, nonce: '' });
      expect(Object.fromEntries(answer)).toMatchObject({ error: 'invalid_request', state: sent.state });
    });
  } else {
    it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: needs none where no ID token comes in the answer', async () => {
      expect((await flow({ nonce: '' })).claims).not.toHaveProperty('nonce');
    });
  }

  it('oidcc-response-type-missing: tells a client that its request has no response_type', async () => {
    const { answer, sent } = await suite.authorize(client, { ...plan, response_type: '' });
    expect(Object.fromEntries(answer)).toMatchObject({ error: 'invalid_request', state: sent.state });
  });

  it.each([
    ['oidcc-scope-profile: tells all that the scope profile asks for', 'openid profile'],
    ['oidcc-scope-email: tells all that the scope email asks for', 'openid email'],
    ['oidcc-scope-address: tells all that the scope address asks for', 'openid address'],
    ['oidcc-scope-phone: tells all that the scope phone asks for', 'openid phone'],
    ['oidcc-scope-all: tells all that the scopes ask for together', 'openid profile email address phone'],
    ['oidcc-ensure-other-scope-order-succeeds: takes the scopes in any order', 'email openid'],
  ])('%s', async (_name, scope) => {
    const known = Object.keys(await told(await flow({ scope })));
    const standard = Object.values(CLAIMS_OF_SCOPES).flat();
    expect(known.filter((name) => standard.includes(name)).sort()).toEqual([...claimsOf(scope)].sort());
  });

  if (type === 'id_token') return;

  it('oidcc-userinfo-get: answers UserInfo by GET', async () => {
    const { accessToken, claims } = await flow();
    const answer = await suite.userinfo(accessToken!);
    expect([answer.status, answer.body.sub]).toEqual([200, claims.sub]);
  });

  it('oidcc-userinfo-post-header: answers UserInfo by POST, with the token in the header', async () => {
    const { accessToken, claims } = await flow();
    const answer = await suite.userinfo(accessToken!, 'POST');
    expect([answer.status, answer.body.sub]).toEqual([200, claims.sub]);
  });

  it('oidcc-userinfo-post-body: answers UserInfo by POST, with the token in the form', async () => {
    const { accessToken, claims } = await flow();
    const form = new URLSearchParams({ access_token: accessToken! }).toString();
    const answer = await suite.app.post('/oauth/userinfo', form, FORM);
    expect([answer.status, answer.body.sub]).toEqual([200, claims.sub]);
  });
});
