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
import { within } from '../support/within';

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
  /** Whether the page in the browser has the session watched. */
  let monitorSession = false;
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
    await ServerProcess.start(database.url, {
      ...{ PORT: String(port), HOST: 'localhost', ISSUER: issuer, ...files },
      // An application is on this machine, too: elsewhere a server calls no such address.
      ...{ OUTBOUND_LOOPBACK: 'on', OAUTH_FEATURES: '+session_management' },
    });
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
      '/settings.json': {
        get text() {
          return JSON.stringify({ authority: issuer, client_id: 'board', monitorSession });
        },
      },
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
    monitorSession = false;
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
  });

  afterEach(() => context.close());

  const signIn = async () => {
    await page.fill('#username', 'certification');
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
  };
  const isShown = (text: string, where = page) =>
    where.waitForFunction((wanted) => document.body.innerText.includes(wanted), text);

  const enterReports = async () => {
    await page.goto(`${reports}/login`);
    await signIn();
    await page.waitForURL(`${reports}/`);
    await isShown('Ada Certification is signed in.');
  };
  /** Opens the board in a page of its own, where somebody is signed in already. */
  const enterBoard = async () => {
    const there = await context.newPage();
    await there.goto(`${board}/`);
    await isShown('Nobody is signed in.', there);
    await there.click('#login');
    await isShown('Ada Certification is signed in.', there);
    return there;
  };
  const enterDesktop = async () => {
    const desktop = run('native-application.mjs', { CLIENT_ID: 'desktop', RENEW_AFTER: '1' });
    const [, address = ''] = await desktop.says(/Open (\S+)/);
    await page.goto(address);
    await page.click('#allow');
    await isShown('You can close this window.');
    await desktop.says(/Signed in as Ada Certification\./);
    await desktop.says(/Renewed for Ada Certification\./);
    return desktop;
  };
  /** Waits until the web application, which is told by the server, has nobody signed in. */
  const reportsIsLeft = () =>
    within(10_000, async () => {
      await page.goto(`${reports}/`);
      return (await page.innerText('body')) === 'Nobody is signed in.';
    });
  const mustSignIn = async () => {
    await page.goto(`${reports}/login`);
    await page.waitForSelector('#username');
  };

  it('have somebody sign in at one, and ask nothing at the others but what a program on a device has to ask', async () => {
    await enterReports();
    await enterBoard();
    await (await enterDesktop()).end();
  });

  it('are renewed without anybody noticing: by a refresh token on a server, in a frame in the browser', async () => {
    await enterReports();
    const there = await enterBoard();
    await there.click('#renew');
    await isShown('Renewed for Ada Certification.', there);
    await page.goto(`${reports}/renew`);
    await isShown('Renewed for ');
  });

  it('are all left by signing out of the one in the browser (OpenID Connect RP-Initiated Logout §2)', async () => {
    await enterReports();
    const there = await enterBoard();
    const desktop = await enterDesktop();
    await there.click('#logout');
    await there.waitForURL(`${board}/`);
    await isShown('Nobody is signed in.', there);
    await reportsIsLeft();
    await desktop.says(/Signed out\./);
    expect(await desktop.exit).toBe(0);
    await mustSignIn();
  });

  it('are all left by signing out of the one on a server', async () => {
    await enterReports();
    const there = await enterBoard();
    const desktop = await enterDesktop();
    await page.goto(`${reports}/logout`);
    await page.waitForURL(`${reports}/`);
    await isShown('Nobody is signed in.');
    await there.click('#renew');
    await isShown('Not renewed: login_required', there);
    await there.reload();
    await isShown('Nobody is signed in.', there);
    await desktop.says(/Signed out\./);
    await mustSignIn();
  });

  it('are told, and see, that somebody has signed out at the server (Back-Channel Logout §2.5, Session Management §3)', async () => {
    monitorSession = true;
    await enterReports();
    const there = await enterBoard();
    const account = await context.newPage();
    await account.goto(`${issuer}/account`);
    await account.click('#sign-out');
    await account.waitForSelector('#sign-in-again');
    // Nobody touches this page: its frame has said so.
    await isShown('Nobody is signed in.', there);
    await reportsIsLeft();
    await page.goto(`${reports}/renew`);
    await isShown('Nothing to renew.');
  });
});
