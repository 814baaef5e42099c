import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startApache } from '../support/apache';
import { freePort, launchBrowser } from '../support/browser';
import { commandLineOn } from '../support/command-line';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { OtherProcess } from '../support/other-process';
import { ServerProcess } from '../support/server-process';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeCertificate } from '../support/tls-certificate';
import { within } from '../support/within';

jest.setTimeout(120_000);

const DOCS = resolve(__dirname, '../../docs');

describe('a site behind Apache’s mod_auth_openidc (docs/sso.md)', () => {
  let folder: string;
  let database: TestDatabase;
  let browser: Browser;
  let application: Server;
  let issuer: string;
  let site: string;
  /** What the application behind Apache was sent last. */
  let seen: IncomingHttpHeaders = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-apache-'));
    const tls = await makeCertificate(folder, 'localhost');
    const [port, sitePort] = [await freePort(), await freePort()];
    issuer = `https://localhost:${port}`;
    site = `http://localhost:${sitePort}`;
    database = await createTestDatabase();
    const files = { TLS_CERT: tls.certificate, TLS_KEY: tls.key };
    // The site is on this machine, too: elsewhere a server calls no such address.
    const env = { PORT: String(port), HOST: 'localhost', ISSUER: issuer, OUTBOUND_LOOPBACK: 'on', ...files };
    await ServerProcess.start(database.url, env);
    const secret = randomBytes(32).toString('hex');
    const cli = commandLineOn(database, { ISSUER: issuer });
    for (const command of [
      `apply -f ${DOCS}/sso/apache-client.yaml --set site=${site} --set secret=${secret}`,
      `apply -f ${DOCS}/conformance/people.yaml --set password=${GOOD_PASSWORD}`,
    ]) {
      expect(await cli(command)).toMatchObject({ code: 0 });
    }
    application = createServer((request, response) => {
      seen = request.headers;
      response.end('The intranet');
    });
    await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
    const behind = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
    // Apache knows no authority that vouches for the certificate of this test.
    const configuration = `Include ${DOCS}/sso/apache.conf\nOIDCCABundlePath ${tls.certificate}`;
    const passphrase = randomBytes(32).toString('hex');
    const words = { ISSUER: issuer, CLIENT_SECRET: secret, SITE: site, PASSPHRASE: passphrase, APPLICATION: behind };
    await startApache(folder, sitePort, configuration, words);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    application?.close();
    await OtherProcess.endAll();
    await ServerProcess.killAll();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const enter = async (page: Page) => {
    await page.goto(`${site}/news?page=2`, { waitUntil: 'load' });
    await page.fill('#username', 'certification');
    await page.fill('#password', GOOD_PASSWORD);
    await page.click('#sign-in');
    await page.waitForURL(`${site}/news?page=2`);
  };

  it('is shown to whoever signs in here, and the application behind it is told who they are', async () => {
    const forged = { oidc_claim_name: 'Root', oidc_claim_phone_number: '+1 555 0100' };
    const context = await browser.newContext({ ignoreHTTPSErrors: true, extraHTTPHeaders: forged });
    const page = await context.newPage();
    await enter(page);
    expect(await page.innerText('body')).toBe('The intranet');
    expect(seen).toMatchObject({
      oidc_claim_preferred_username: 'certification',
      oidc_claim_name: 'Ada Certification',
      oidc_claim_email: 'certification@example.com',
      oidc_claim_sub: expect.any(String) as string,
    });
    expect(seen).not.toHaveProperty('oidc_claim_phone_number');
    await context.close();
  });

  it('is shown to nobody else, whatever they say of themselves', async () => {
    seen = {};
    const forged = { oidc_claim_preferred_username: 'certification' };
    expect((await fetch(`${site}/news`, { redirect: 'manual', headers: forged })).status).toBe(401);
    expect(seen).toEqual({});
  });

  it('is shown no more to whoever has signed out here, since Apache is told of it (OpenID Connect Back-Channel Logout §2.5)', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await enter(page);
    const account = await context.newPage();
    await account.goto(`${issuer}/account`);
    await account.click('#sign-out');
    await account.waitForSelector('#sign-in-again');
    await within(10_000, async () => {
      await page.goto(`${site}/news`);
      return page.url().startsWith(issuer);
    });
    expect(await page.isVisible('#username')).toBe(true);
    await context.close();
  });

  it('signs people out here, too, and gets them back (OpenID Connect RP-Initiated Logout §2)', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await enter(page);
    await page.goto(`${site}/oidc/callback?logout=`);
    expect([page.url(), await page.innerText('body')]).toEqual([`${site}/signed-out`, 'The intranet']);
    await page.goto(`${issuer}/account`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.goto(`${site}/news`);
    expect(new URL(page.url()).origin).toBe(issuer);
    await context.close();
  });
});
