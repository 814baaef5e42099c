import { besideObject, unsignedObject } from '../support/certification-requests';
import { CertificationSuite, type Parameters, SUITE } from '../support/certification-suite';
import type { TestOAuthClient } from '../support/test-clients';

const PLANS: readonly [plan: string, mode: Parameters][] = [
  ['Basic OP', {}],
  ['Form Post Basic OP', { response_mode: 'form_post' }],
];

describe.each(PLANS)('parameters of requests in the plan %s', (_plan, mode) => {
  let suite: CertificationSuite;
  let client: TestOAuthClient;

  beforeAll(async () => {
    suite = await CertificationSuite.start(['code-flow.yaml']);
    client = suite.client('client-secret-basic-1');
  });

  afterAll(() => suite.close());

  beforeEach(() => suite.anotherBrowser());

  it.each([
    ['oidcc-display-page: takes display=page', { display: 'page' }],
    ['oidcc-display-popup: takes display=popup', { display: 'popup' }],
    ['oidcc-ui-locales: takes languages for its pages', { ui_locales: 'se de' }],
    ['oidcc-claims-locales: takes languages for claims', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-unknown-parameter-succeeds: passes over what it does not know', { extra: 'foobar' }],
    ['oidcc-ensure-request-with-acr-values-succeeds: takes wishes of how to sign in', { acr_values: '1 2' }],
    ['oidcc-login-hint: takes a hint at who will sign in', { login_hint: 'certification@example.com' }],
  ])('%s', async (_name, asked: Parameters) => {
    const { claims, accessToken } = await suite.flow(client, { ...mode, ...asked });
    expect(claims.acr).toEqual(expect.any(String));
    expect((await suite.userinfo(accessToken)).body.sub).toBe(claims.sub);
  });

  it('oidcc-prompt-login: has somebody sign in again who has signed in', async () => {
    const first = await suite.flow(client, mode);
    suite.app.clock.advance(1);
    const second = await suite.flow(client, { ...mode, prompt: 'login' });
    expect(second.asked).toContain('sign-in');
    expect(second.claims.sub).toBe(first.claims.sub);
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time as number);
  });

  it('oidcc-prompt-none-not-logged-in: answers at once that nobody has signed in', async () => {
    const { answer, asked, sent } = await suite.authorize(client, { ...mode, prompt: 'none' });
    expect(asked).toEqual([]);
    expect(Object.fromEntries(answer)).toMatchObject({ error: 'login_required', state: sent.state });
  });

  it('oidcc-prompt-none-logged-in: answers at once where somebody has signed in and allowed it', async () => {
    const first = await suite.flow(client, mode);
    suite.app.clock.advance(1);
    const second = await suite.flow(client, { ...mode, prompt: 'none' });
    expect(second.asked).toEqual([]);
    for (const name of ['sub', 'auth_time']) expect(second.claims[name]).toEqual(first.claims[name]);
  });

  it('oidcc-max-age-1: has somebody sign in again whose sign-in is older than the client takes', async () => {
    const first = await suite.flow(client, mode);
    suite.app.clock.advance(2);
    const second = await suite.flow(client, { ...mode, max_age: '1' });
    expect(second.asked).toContain('sign-in');
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time as number);
  });

  it('oidcc-max-age-10000: has nobody sign in again whose sign-in is younger', async () => {
    const first = await suite.flow(client, mode);
    suite.app.clock.advance(2);
    const second = await suite.flow(client, { ...mode, max_age: '10000' });
    expect(second.asked).toEqual([]);
    for (const name of ['sub', 'auth_time']) expect(second.claims[name]).toEqual(first.claims[name]);
  });

  it('oidcc-id-token-hint: knows by an ID token of its own whom the client means', async () => {
    const first = await suite.flow(client, mode);
    const second = await suite.flow(client, { ...mode, prompt: 'none', id_token_hint: first.idToken });
    expect([second.asked, second.claims.sub]).toEqual([[], first.claims.sub]);
  });

  it('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: reads what nobody has signed', async () => {
    const sent = suite.parameters(client, mode);
    const { answer } = await suite.authorize(client, { ...besideObject(sent), request: unsignedObject(sent) });
    expect(answer.get('state')).toBe(sent.state);
    await suite.redeem(client, { code: answer.get('code') ?? '', sent });
  });

  it('oidcc-ensure-request-object-with-redirect-uri: answers at the address in the object, and not at that beside it', async () => {
    const sent = suite.parameters(client, mode);
    const beside = { ...besideObject(sent), redirect_uri: `${SUITE}/callback/elsewhere` };
    const { answer } = await suite.authorize(client, { ...beside, request: unsignedObject(sent) });
    expect(answer.get('state')).toBe(sent.state);
    await suite.redeem(client, { code: answer.get('code') ?? '', sent });
  });
});
