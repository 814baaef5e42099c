import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { FORM, refreshAs, signedIn } from '../../support/hand-made-flow';
import { AFTER_LOGOUT, anOpenidClient, enter } from '../../support/logout-receivers';
import { openidConfiguration } from '../../support/openid-config';
import { PageBrowser } from '../../support/page-browser';
import type { TestOAuthClient } from '../../support/test-clients';

describe('signing out at the wish of an application', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp();
    for (const name of ['alice', 'bob']) await app.register(name);
    client = await anOpenidClient(app, { client_name: 'Photo Printer', client_uri: 'https://app.example.com/' });
  });

  afterAll(() => app.close());

  beforeEach(() => {
    browser = new PageBrowser(app);
  });

  const endSession = async (parameters: Readonly<Record<string, string>>) =>
    openid.buildEndSessionUrl(await openidConfiguration(app, client), parameters).href;

  const path = (parameters: Readonly<Record<string, string>>) =>
    `/oauth/logout?${new URLSearchParams(parameters).toString()}`;

  const isSignedIn = async (one = browser) => (await one.open('/account')).path === '/account';

  it('ends the session and everything that was given in it, and sends the browser back with state (RP-Initiated Logout §2, §3)', async () => {
    const tokens = await enter(app, client, browser);
    const copied = browser.cookies.value('session')!;
    await browser.open(
      await endSession({ id_token_hint: tokens.id_token!, post_logout_redirect_uri: AFTER_LOGOUT, state: 'a <b> & c' }),
    );
    expect(browser.url).toBe(`${AFTER_LOGOUT}?state=${encodeURIComponent('a <b> & c').replaceAll('%20', '+')}`);
    expect(browser.cookies.value('session')).toBeUndefined();
    expect((await app.get('/account', { cookie: `session=${copied}` })).headers.get('location')).toContain('/sign-in');
    expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(401);
    expect((await refreshAs(app, client, tokens.refresh_token!)).body.error).toBe('invalid_grant');
    expect(await isSignedIn()).toBe(false);
  });

  it('adds no state where there was none, and keeps the query of the address', async () => {
    const address = `${AFTER_LOGOUT}?a=b`;
    client = await anOpenidClient(app, {
      client_name: 'Photo Printer',
      client_uri: 'https://app.example.com/',
      post_logout_redirect_uris: [AFTER_LOGOUT, address],
    });
    for (const [state, suffix] of [
      ['', ''],
      ['x', '&state=x'],
    ] as const) {
      const { id_token: hint = '' } = await enter(app, client, browser);
      await browser.open(path({ id_token_hint: hint, client_id: client.id, post_logout_redirect_uri: address, state }));
      expect(browser.url).toBe(`${address}${suffix}`);
    }
  });

  it('takes an ID token that has expired, for as long as its session lives (RP-Initiated Logout §2)', async () => {
    const { id_token: hint = '' } = await enter(app, client, browser);
    app.clock.advance(7_200);
    expect(await isSignedIn()).toBe(true);
    await browser.open(path({ id_token_hint: hint, post_logout_redirect_uri: AFTER_LOGOUT }));
    expect(browser.url).toBe(AFTER_LOGOUT);
    expect(await isSignedIn()).toBe(false);
  });

  it('takes the request by form, too, though no cookies come with it from another site (RP-Initiated Logout §2)', async () => {
    const { id_token: hint = '' } = await enter(app, client, browser);
    const form = new URLSearchParams({
      id_token_hint: hint,
      post_logout_redirect_uri: AFTER_LOGOUT,
      state: 's',
    }).toString();
    const answer = await app.post('/oauth/logout', form, { ...FORM, origin: 'https://app.example.com' });
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location')!;
    expect(location).not.toContain(hint.split('.')[1]);
    expect((await browser.open(location)).url).toBe(`${AFTER_LOGOUT}?state=s`);
    expect(await isSignedIn()).toBe(false);
  });

  it('without an address to go back to, says that it is done and shows the way to the application', async () => {
    const { id_token: hint = '' } = await enter(app, client, browser);
    await browser.open(path({ id_token_hint: hint, logout_hint: 'alice', ui_locales: 'de en' }));
    expect([browser.path, browser.heading]).toEqual(['/signed-out', 'You are signed out']);
    expect(browser.find('#way-back')?.getAttribute('href')).toBe('https://app.example.com/');
    expect(browser.answer.headers.get('refresh')).toBeNull();
    expect(await isSignedIn()).toBe(false);
  });

  it('asks the person where only a client_id says who wants it, and goes on after their yes (RP-Initiated Logout §2, §3)', async () => {
    await enter(app, client, browser);
    await browser.open(path({ client_id: client.id, post_logout_redirect_uri: AFTER_LOGOUT, state: 's' }));
    expect([browser.path, browser.heading]).toEqual(['/sign-out/confirmation', 'Sign out?']);
    expect(browser.text).toContain('Photo Printer asks you to sign out');
    expect(browser.text).toContain('alice');
    const asked = browser.url;
    expect(await isSignedIn()).toBe(true);
    await browser.open(asked);
    expect((await browser.submit('#confirm-sign-out')).url).toBe(`${AFTER_LOGOUT}?state=s`);
    expect(await isSignedIn()).toBe(false);
  });

  it('asks the person where nobody says who wants it, and stays here after their yes', async () => {
    browser = await signedIn(app, 'alice');
    await browser.open('/oauth/logout?state=x');
    expect(browser.text).toContain('An application asks you to sign out');
    expect(browser.find('#stay')?.getAttribute('href')).toBe(`${TEST_ISSUER}/account`);
    await browser.submit('#confirm-sign-out');
    expect(browser.path).toBe('/signed-out');
    expect(await isSignedIn()).toBe(false);
  });

  it('has nothing to ask where nobody is signed in any more', async () => {
    const { id_token: hint = '' } = await enter(app, client, browser);
    const parameters = { id_token_hint: hint, post_logout_redirect_uri: AFTER_LOGOUT };
    await browser.open(path(parameters));
    expect((await browser.open(path(parameters))).url).toBe(AFTER_LOGOUT);
    // Nothing proves that the person knows the application: the way is shown, and not taken.
    await browser.open(path({ client_id: client.id, post_logout_redirect_uri: AFTER_LOGOUT, state: 's' }));
    expect([browser.path, browser.find('#way-back')?.getAttribute('href')]).toEqual([
      '/signed-out',
      `${AFTER_LOGOUT}?state=s`,
    ]);
    expect(browser.answer.headers.get('refresh')).toBeNull();
    expect((await browser.open('/oauth/logout')).path).toBe('/signed-out');
  });

  it('asks about all where nobody is current, and signs all of them out after their yes', async () => {
    browser = await signedIn(app, 'alice');
    await browser.open('/sign-in?switch=1');
    await browser.submit('#sign-in', { username: 'bob', password: GOOD_PASSWORD });
    await browser.open('/account');
    await browser.submit('#sign-out');
    await browser.open('/oauth/logout');
    expect([browser.path, browser.heading]).toEqual(['/sign-out/confirmation', 'Sign out?']);
    expect(browser.text).toContain('alice');
    expect(browser.text).not.toContain('bob');
    await browser.submit('#confirm-sign-out');
    expect(browser.path).toBe('/signed-out');
    await browser.open('/choose-account');
    expect(browser.text).not.toContain('alice');
  });

  it('lets nobody be asked twice: the page leads on where the session has ended meanwhile', async () => {
    browser = await signedIn(app, 'alice');
    await browser.open(path({ client_id: client.id, post_logout_redirect_uri: AFTER_LOGOUT }));
    const asked = browser.url;
    await browser.submit('#confirm-sign-out');
    expect((await browser.open(asked)).path).toBe('/signed-out');
  });

  it('is found in the metadata, and knows the session by its sid (OpenID Connect Discovery §3)', async () => {
    const { body } = await app.get('/.well-known/openid-configuration');
    expect(body).toMatchObject({
      end_session_endpoint: `${TEST_ISSUER}/oauth/logout`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    });
    const { id_token: hint = '' } = await enter(app, client, browser);
    expect(decodeJwt(hint).sid).toBe(browser.cookies.value('session')!.split('.')[0]);
  });
});
