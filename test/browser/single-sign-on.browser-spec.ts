import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { freePort, launchBrowser } from '../support/browser';
import { commandLineOn } from '../support/command-line';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { OtherProcess } from '../support/other-process';
import { ServerProcess } from '../support/server-process';
import { serveSite } from '../support/static-site';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeCertificate } from '../support/tls-certificate';

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../..');
const DEMONSTRATION = join(ROOT, 'docs/sso');
const OIDC_CLIENT = join(ROOT, 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js');

describe('applications that share one sign-in (docs/sso.md)', () => {
  let folder: string;
  let database: TestDatabase;
  let browser: Browser;
  let site: Server;
  let environment: Readonly<Record<string, string>>;
  let issuer: string;
  let reports: string;
  let board: string;
  let context: BrowserContext;
  let page: Page;

  const run = (program: string, env: Readonly<Record<string, string>>) =>
    new OtherProcess(process.execPath, [join(DEMONSTRATION, program)], { ...environment, ...env });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-sso-'));
    const tls = await makeCertificate(folder, 'localhost');
    const [port, reportsPort, boardPort] = [await freePort(), await freePort(), await freePort()];
    issuer = `https://localhost:${port}`;
    reports = `http://localhost:${reportsPort}`;
    board = `https://localhost:${boardPort}`;
    environment = { ISSUER: issuer, NODE_EXTRA_CA_CERTS: tls.certificate };
    database = await createTestDatabase();
    const files = { TLS_CERT: tls.certificate, TLS_KEY: tls.key };
    await ServerProcess.start(database.url, { PORT: String(port), HOST: 'localhost', ISSUER: issuer, ...files });
    const secret = randomBytes(32).toString('hex');
    const cli = commandLineOn(database, { ISSUER: issuer });
    const values = `--set reports=${reports} --set board=${board} --set secret=${secret}`;
    for (const command of [
      `apply -f ${join(DEMONSTRATION, 'clients.yaml')} ${values}`,
      `apply -f ${join(ROOT, 'docs/conformance/people.yaml')} --set password=${GOOD_PASSWORD}`,
    ]) {
      expect(await cli(command)).toMatchObject({ code: 0 });
    }
    const web = run('web-application.mjs', {
      ...{ CLIENT_ID: 'reports', CLIENT_SECRET: secret, PORT: String(reportsPort) },
    });
    await web.says(/Listens on/);
    site = await serveSite(boardPort, tls, {
      '/': { file: join(DEMONSTRATION, 'index.html') },
      '/silent.html': { file: join(DEMONSTRATION, 'silent.html') },
      '/single-page.js': { file: join(DEMONSTRATION, 'single-page.js') },
      '/oidc-client-ts.min.js': { file: OIDC_CLIENT },
      '/settings.json': { text: JSON.stringify({ authority: issuer, client_id: 'board' }) },
    });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
    await OtherProcess.endAll();
    await ServerProcess.killAll();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
  });

  afterEach(() => context.close());

  const signIn = async () => {
    await page.fill('#username', 'certification');
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
  };
  const isShown = (text: string) => page.waitForFunction((wanted) => document.body.innerText.includes(wanted), text);

  it('have somebody sign in at one, and ask nothing at the others but what a program on a device has to ask', async () => {
    await page.goto(`${reports}/login`);
    await signIn();
    await page.waitForURL(`${reports}/`);
    await isShown('Ada Certification is signed in.');
    await page.goto(`${board}/`);
    await isShown('Nobody is signed in.');
    await page.click('#login');
    await isShown('Ada Certification is signed in.');
    const desktop = run('native-application.mjs', { CLIENT_ID: 'desktop' });
    const [, address = ''] = await desktop.says(/Open (\S+)/);
    await page.goto(address);
    await page.click('#allow');
    await isShown('You can close this window.');
    await desktop.says(/Signed in as Ada Certification, and renewed for them\./);
    expect(await desktop.exit).toBe(0);
  });

  it('are renewed without anybody noticing: by a refresh token on a server, in a frame in the browser', async () => {
    await page.goto(`${board}/`);
    await page.click('#login');
    await signIn();
    await isShown('Ada Certification is signed in.');
    await page.click('#renew');
    await isShown('Renewed for Ada Certification.');
    await page.goto(`${reports}/login`);
    await page.waitForURL(`${reports}/`);
    await page.goto(`${reports}/renew`);
    await isShown('Renewed for ');
  });

  it('are not renewed in a frame once nobody is signed in any more', async () => {
    await page.goto(`${board}/`);
    await page.click('#login');
    await signIn();
    await isShown('Ada Certification is signed in.');
    const account = await context.newPage();
    await account.goto(`${issuer}/account`);
    await account.click('#sign-out');
    await account.waitForSelector('#sign-in-again');
    await page.click('#renew');
    await isShown('Not renewed: login_required');
  });
});
