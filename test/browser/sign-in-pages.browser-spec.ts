import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { SetUp } from '../../src/auth/set-up';
import { freePort, launchBrowser } from '../support/browser';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { anOldClient, OLD_CLIENTS } from '../support/old-clients';
import { LOOKS, openLook } from '../support/page-looks';
import { aPublicClient, type TestOAuthClient } from '../support/test-clients';

jest.setTimeout(120_000);

describe('the pages of signing in, in Chromium', () => {
  let app: TestApp;
  let browser: Browser;
  let application: Server;
  let callback: string;
  let client: TestOAuthClient;

  beforeAll(async () => {
    // Pages name each other by the issuer's address: the browser has to find them there.
    const port = String(await freePort());
    app = await createTestApp({
      env: {
        ...OLD_CLIENTS,
        NODE_ENV: 'development',
        PORT: port,
        ISSUER: `http://127.0.0.1:${port}`,
        SERVICE_NAME: 'Harbour Library',
      },
    });
    browser = await launchBrowser();
    application = createServer((_, answer) =>
      answer.setHeader('content-type', 'text/html').end('<h1>The application</h1>'),
    );
    await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
    callback = `http://127.0.0.1:${String((application.address() as AddressInfo).port)}/callback`;
    client = await aPublicClient(app, {
      client_name: 'Photo Printer with a name that is as long as names of applications get to be',
      application_type: 'native',
      redirect_uris: [callback],
      client_uri: 'https://printer.example.com',
      policy_uri: 'https://printer.example.com/privacy',
      tos_uri: 'https://printer.example.com/terms',
      scope: 'openid notes:read notes:write offline_access account',
    });
    await app.register('alice');
    await app.register('bartholomew-with-a-long-name');
  });

  afterAll(async () => {
    application?.close();
    await browser?.close();
    await app?.close();
  });

  const authorization = (parameters: Readonly<Record<string, string>> = {}) =>
    `${app.url}/oauth/authorize?${new URLSearchParams({
      client_id: client.id,
      redirect_uri: callback,
      response_type: 'code',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      scope: 'openid notes:read notes:write offline_access',
      state: 's1',
      ...parameters,
    }).toString()}`;

  const signIn = async (page: Page, password = GOOD_PASSWORD) => {
    await page.fill('#username', 'alice');
    await page.fill('#password', password);
    await page.click('#sign-in');
  };

  it.each(LOOKS)('lead a person to the application and out again, on a %s in the %s', async (...screen) => {
    const { context, page, complaints, look } = await openLook(browser, screen);
    await page.goto(authorization({ prompt: 'consent' }));
    await look('sign-in');
    await signIn(page, 'wrong');
    await page.waitForSelector('[role=alert]');
    await look('sign-in-fault');
    await page.click('#to-sign-up');
    await page.waitForSelector('#sign-up');
    await page.fill('#email', 'nobody');
    await page.click('#sign-up');
    await look('sign-up');
    await page.click('#to-sign-in');
    await page.waitForSelector('#sign-in');
    await signIn(page);
    await page.waitForSelector('#allow');
    await look('consent');
    expect(await page.isDisabled('#scope-openid')).toBe(true);
    await page.uncheck('input[name=scope][value="notes:write"]');
    await page.click('#allow');
    await page.waitForURL(`${callback}?**`);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      code: expect.any(String),
      state: 's1',
      iss: app.url,
    });
    await page.goto(`${app.url}/account`);
    await look('account');
    await page.goto(`${app.url}/`);
    await look('home');
    await page.goto(`${app.url}/account`);
    await page.click('#sign-out');
    await look('signed-out');
    await page.goto(authorization({ redirect_uri: 'https://evil.example/' }));
    await look('error');
    await page.goto(`${app.url}/nowhere`);
    expect(complaints.filter((text) => !/status of (400|403|404|422)/.test(text))).toEqual([]);
    await context.close();
  });

  it.each(LOOKS)('let people choose who they are, on a %s in the %s', async (...screen) => {
    const { context, page, complaints, look } = await openLook(browser, screen);
    await page.goto(authorization({ prompt: 'select_account consent' }));
    await signIn(page);
    await page.waitForSelector('#allow');
    await page.goto(`${app.url}/sign-in?switch=1`);
    await page.fill('#username', 'bartholomew-with-a-long-name');
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
    await page.waitForSelector('#sign-out-all');
    await look('account-with-others');
    await page.goto(authorization({ prompt: 'select_account consent' }));
    await page.waitForSelector('#account-2');
    await look('choose-account');
    await page.click('#account-2');
    await page.waitForSelector('#allow');
    expect(await page.innerText('.who')).toContain('alice');
    await page.goto(`${app.url}/account`);
    await page.click('#sign-out');
    await page.waitForSelector('#choose-account');
    await look('signed-out-others-remain');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('lead the first administrator in', async () => {
    const link = (await app.resolve(SetUp).begin())!;
    for (const screen of LOOKS) {
      const { context, page, complaints, look } = await openLook(browser, screen);
      await page.goto(link);
      await look('set-up');
      await page.goto(`${app.url}/set-up?link=old`);
      await look('set-up-over');
      if (screen === LOOKS.at(-1)) {
        await page.goto(link);
        await page.fill('#email', 'root@example.com');
        await page.fill('#password', GOOD_PASSWORD);
        await page.click('#set-up');
        await page.waitForURL('**/set-up/checklist');
        await look('checklist');
        await page.setViewportSize({ width: 390, height: 844 });
        await look('checklist-narrow');
      }
      expect(complaints.filter((text) => !/status of 410/.test(text))).toEqual([]);
      await context.close();
    }
  });

  it('work without scripts, with the keyboard alone', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(authorization({ prompt: 'consent', response_mode: 'fragment' }));
    // The first field has the focus as soon as the page is drawn.
    await page.waitForSelector('#username:focus');
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.waitForSelector('#password:focus');
    await page.keyboard.type(GOOD_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#deny');
    await page.focus('#deny');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${callback}#**`);
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('error')).toBe('access_denied');
    await page.goBack();
    await context.close();
  });

  it.each(['code', 'id_token', 'code id_token token'] as const)(
    'post the answer to %s to the application where it wants that (OAuth Form Post §2), with scripts and without',
    async (type) => {
      const old = await anOldClient(app, type, {
        application_type: 'native',
        redirect_uris: [callback],
        skip_consent: false,
      });
      const request = { client_id: old.id, response_type: type, scope: 'openid notes:read', nonce: 'n-1' };
      for (const javaScriptEnabled of [true, false]) {
        for (const response_mode of ['form_post', 'form_post.jwt']) {
          const context = await browser.newContext({ javaScriptEnabled });
          const page = await context.newPage();
          await page.goto(authorization({ ...request, prompt: 'consent', response_mode }));
          await signIn(page);
          const posted = page.waitForRequest((sent) => sent.method() === 'POST' && sent.url() === callback);
          await page.click('#allow');
          if (!javaScriptEnabled) await page.click('button[type=submit]');
          const names = [...new URLSearchParams((await posted).postData() ?? '').keys()];
          expect(names).toContain(response_mode === 'form_post' ? type.split(' ')[0] : 'response');
          await page.waitForURL(callback);
          expect(await page.innerText('h1')).toBe('The application');
          await context.close();
        }
      }
    },
  );
});
