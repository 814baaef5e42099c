import { hash } from 'node:crypto';
import { ForeignApplication } from '../../support/code-flow';
import * as oauth from 'oauth4webapi';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { AFTER_LOGOUT, anOpenidClient } from '../../support/logout-receivers';
import { PageBrowser } from '../../support/page-browser';
import { askSessionFrame } from '../../support/session-frame';
import type { TestOAuthClient } from '../../support/test-clients';

const ORIGIN = 'https://app.example.com';

describe('watching whether somebody is still signed in', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+session_management' } });
    for (const name of ['alice', 'bob']) await app.register(name);
    client = await anOpenidClient(app);
  });

  afterAll(() => app.close());

  beforeEach(() => {
    browser = new PageBrowser(app);
  });

  /** Signs somebody in. @returns the session_state of the answer */
  const enter = async (username = 'alice', parameters: Readonly<Record<string, string>> = {}) => {
    const application = new ForeignApplication(app, client, oauth.ClientSecretBasic(client.secret));
    await browser.open(await application.authorizationUrl({ scope: 'openid', ...parameters }));
    if (browser.path === '/sign-in') await browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
    return browser.parameters.get('session_state');
  };

  const ask = (data: unknown, origin = ORIGIN) => askSessionFrame(app, browser, data, origin);

  it('is unchanged for as long as the session is the same, and changed after a logout (Session Management §3)', async () => {
    const state = await enter();
    expect(state).toMatch(/^[\w-]{43}\.[\w-]{22}$/);
    expect(await ask(`${client.id} ${state}`)).toEqual(['unchanged', ORIGIN]);
    // Another request of the same session, and a sign-in of the same person in it.
    expect(await ask(`${client.id} ${await enter()}`)).toEqual(['unchanged', ORIGIN]);
    app.clock.advance(1);
    await enter('alice', { prompt: 'login' });
    expect(await ask(`${client.id} ${state}`)).toEqual(['unchanged', ORIGIN]);
    await browser.open(`/oauth/logout?client_id=${client.id}&post_logout_redirect_uri=${AFTER_LOGOUT}`);
    await browser.submit('#confirm-sign-out');
    expect(await ask(`${client.id} ${state}`)).toEqual(['changed', ORIGIN]);
  });

  it('is changed when somebody else, or the same person anew, has signed in', async () => {
    const state = await enter();
    await browser.open('/sign-in?switch=1');
    await browser.submit('#sign-in', { username: 'bob', password: GOOD_PASSWORD });
    expect(await ask(`${client.id} ${state}`)).toEqual(['changed', ORIGIN]);
    const ofBob = await enter('bob');
    expect(await ask(`${client.id} ${ofBob}`)).toEqual(['unchanged', ORIGIN]);
  });

  it('RDR-20: tells a page of another origin, or one that asks for another client, nothing', async () => {
    const state = await enter();
    expect(await ask(`${client.id} ${state}`, 'https://evil.example')).toEqual(['changed', 'https://evil.example']);
    expect(await ask(`another ${state}`)).toEqual(['changed', ORIGIN]);
    for (const question of ['', 'nonsense', `${client.id} ${state}x`, `${client.id}  ${state}`, `${state}`]) {
      expect([question, await ask(question)]).toEqual([question, ['error', ORIGIN]]);
    }
    for (const origin of ['null', 'file://']) expect(await ask(`${client.id} ${state}`, origin)).toEqual([]);
    for (const data of [null, 7, { client: client.id }]) expect(await ask(data)).toEqual([]);
  });

  it('gives the cookie back to a browser that has lost it, and puts no state into answers that are not of OpenID Connect', async () => {
    await enter();
    browser.cookies.cookies.delete('browser_state');
    const state = await enter('alice', { prompt: 'none' });
    expect(await ask(`${client.id} ${state}`)).toEqual(['unchanged', ORIGIN]);
    expect(await enter('alice', { scope: 'notes:read' })).toBeNull();
  });

  it('by a page that anybody may frame, and that runs its one script and nothing else (SES-10, SES-11)', async () => {
    const { headers, text } = await app.get('/oauth/check-session');
    const script = /<script>(.*)<\/script>/s.exec(text)![1]!;
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'sha256-${hash('sha256', script, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors *`,
    );
    expect([headers.get('x-frame-options'), headers.get('cross-origin-resource-policy')]).toEqual([
      null,
      'cross-origin',
    ]);
    expect((await app.get('/.well-known/openid-configuration')).body.check_session_iframe).toBe(
      `${TEST_ISSUER}/oauth/check-session`,
    );
  });

  it('by a cookie that is there in frames of other sites, and holds nothing of the session', async () => {
    const issuer = 'https://id.example.com';
    const secure = await createTestApp({ env: { ISSUER: issuer, OAUTH_FEATURES: '+session_management' } });
    await secure.register('alice');
    const there = await new PageBrowser(secure, issuer).open('/sign-in');
    await there.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    const { attributes, value } = there.cookies.cookies.get('__Host-browser_state')!;
    expect([...attributes].sort()).toEqual(['Path=/', 'SameSite=None', 'Secure']);
    expect(there.cookies.value('__Host-session')).not.toContain(value);
    await there.open('/account');
    await there.submit('#sign-out');
    expect(there.cookies.value('__Host-browser_state')).toBeUndefined();
    await secure.close();
  });
});
