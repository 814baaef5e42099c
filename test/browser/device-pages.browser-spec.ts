import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { freePort, launchBrowser, openPage } from '../support/browser';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { DEVICE_GRANT } from '../support/device-flow';
import { aPublicClient } from '../support/test-clients';

jest.setTimeout(120_000);

const SIZES = {
  telephone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

/** Where to put pictures of the pages, for whoever wants to look at them. */
const PICTURES = process.env['PICTURES'];

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

  const violationsOf = async (page: Page) => {
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    return page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
    );
  };

  const cases = Object.keys(SIZES).flatMap((size) =>
    (['light', 'dark'] as const).map((scheme) => [size as keyof typeof SIZES, scheme] as const),
  );

  it.each(cases)('lead a person from the code to the device, on a %s in the %s', async (size, colorScheme) => {
    const context = await browser.newContext({ viewport: SIZES[size], colorScheme });
    const { page, complaints } = await openPage(context);
    const look = async (name: string) => {
      expect([name, await violationsOf(page)]).toEqual([name, []]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      if (PICTURES !== undefined) {
        await page.screenshot({ path: `${PICTURES}/${name}-${size}-${colorScheme}.png`, fullPage: true });
      }
    };
    const codes = await begin();
    await page.goto(codes.verification_uri);
    await look('entry');
    await page.fill('#user_code', 'WDJB-MJHT');
    await page.click('#continue');
    await page.waitForSelector('#user_code-fault');
    await look('entry-fault');
    await page.fill('#user_code', codes.user_code.toLowerCase());
    await page.click('#continue');
    await page.waitForSelector('#username');
    await look('sign-in');
    await page.fill('#username', 'alice');
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
    await page.waitForSelector('#user-code');
    await look('confirmation');
    await page.click('#allow');
    await page.waitForSelector('#state');
    await look('allowed');
    app.clock.advance(600);
    const late = await begin();
    await page.goto(late.verification_uri_complete);
    await page.click('#continue');
    await page.waitForSelector('#user-code');
    app.clock.advance(600);
    await page.click('#allow');
    await page.waitForSelector('#another-code');
    await look('expired');
    expect(complaints.filter((text) => !/status of (422|410)/.test(text))).toEqual([]);
    await context.close();
  });
});
