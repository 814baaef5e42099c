import type { Browser } from 'playwright-core';
import { freePort, launchBrowser } from '../support/browser';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { DEVICE_GRANT } from '../support/device-flow';
import { LOOKS, openLook } from '../support/page-looks';
import { aPublicClient } from '../support/test-clients';

jest.setTimeout(120_000);

describe('the pages for devices in Chromium', () => {
  let app: TestApp;
  let browser: Browser;
  let clientId: string;

  beforeAll(async () => {
    // Pages name each other by the issuer's address: the browser has to find them there.
    const port = String(await freePort());
    app = await createTestApp({ env: { PORT: port, ISSUER: `http://127.0.0.1:${port}` } });
    browser = await launchBrowser();
    await app.register('alice');
    const metadata = {
      client_name: 'Living Room TV',
      redirect_uris: [],
      grant_types: [DEVICE_GRANT, 'refresh_token'],
      client_uri: 'https://tv.example.com',
      policy_uri: 'https://tv.example.com/privacy',
    };
    clientId = (await aPublicClient(app, metadata)).id;
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const begin = async () => {
    const form = new URLSearchParams({ client_id: clientId, scope: 'notes:read notes:write offline_access' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { body } = await app.post('/oauth/device_authorization', form.toString(), headers);
    return body as Record<'user_code' | 'verification_uri' | 'verification_uri_complete', string>;
  };

  it.each(LOOKS)('lead a person from the code to the device, on a %s in the %s', async (...screen) => {
    const { context, page, complaints, look } = await openLook(browser, screen);
    const codes = await begin();
    await page.goto(codes.verification_uri);
    await look('device-entry');
    await page.fill('#user_code', 'WDJB-MJHT');
    await page.click('#continue');
    await page.waitForSelector('#user_code-fault');
    await look('device-entry-fault');
    await page.fill('#user_code', codes.user_code.toLowerCase());
    await page.click('#continue');
    await page.waitForSelector('#username');
    await look('device-sign-in');
    await page.fill('#username', 'alice');
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
    await page.waitForSelector('#user-code');
    await look('device-confirmation');
    await page.click('#allow');
    await page.waitForSelector('#state');
    await look('device-allowed');
    app.clock.advance(600);
    const late = await begin();
    await page.goto(late.verification_uri_complete);
    await page.click('#continue');
    await page.waitForSelector('#user-code');
    app.clock.advance(600);
    await page.click('#allow');
    await page.waitForSelector('#another-code');
    await look('device-expired');
    expect(complaints.filter((text) => !/status of (422|410)/.test(text))).toEqual([]);
    await context.close();
  });
});
