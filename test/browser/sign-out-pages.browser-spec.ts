import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { freePort, launchBrowser, openPage } from '../support/browser';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { authorizationParameters, authorizationPath, redeemCode } from '../support/hand-made-flow';
import { LOOKS, openLook } from '../support/page-looks';
import { aClient, type TestOAuthClient } from '../support/test-clients';

jest.setTimeout(120_000);

/** Opens an address in a frame of the page that this runs in. */
async function frame(address: string): Promise<void> {
  const added = document.createElement('iframe');
  const loaded = new Promise((resolve) => added.addEventListener('load', resolve));
  added.src = address;
  document.body.append(added);
  await loaded;
}

describe('the pages of signing out, in Chromium', () => {
  let app: TestApp;
  let browser: Browser;
  let application: Server;
  let origin: string;
  let client: TestOAuthClient;
  /** What the application was asked for in frames. */
  let framed: URL[] = [];

  beforeAll(async () => {
    // Pages name each other by the issuer's address: the browser has to find them there.
    const port = String(await freePort());
    const env = { NODE_ENV: 'development', PORT: port, ISSUER: `http://127.0.0.1:${port}` };
    app = await createTestApp({
      env: { ...env, SERVICE_NAME: 'Harbour Library', OUTBOUND_LOOPBACK: 'on', OAUTH_FEATURES: '+session_management' },
    });
    browser = await launchBrowser();
    application = createServer((request, answer) => {
      if (request.headers['sec-fetch-dest'] === 'iframe') framed.push(new URL(request.url!, origin));
      answer.setHeader('content-type', 'text/html').end('<title>Printer</title><h1>The application</h1>');
    });
    await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
    client = await aClient(app, {
      client_name: 'Photo Printer with a name that is as long as names of applications get to be',
      application_type: 'native',
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/after`],
      frontchannel_logout_uri: `${origin}/frame`,
      client_uri: 'https://printer.example.com',
      scope: 'openid',
      skip_consent: true,
    });
    await app.register('alice');
    await app.register('bartholomew-with-a-long-name');
  });

  afterAll(async () => {
    application?.close();
    await browser?.close();
    await app?.close();
  });

  beforeEach(() => {
    framed = [];
  });

  /** Signs somebody in to the application, which is given an ID token. @returns what the answer says */
  const enter = async (page: Page, username = 'alice') => {
    const changes = { redirect_uri: `${origin}/callback`, scope: 'openid', prompt: 'login' };
    await page.goto(`${app.url}${authorizationPath(authorizationParameters(client.id, changes))}`);
    await page.fill('#username', username);
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
    await page.waitForURL(`${origin}/callback?**`);
    const answer = new URL(page.url()).searchParams;
    const { redirect_uri } = changes;
    expect((await redeemCode(app, client, answer.get('code')!, { redirect_uri })).status).toBe(200);
    return answer;
  };

  const logout = (parameters: Readonly<Record<string, string>> = {}) =>
    `${app.url}/oauth/logout?${new URLSearchParams(parameters).toString()}`;

  it.each(LOOKS)('ask, and show the way back, on a %s in the %s', async (...screen) => {
    const { context, page, complaints, look } = await openLook(browser, screen);
    await enter(page);
    await page.goto(logout());
    await page.waitForSelector('#confirm-sign-out');
    await look('sign-out-confirmation-of-nobody');
    await page.goto(logout({ client_id: client.id }));
    await page.waitForSelector('#confirm-sign-out');
    await look('sign-out-confirmation');
    await page.click('#confirm-sign-out');
    await page.waitForSelector('#way-back');
    await look('signed-out-way-back');
    expect(await page.getAttribute('#way-back', 'href')).toBe('https://printer.example.com');
    await page.goto(logout({ client_id: client.id, post_logout_redirect_uri: 'https://evil.example/' }));
    await look('sign-out-error');
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
    await context.close();
  });

  it('work without scripts, with the keyboard alone, and go on by themselves (RP-Initiated Logout §3)', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await enter(page);
    await page.goto(logout({ client_id: client.id, post_logout_redirect_uri: `${origin}/after`, state: 's-1' }));
    await page.focus('#confirm-sign-out');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/signed-out?**');
    await page.waitForURL(`${origin}/after?state=s-1`);
    expect(framed.map(({ pathname }) => pathname)).toEqual(['/frame']);
    await context.close();
  });

  it('open the page of the application in a frame, and nothing else (Front-Channel Logout §2, SES-17)', async () => {
    const context = await browser.newContext();
    const { page, complaints } = await openPage(context);
    await enter(page);
    await page.goto(`${app.url}/account`);
    await page.click('#sign-out');
    await page.waitForURL('**/signed-out?**', { waitUntil: 'load' });
    expect(framed.map((url) => [url.pathname, [...url.searchParams.keys()], url.searchParams.get('iss')])).toEqual([
      ['/frame', ['iss', 'sid'], app.settings.issuer],
    ]);
    expect(page.frames().map((frame) => new URL(frame.url()).origin)).toEqual([app.url, origin]);
    expect(complaints).toEqual([]);
    const refused = page.waitForEvent('console', { predicate: (said) => said.text().includes('policy: frame-src') });
    await page.evaluate(frame, `http://localhost:${new URL(origin).port}/`);
    await refused;
    expect(framed).toHaveLength(1);
    await context.close();
  });

  it('have a page of the application see in a frame that somebody else is there, or nobody (Session Management §3)', async () => {
    const context = await browser.newContext();
    const { page, complaints } = await openPage(context);
    const question = async (there: Page, username?: string) =>
      `${client.id} ${(await enter(there, username)).get('session_state')}`;
    const ofAlice = await question(page);
    await page.evaluate(frame, `${app.url}/oauth/check-session`);
    const ask = (text: string) =>
      page.evaluate(
        async ([words, target]) => {
          const answer = new Promise((resolve) =>
            addEventListener('message', ({ data, origin: from }) => resolve([data, from]), { once: true }),
          );
          document.querySelector('iframe')!.contentWindow!.postMessage(words, target!);
          return answer;
        },
        [text, app.url],
      );
    expect(await ask(ofAlice)).toEqual(['unchanged', app.url]);
    expect(await ask('nonsense')).toEqual(['error', app.url]);
    const another = await context.newPage();
    const ofBartholomew = await question(another, 'bartholomew-with-a-long-name');
    expect(await ask(ofAlice)).toEqual(['changed', app.url]);
    expect(await ask(ofBartholomew)).toEqual(['unchanged', app.url]);
    await another.goto(`${app.url}/account`);
    await another.click('#sign-out');
    await another.waitForURL('**/signed-out?**');
    expect(await ask(ofBartholomew)).toEqual(['changed', app.url]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
