import { readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { freePort, launchBrowser, openPage } from '../support/browser';
import { aClient } from '../support/test-clients';

jest.setTimeout(120_000);

const PREFIX = '/some/prefix';

/** How Swagger UI marks its page up, which is not ours to change. */
const RULES_OF_SWAGGER_UI = ['heading-order', 'label', 'nested-interactive', 'region', 'select-name'];

const NOTES = '#operations-Notes-notes_list';

const PROTECTED = '#operations-Protected-protected_read';

const INTROSPECTION = '#operations-Introspection-introspection_introspect';

/** A proxy that serves the application under a prefix of its own. */
function startProxy(target: string, port = 0): Promise<Server> {
  const server = createServer((incoming, answer) => {
    const { url = '', method, headers } = incoming;
    if (!url.startsWith(PREFIX)) return void answer.writeHead(404).end();
    const outgoing = request(target + url.slice(PREFIX.length), { method: method ?? 'GET', headers }, (upstream) => {
      answer.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(answer);
    });
    return void incoming.pipe(outgoing);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.click('.btn.authorize');
  await page.fill('.auth-container input', token);
  await page.click('.auth-btn-wrapper .authorize');
  await page.click('.auth-btn-wrapper .btn-done');
}

/** Calls `GET /protected` from the page. @returns status and body as the page shows them */
async function tryProtected(page: Page): Promise<{ status: string; body: string }> {
  await page.click(`${PROTECTED} .opblock-summary-control`);
  await page.click(`${PROTECTED} .execute`);
  const live = page.locator(`${PROTECTED} .live-responses-table`);
  return {
    status: (await live.locator('.response-col_status').last().innerText()).trim(),
    body: await live.locator('.highlight-code').first().innerText(),
  };
}

describe('Swagger UI in Chromium', () => {
  let app: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let token: string;

  beforeAll(async () => {
    app = await createTestApp();
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it.each(['/docs', '/docs/'])(
    'shows every operation at %s, within its policy and without a complaint',
    async (path) => {
      const { page, complaints, requests } = await openPage(context);
      await page.goto(app.url + path);
      await page.waitForSelector('.opblock');
      const document = (await app.get('/docs-json')).body;
      const operations = Object.values<object>(document.paths).flatMap((item) => Object.values(item));
      const shown = await page.locator('.opblock-summary-operation-id').allInnerTexts();
      // Long names may be broken with invisible characters.
      expect(shown.map((id) => id.replace(/[^\w]/g, '')).sort()).toEqual(
        operations.map(({ operationId }) => operationId).sort(),
      );
      expect(await page.locator('h1, h2').first().innerText()).toContain('Gatehouse');
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(`${app.url}/docs`))).toEqual([]);
      await page.evaluate(
        "document.head.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }))",
      );
      await page.waitForFunction('true');
      expect(complaints.join()).toContain('policy: style-src');
      await page.close();
    },
  );

  it('lets a person authorize with an access token and try a guarded operation', async () => {
    const { page, complaints } = await openPage(context);
    await page.goto(`${app.url}/docs`);
    await authorize(page, token);
    const answer = await tryProtected(page);
    expect(answer.status).toBe('200');
    expect(answer.body).toContain('This is a protected route');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('lets a client try an endpoint of OAuth, and makes no value up for what nobody has filled in', async () => {
    const { id, secret } = await aClient(app);
    const { page, complaints } = await openPage(context);
    await page.goto(`${app.url}/docs`);
    await page.click('.btn.authorize');
    const basic = page.locator('.auth-container', { hasText: 'clientBasic' });
    await basic.locator('input').nth(0).fill(id);
    await basic.locator('input').nth(1).fill(secret);
    await basic.locator('.authorize').click();
    await page.locator('.btn-done').first().click();
    await page.click(`${INTROSPECTION} .opblock-summary-control`);
    await page.locator(`${INTROSPECTION} input[type=text]`).first().fill('nothing');
    const sent = page.waitForRequest(/introspect/);
    await page.click(`${INTROSPECTION} .execute`);
    // RFC 6749 §3.2: what has no value counts as left out.
    expect([...new URLSearchParams((await sent).postData() ?? '')].filter(([, value]) => value !== '')).toEqual([
      ['token', 'nothing'],
    ]);
    const live = page.locator(`${INTROSPECTION} .live-responses-table`);
    expect(await live.locator('.response-col_status').last().innerText()).toMatch(/^200/);
    expect(await live.locator('.highlight-code').first().innerText()).toContain('"active": false');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows why a guarded operation refuses without a token, and forgets a token with the page', async () => {
    const { page } = await openPage(context);
    await page.goto(`${app.url}/docs`);
    await authorize(page, token);
    await page.reload();
    const answer = await tryProtected(page);
    expect(answer.status).toBe('401');
    expect(answer.body).toContain('missing_token');
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    await page.close();
  });

  it('works behind a proxy that takes a prefix away', async () => {
    const proxy = await startProxy(app.url);
    const { port } = proxy.address() as AddressInfo;
    for (const path of ['/docs', '/docs/']) {
      const { page, complaints } = await openPage(context);
      await page.goto(`http://127.0.0.1:${port}${PREFIX}${path}`);
      await authorize(page, token);
      expect(await tryProtected(page)).toMatchObject({ status: '200' });
      expect(complaints).toEqual([]);
      await page.close();
    }
    proxy.close();
  });

  describe('signs people in by itself, with authorization code and PKCE', () => {
    let signing: TestApp;
    let proxy: Server;
    let home: string;

    beforeAll(async () => {
      const ports = { own: await freePort(), proxy: await freePort() };
      home = `http://127.0.0.1:${String(ports.proxy)}${PREFIX}`;
      signing = await createTestApp({ env: { PORT: String(ports.own), ISSUER: home } });
      proxy = await startProxy(signing.url, ports.proxy);
      await signing.register('alice');
    });

    afterAll(async () => {
      proxy?.close();
      await signing?.close();
    });

    it.each(['/docs', '/docs/'])('at %s behind a proxy that takes a prefix away', async (path) => {
      const own = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
      const { page, complaints } = await openPage(own);
      await page.goto(home + path);
      await page.click('.btn.authorize');
      const dialog = page.locator('.auth-container', { hasText: 'authorizationCode' });
      const popup = page.waitForEvent('popup');
      await dialog.locator('.auth-btn-wrapper .authorize').click();
      const window = await popup;
      await window.fill('#username', 'alice');
      await window.fill('#password', GOOD_PASSWORD);
      await window.click('#sign-in');
      await dialog.getByText('Logout').waitFor();
      await page.locator('.auth-btn-wrapper .btn-done').last().click();
      expect(window.isClosed()).toBe(true);
      await page.click(`${NOTES} .opblock-summary-control`);
      await page.click(`${NOTES} .execute`);
      const live = page.locator(`${NOTES} .live-responses-table`);
      expect((await live.locator('.response-col_status').last().innerText()).trim()).toBe('200');
      expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
      expect(complaints).toEqual([]);
      await own.close();
    });

    it('and says where to go when it is opened at another address than the issuer has', async () => {
      const { page } = await openPage(context);
      await page.goto(`${signing.url}/docs`);
      expect(await page.locator('.elsewhere a').getAttribute('href')).toBe(`${home}/docs`);
      await page.close();
    });
  });

  it('has nothing that axe finds to bar people, the markup of Swagger UI apart', async () => {
    const { page } = await openPage(context);
    await page.goto(`${app.url}/docs`);
    await page.click('#operations-Notes-notes_add .opblock-summary-control');
    await page.waitForSelector('#operations-Notes-notes_add .execute');
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const rules = Object.fromEntries(RULES_OF_SWAGGER_UI.map((rule) => [rule, { enabled: false }]));
    const violations = await page.evaluate(
      `axe.run({ rules: ${JSON.stringify(rules)} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
    expect(violations).toEqual([]);
    await page.close();
  });
});
