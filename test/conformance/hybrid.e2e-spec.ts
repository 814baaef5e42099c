import { type Completed, complete } from '../support/certification-answers';
import {
  clientFor,
  FRONT_CHANNEL_FILES,
  FRONT_CHANNEL_PLANS,
  FRONT_CHANNEL_SETTINGS,
} from '../support/certification-plans';
import { CertificationSuite, type Parameters, SUITE } from '../support/certification-suite';
import { CHALLENGE, VERIFIER } from '../support/hand-made-flow';
import type { TestOAuthClient } from '../support/test-clients';

let suite: CertificationSuite;

beforeAll(async () => {
  suite = await CertificationSuite.start(FRONT_CHANNEL_FILES, FRONT_CHANNEL_SETTINGS);
});

afterAll(() => suite.close());

const PLANS = FRONT_CHANNEL_PLANS.filter(([type]) => type.includes('code'));

describe.each(PLANS)('codes in the plan Hybrid of %s by %s', (type, _mode, plan) => {
  let client: TestOAuthClient;

  beforeAll(() => {
    client = clientFor(suite, type);
  });

  const flow = (changes: Parameters = {}, by = client) => complete(suite, by, { ...plan, ...changes });
  const again = async ({ answer }: Completed) => {
    const form = { grant_type: 'authorization_code', code: answer.get('code')!, redirect_uri: `${SUITE}/callback` };
    const { status, body } = await suite.token(client, form);
    return [status, body.error];
  };

  it('oidcc-codereuse: refuses a code a second time', async () => {
    expect(await again(await flow())).toEqual([400, 'invalid_grant']);
  });

  it('oidcc-codereuse-30seconds: refuses it half a minute later too, and takes back what came of it', async () => {
    const first = await flow();
    suite.app.clock.advance(30);
    expect(await again(first)).toEqual([400, 'invalid_grant']);
    expect((await suite.userinfo(first.accessToken!)).status).toBe(401);
  });

  it('oidcc-server-client-secret-post: takes the secret in the body of a client that is registered so', async () => {
    const poster = suite.client('hybrid-post');
    const { code, sent } = await suite.code(poster, plan);
    expect((await suite.redeem(poster, { code, sent }, { place: 'body' })).claims.aud).toBe(poster.id);
  });

  it('oidcc-refresh-token: gives a refresh token that serves its own client alone, and an ID token of the same person', async () => {
    const asked = { scope: 'openid offline_access', prompt: 'consent' };
    const form = (token = '') => ({ grant_type: 'refresh_token', refresh_token: token });
    const first = await flow(asked);
    suite.app.clock.advance(1);
    const answer = await suite.token(client, form(first.refreshToken));
    const { claims, accessToken } = await suite.redeemed(client, answer, undefined);
    for (const name of ['iss', 'sub', 'aud', 'auth_time']) expect(claims[name]).toEqual(first.claims[name]);
    expect((await suite.userinfo(accessToken)).body.sub).toBe(claims.sub);
    const second = await flow(asked, clientFor(suite, type, 2));
    const stolen = await suite.token(client, form(second.refreshToken));
    expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('oidcc-ensure-request-with-valid-pkce-succeeds: takes PKCE from a client that need not use it', async () => {
    const pkce = { ...plan, code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    const wrong = await suite.code(client, pkce);
    const form = { grant_type: 'authorization_code', code: wrong.code, redirect_uri: `${SUITE}/callback` };
    expect((await suite.token(client, { ...form, code_verifier: 'x'.repeat(43) })).body.error).toBe('invalid_grant');
    await suite.redeem(client, await suite.code(client, pkce), { extra: { code_verifier: VERIFIER } });
  });
});
