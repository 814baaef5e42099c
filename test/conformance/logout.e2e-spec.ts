import { decodeJwt } from 'jose';
import {
  type Authorized,
  CERTIFIED_ISSUER,
  CertificationSuite,
  type Parameters,
  type Redeemed,
  SUITE,
} from '../support/certification-suite';
import { LogoutReceiver, verifiedLogoutToken } from '../support/logout-receivers';
import { askSessionFrame } from '../support/session-frame';
import { StrangersWeb } from '../support/strangers-web';
import type { TestOAuthClient } from '../support/test-clients';
import { unsignedJwt } from '../../src/protocol/unsigned-jwt';
import { within } from '../support/within';

const AFTER = `${SUITE}/post_logout_redirect`;

describe('OPS-10: signing out in the plans of logout', () => {
  let web: StrangersWeb;
  let suite: CertificationSuite;
  let receiver: LogoutReceiver;
  let client: TestOAuthClient;
  let entered: Authorized & Redeemed;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    receiver = new LogoutReceiver(web, new URL(SUITE).hostname);
    suite = await CertificationSuite.start(['logout.yaml'], { OAUTH_FEATURES: '+session_management' }, web);
  });

  afterAll(async () => {
    await suite.close();
    await web.close();
  });

  beforeEach(() => enter('logout-1'));

  async function enter(id: string): Promise<void> {
    suite.anotherBrowser();
    client = suite.client(id);
    entered = await suite.flow(client);
  }

  /** Everything that the suite sends to the end_session_endpoint where a module says nothing else. */
  const logout = (changes: Parameters = {}) => {
    const all = { id_token_hint: entered.idToken, post_logout_redirect_uri: AFTER, state: 'state-1', ...changes };
    const sent = Object.entries(all).filter(([, value]) => value !== '');
    return suite.browser.open(`/oauth/logout?${new URLSearchParams(sent).toString()}`);
  };
  const confirm = () => suite.browser.submit('#confirm-sign-out');
  /** What the suite learns when it asks without a page whether somebody is signed in. */
  const silent = async () => (await suite.authorize(client, { prompt: 'none' })).answer.get('error');
  const isAsked = () => suite.browser.path === '/sign-out/confirmation';

  const ANNOUNCED = [
    [
      'oidcc-rp-initiated-logout-discovery-endpoint-verification: announces where people sign out',
      'end_session_endpoint',
    ],
    [
      'oidcc-session-management-discovery-endpoint-verification: announces the frame that tells who is signed in',
      'check_session_iframe',
    ],
  ] as const;

  it.each(ANNOUNCED)('%s', async (_name, member) => {
    const { body } = await suite.app.get('/.well-known/openid-configuration');
    expect(body[member]).toMatch(/^https:\/\/op\.example\.com\/oauth\//);
  });

  it.each([
    ['oidcc-backchannel-logout-discovery-endpoint-verification: announces that it tells clients, and the sid', 'back'],
    [
      'oidcc-frontchannel-logout-discovery-endpoint-verification: announces that it tells clients, and the sid',
      'front',
    ],
  ])('%s', async (_name, channel) => {
    const { body } = await suite.app.get('/.well-known/openid-configuration');
    const members = [`${channel}channel_logout_supported`, `${channel}channel_logout_session_supported`];
    expect(members.map((member) => (body as Readonly<Record<string, unknown>>)[member])).toEqual([true, true]);
  });

  it('oidcc-rp-initiated-logout: signs somebody out and sends the browser back with state', async () => {
    await logout();
    expect(suite.browser.url).toBe(`${AFTER}?state=state-1`);
    expect(await silent()).toBe('login_required');
  });

  it('oidcc-rp-initiated-logout-no-state: sends no state back where none came', async () => {
    await logout({ state: '' });
    expect(suite.browser.url).toBe(AFTER);
    expect(await silent()).toBe('login_required');
  });

  it.each([
    [
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: shows an error and sends nobody away',
      `${SUITE}/post_logout_redirect_elsewhere`,
    ],
    [
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: takes an added query for another address',
      `${AFTER}?foo=bar`,
    ],
  ])('%s', async (_name, address) => {
    await logout({ post_logout_redirect_uri: address });
    expect([suite.browser.isAway, suite.browser.answer.status]).toEqual([false, 400]);
    expect(suite.browser.find('#error')).not.toBeNull();
    expect(await silent()).toBeNull();
  });

  it.each([
    [
      'oidcc-rp-initiated-logout-modified-id-token-hint: shows an error where nobody has signed the hint',
      (hint: string) => unsignedJwt(decodeJwt(hint)),
    ],
    [
      'oidcc-rp-initiated-logout-bad-id-token-hint: shows an error where the signature is another',
      (hint: string) => `${hint.slice(0, -8)}${hint.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`,
    ],
  ])('%s', async (_name, changed) => {
    await logout({ id_token_hint: changed(entered.idToken) });
    expect([suite.browser.isAway, suite.browser.answer.status]).toEqual([false, 400]);
    expect(suite.browser.find('#error')).not.toBeNull();
  });

  it('oidcc-rp-initiated-logout-no-id-token-hint: goes to no address that nobody vouches for', async () => {
    await logout({ id_token_hint: '' });
    expect([suite.browser.isAway, suite.browser.answer.status]).toEqual([false, 400]);
    expect(suite.browser.find('#error')).not.toBeNull();
  });

  it.each([
    [
      'oidcc-rp-initiated-logout-no-params: asks, and says that it is done',
      { id_token_hint: '', post_logout_redirect_uri: '', state: '' },
    ],
    [
      'oidcc-rp-initiated-logout-only-state: asks, and says that it is done',
      { id_token_hint: '', post_logout_redirect_uri: '' },
    ],
  ])('%s', async (_name, asked: Parameters) => {
    await logout(asked);
    expect(isAsked()).toBe(true);
    await confirm();
    expect(suite.browser.path).toBe('/signed-out');
    expect(await silent()).toBe('login_required');
  });

  it('oidcc-rp-initiated-logout-no-post-logout-redirect-uri: says that it is done', async () => {
    await logout({ post_logout_redirect_uri: '', state: '' });
    expect(suite.browser.path).toBe('/signed-out');
    expect(await silent()).toBe('login_required');
  });

  it('oidcc-backchannel-rp-initiated-logout: tells the client by a signed logout token, and sends the browser back', async () => {
    await enter('back-channel-1');
    await logout();
    expect(suite.browser.url).toBe(`${AFTER}?state=state-1`);
    await within(20_000, async () => Promise.resolve(receiver.tokens.length > 0));
    expect(web.requests.at(-1)!.url).toBe(`${SUITE}/backchannel_logout`);
    const { payload } = await verifiedLogoutToken(suite.app, receiver.tokens[0]!, { audience: client.id });
    const { sub, sid } = entered.claims;
    expect(payload).toMatchObject({ sub, sid, iss: CERTIFIED_ISSUER });
    expect(payload).not.toHaveProperty('nonce');
    expect(payload.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
    expect(await silent()).toBe('login_required');
  }, 30_000);

  it('oidcc-frontchannel-rp-initiated-logout: loads the page of the client with iss and sid, and sends the browser back', async () => {
    await enter('front-channel-1');
    await logout();
    const { browser } = suite;
    const query = new URLSearchParams({ iss: CERTIFIED_ISSUER, sid: entered.claims.sid as string }).toString();
    expect(browser.find('iframe')?.getAttribute('src')).toBe(`${SUITE}/frontchannel_logout?${query}`);
    expect(browser.answer.headers.get('refresh')).toBe(`3; url=${AFTER}?state=state-1`);
    expect(await silent()).toBe('login_required');
  });

  it('oidcc-session-management-rp-initiated-logout: tells in the frame whether somebody is signed in', async () => {
    const { origin } = new URL(SUITE);
    const question = `${client.id} ${entered.answer.get('session_state')}`;
    expect(await askSessionFrame(suite.app, suite.browser, question, origin)).toEqual(['unchanged', origin]);
    await logout();
    expect(suite.browser.url).toBe(`${AFTER}?state=state-1`);
    expect(await askSessionFrame(suite.app, suite.browser, question, origin)).toEqual(['changed', origin]);
  });
});
