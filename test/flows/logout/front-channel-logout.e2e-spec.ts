import { decodeJwt } from 'jose';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { AFTER_LOGOUT, anOpenidClient, enter } from '../../support/logout-receivers';
import { PageBrowser } from '../../support/page-browser';

const FRAME = 'https://app.example.com/frame?a=b';

describe('applications are told in the browser that a session has ended', () => {
  let app: TestApp;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
  });

  afterAll(() => app.close());

  beforeEach(() => {
    browser = new PageBrowser(app);
  });

  const client = (host = 'app.example.com', uri = `https://${host}/frame?a=b`) =>
    anOpenidClient(app, {
      frontchannel_logout_uri: uri,
      redirect_uris: ['https://app.example.com/callback', `https://${host}/callback`].filter(
        (one, index, all) => all.indexOf(one) === index,
      ),
    });

  const frames = () => browser.findAll('iframe').map((frame) => frame.getAttribute('src'));
  const policy = () => browser.answer.headers.get('content-security-policy')!;

  it('by their pages in frames, with iss and sid, and then the browser goes on (Front-Channel Logout §2, §3)', async () => {
    const [one, other, silent] = [await client(), await client('other.example'), await anOpenidClient(app)];
    const { sid } = decodeJwt((await enter(app, one, browser)).id_token!);
    await enter(app, other, browser);
    const { id_token: hint = '' } = await enter(app, silent, browser);
    const parameters = { id_token_hint: hint, post_logout_redirect_uri: AFTER_LOGOUT, state: 's' };
    await browser.open(`/oauth/logout?${new URLSearchParams(parameters).toString()}`);
    const query = `iss=${encodeURIComponent(TEST_ISSUER)}&sid=${sid as string}`;
    expect(browser.path).toBe('/signed-out');
    expect(frames().sort()).toEqual([`${FRAME}&${query}`, `https://other.example/frame?a=b&${query}`]);
    expect(browser.answer.headers.get('refresh')).toBe(`3; url=${AFTER_LOGOUT}?state=s`);
    expect(browser.find('#way-back')?.getAttribute('href')).toBe(`${AFTER_LOGOUT}?state=s`);
    expect(browser.cookies.value('session')).toBeUndefined();
  });

  it('SES-17: the page may frame those and nothing else, and frames nothing where there is nobody', async () => {
    await enter(app, await client(), browser);
    await browser.open('/account');
    await browser.submit('#sign-out');
    expect([browser.path, frames().length]).toEqual(['/signed-out', 1]);
    const directives = policy().split('; ');
    expect(directives.find((each) => each.startsWith('frame-src'))).toBe('frame-src https://app.example.com');
    expect(directives).toEqual(
      expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"]),
    );
    expect(browser.answer.headers.get('refresh')).toBeNull();

    browser = new PageBrowser(app);
    await enter(app, await anOpenidClient(app), browser);
    await browser.open('/account');
    await browser.submit('#sign-out');
    expect([browser.url, frames(), policy().includes('frame-src')]).toEqual([`${TEST_ISSUER}/signed-out`, [], false]);
  });

  it('SES-17: of many applications twenty at the most', async () => {
    for (let count = 0; count < 22; count++) await enter(app, await client(), browser);
    await browser.open('/account');
    await browser.submit('#sign-out-everywhere');
    expect(frames()).toHaveLength(20);
  });

  it('in the browser that was signed out alone: the address of its page is nothing to another', async () => {
    await enter(app, await client(), browser);
    await browser.open('/account');
    await browser.submit('#sign-out');
    const stranger = await new PageBrowser(app).open(browser.url);
    expect([stranger.answer.status, stranger.findAll('iframe')]).toEqual([400, []]);
  });

  it('not of those that took part in another session', async () => {
    await enter(app, await client(), new PageBrowser(app));
    await browser.open('/sign-in');
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.open('/account');
    await browser.submit('#sign-out');
    expect(browser.url).toBe(`${TEST_ISSUER}/signed-out`);
  });
});
