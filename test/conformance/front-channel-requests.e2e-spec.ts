import { complete } from '../support/certification-answers';
import {
  clientFor,
  FRONT_CHANNEL_FILES,
  FRONT_CHANNEL_PLANS,
  FRONT_CHANNEL_SETTINGS,
} from '../support/certification-plans';
import { besideObject, unsignedObject } from '../support/certification-requests';
import { CertificationSuite, type Parameters, SUITE } from '../support/certification-suite';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { StrangersWeb } from '../support/strangers-web';
import type { TestOAuthClient } from '../support/test-clients';

const REQUEST_URI = `${SUITE}/request.jwt`;

let web: StrangersWeb;
let suite: CertificationSuite;

beforeAll(async () => {
  web = await StrangersWeb.open();
  suite = await CertificationSuite.start(FRONT_CHANNEL_FILES, { ...ROOMY_LIMITS, ...FRONT_CHANNEL_SETTINGS }, web);
});

afterAll(async () => {
  await suite.close();
  await web.close();
});

describe.each(FRONT_CHANNEL_PLANS)('parameters of requests in the plans of %s by %s', (type, _mode, plan) => {
  let client: TestOAuthClient;

  beforeEach(() => {
    client = clientFor(suite, type);
    suite.anotherBrowser();
  });

  const flow = (changes: Parameters = {}) => complete(suite, client, { ...plan, ...changes });

  it.each([
    ['oidcc-display-page: takes display=page', { display: 'page' }],
    ['oidcc-display-popup: takes display=popup', { display: 'popup' }],
    ['oidcc-ui-locales: takes languages for its pages', { ui_locales: 'se de' }],
    ['oidcc-claims-locales: takes languages for claims', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-unknown-parameter-succeeds: passes over what it does not know', { extra: 'foobar' }],
    ['oidcc-ensure-request-with-acr-values-succeeds: takes wishes of how to sign in', { acr_values: '1 2' }],
    ['oidcc-login-hint: takes a hint at who will sign in', { login_hint: 'certification@example.com' }],
  ])('%s', async (_name, asked: Parameters) => {
    expect((await flow(asked)).claims.acr).toEqual(expect.any(String));
  });

  it('oidcc-prompt-login: has somebody sign in again who has signed in', async () => {
    const first = await flow();
    suite.app.clock.advance(1);
    const second = await flow({ prompt: 'login' });
    expect(second.asked).toContain('sign-in');
    expect(second.claims.sub).toBe(first.claims.sub);
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time as number);
  });

  it('oidcc-prompt-none-not-logged-in: answers at once that nobody has signed in', async () => {
    const { answer, asked, sent } = await suite.authorize(client, { ...plan, prompt: 'none' });
    expect(asked).toEqual([]);
    expect(Object.fromEntries(answer)).toMatchObject({ error: 'login_required', state: sent.state });
  });

  it.each([
    ['oidcc-prompt-none-logged-in: answers at once where somebody has signed in and allowed it', { prompt: 'none' }],
    ['oidcc-max-age-10000: has nobody sign in again whose sign-in is younger', { max_age: '10000' }],
  ])('%s', async (_name, asked: Parameters) => {
    const first = await flow();
    suite.app.clock.advance(2);
    const second = await flow(asked);
    expect(second.asked).toEqual([]);
    for (const name of ['sub', 'auth_time']) expect(second.claims[name]).toEqual(first.claims[name]);
  });

  it('oidcc-max-age-1: has somebody sign in again whose sign-in is older than the client takes', async () => {
    const first = await flow();
    suite.app.clock.advance(2);
    const second = await flow({ max_age: '1' });
    expect(second.asked).toContain('sign-in');
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time as number);
  });

  it('oidcc-id-token-hint: knows by an ID token of its own whom the client means', async () => {
    const first = await flow();
    const second = await flow({ prompt: 'none', id_token_hint: first.idToken });
    expect([second.asked, second.claims.sub]).toEqual([[], first.claims.sub]);
  });

  it('oidcc-claims-essential: tells a claim that the request calls essential, where it asks for it', async () => {
    const place = type === 'id_token' ? 'id_token' : 'userinfo';
    const { claims, accessToken } = await flow({ claims: JSON.stringify({ [place]: { name: { essential: true } } }) });
    const told = accessToken === null ? claims : (await suite.userinfo(accessToken)).body;
    expect(told).toMatchObject({ sub: claims.sub, name: 'Ada Certification' });
    expect('name' in claims).toBe(type === 'id_token');
  });

  it('oidcc-ensure-registered-redirect-uri: sends nobody to an address that is not registered, and says so on a page', async () => {
    const { browser } = suite;
    await suite.authorize(client, { ...plan, redirect_uri: `${SUITE}/callback/elsewhere` });
    expect([browser.isAway, browser.answer.status, browser.find('#error')]).toEqual([false, 400, expect.anything()]);
  });

  it.each([
    [
      'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: reads what nobody has signed',
      `${SUITE}/callback`,
    ],
    [
      'oidcc-ensure-request-object-with-redirect-uri: answers at the address in the object, and not at that beside it',
      `${SUITE}/callback/elsewhere`,
    ],
  ])('%s', async (_name, besides) => {
    const meant = suite.parameters(client, plan);
    const asked = { ...besideObject(meant), redirect_uri: besides, request: unsignedObject(meant) };
    expect((await complete(suite, client, asked, meant)).answer.get('state')).toBe(meant.state);
  });

  it('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: fetches what nobody has signed', async () => {
    const meant = suite.parameters(client, plan);
    web.serve(REQUEST_URI, unsignedObject(meant), { 'content-type': 'application/jose' });
    // What was fetched for the plan before is kept for ten seconds.
    suite.app.clock.advance(11);
    const asked = { ...besideObject(meant), request_uri: REQUEST_URI };
    expect((await complete(suite, client, asked, meant)).answer.get('state')).toBe(meant.state);
  });
});
