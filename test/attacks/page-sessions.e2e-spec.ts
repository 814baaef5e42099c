import { appsOfEachTest } from '../support/apps-of-each-test';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import {
  aCode,
  authorizationParameters,
  authorizationPath,
  redeemCode,
  refreshAs,
  refusalOf,
  signedIn,
} from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import type { Answer } from '../support/test-client';
import { aPublicClient, type TestOAuthClient } from '../support/test-clients';

const HOUR = 3_600;

/** Paths of pages, some of which need somebody who is signed in, and some of which go wrong. */
const PAGES = [
  ...[
    '/',
    '/sign-in',
    '/choose-account',
    '/sign-up',
    '/account',
    '/device',
    '/signed-out',
    '/consent',
    '/oauth/authorize',
  ],
  ...['/consent?ticket=x', '/sign-in?ticket=x', '/device?ticket=x', '/oauth/authorize?client_id=unknown'],
];

describe('the sessions of browsers', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let asker: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp({ env: { SESSION_IDLE_LIFETIME: '2h', SESSION_ABSOLUTE_LIFETIME: '5h' } });
    for (const name of ['alice', 'bob']) await app.register(name);
    client = await aPublicClient(app, { skip_consent: true });
    asker = await aPublicClient(app, { client_name: 'Asker' });
  });

  afterAll(() => app.close());

  const cookieOf = (browser: PageBrowser) => browser.cookies.value('session')!;
  const isAlive = async (session: string) =>
    (await app.get('/account', { cookie: `session=${session}` })).headers.get('location') === null;

  it('SES-01: a cookie that somebody has planted is never taken over, and opens nothing to them of whoever signs in', async () => {
    const planted = 'attacker-0123456789-0123456789-0123456789-01';
    const ofMallory = cookieOf(await signedIn(app, 'bob'));
    for (const value of [planted, ofMallory, '', `${ofMallory}x`]) {
      const browser = await new PageBrowser(app).open('/sign-in');
      browser.cookies.cookies.set('session', { value, attributes: [], path: '/', expiresAt: Number.POSITIVE_INFINITY });
      await browser.open('/sign-in?switch=1');
      await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      expect(cookieOf(browser)).not.toBe(value);
      expect((await browser.open('/account')).text).toContain('alice');
      // Whoever has planted a session of their own keeps it, and sees nobody else in it.
      expect([value, await isAlive(value)]).toEqual([value, value === ofMallory]);
      expect((await app.get('/account', { cookie: `session=${value}` })).text).not.toContain('alice');
    }
  });

  it('SES-01: the cookie changes with each sign-in, and the one before it is dead', async () => {
    const browser = await signedIn(app, 'alice');
    const before = cookieOf(browser);
    app.clock.advance(1);
    await browser.open(authorizationPath(authorizationParameters(client.id, { prompt: 'login' })));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(browser.isAway).toBe(true);
    expect(cookieOf(browser)).not.toBe(before);
    expect([await isAlive(before), await isAlive(cookieOf(browser))]).toEqual([false, true]);
  });

  it('PKC-13: nobody gets past a sign-in that the client wants to be fresh, or without one (OpenID Connect Core §3.1.2.1)', async () => {
    const browser = await signedIn(app, 'alice');
    const told = async (changes: Readonly<Record<string, string>>, by = browser) => {
      await by.open(authorizationPath(authorizationParameters(client.id, changes)));
      return by.isAway ? (by.parameters.get('error') ?? 'code') : by.path;
    };
    expect(await told({ prompt: 'none' }, new PageBrowser(app))).toBe('login_required');
    expect(await told({ prompt: 'none' })).toBe('code');
    expect(await told({ prompt: 'none', max_age: '0' })).toBe('login_required');
    expect(await told({ max_age: '0' })).toBe('/sign-in');
    // Going back to the endpoint with the ticket is no sign-in.
    expect((await browser.open(browser.url.replace('/sign-in', '/oauth/authorize'))).path).toBe('/sign-in');
    expect((await browser.open(browser.url.replace('/sign-in', '/consent'))).path).toBe('/sign-in');
    for (const prompt of ['none login', 'login none', 'none consent', 'NONE', 'never']) {
      expect(await told({ prompt })).toBe('invalid_request');
    }
    for (const max_age of ['-1', '1e9', 'soon', '0x10', '99999999999', '1.5']) {
      expect(await told({ max_age })).toBe('invalid_request');
    }
    expect(await told({ prompt: 'login' })).toBe('/sign-in');
    expect(await told({ prompt: 'select_account' })).toBe('/choose-account');
    expect(await told({ max_age: '10' })).toBe('code');
  });

  it('SES-09: the server ends sessions by its own clock: unused ones, and old ones however they are used', async () => {
    const idle = cookieOf(await signedIn(app, 'alice'));
    app.clock.advance(2 * HOUR);
    expect(await isAlive(idle)).toBe(false);
    const busy = cookieOf(await signedIn(app, 'alice'));
    for (let hours = 1; hours < 5; hours++) {
      app.clock.advance(HOUR);
      expect([hours, await isAlive(busy)]).toEqual([hours, true]);
    }
    app.clock.advance(HOUR);
    expect(await isAlive(busy)).toBe(false);
  });

  it('SES-07: signing out ends the copied cookie, the pending question, the code on its way, and the tokens of the session', async () => {
    const browser = await signedIn(app, 'alice');
    const copied = cookieOf(browser);
    const code = await aCode(browser, client);
    const [inSession, offline] = [
      (await redeemCode(app, client, await aCode(browser, client))).body,
      (await redeemCode(app, client, await aCode(browser, client, { scope: 'notes:read offline_access' }))).body,
    ];
    const pending = await new PageBrowser(app).open('/');
    for (const [name, cookie] of browser.cookies.cookies) pending.cookies.cookies.set(name, cookie);
    await pending.open(authorizationPath(authorizationParameters(asker.id)));
    expect(pending.path).toBe('/consent');
    await browser.open('/account');
    await browser.submit('form[action$="/sign-out"] button');
    expect([browser.path, cookieOf(browser)]).toEqual(['/signed-out', undefined]);

    expect(await isAlive(copied)).toBe(false);
    expect((await pending.submit('#allow')).path).toBe('/sign-in');
    pending.cookies.cookies.set('session', {
      value: copied,
      attributes: [],
      path: '/',
      expiresAt: Number.POSITIVE_INFINITY,
    });
    await pending.open(authorizationPath(authorizationParameters(client.id, { prompt: 'none' })));
    expect(pending.parameters.get('error')).toBe('login_required');
    expect(refusalOf(await redeemCode(app, client, code))).toEqual([400, 'invalid_grant']);
    expect(refusalOf(await refreshAs(app, client, inSession.refresh_token))).toEqual([400, 'invalid_grant']);
    expect((await app.withToken(inSession.access_token).get('/notes')).status).toBe(401);
    // What the person let outlive the session does.
    expect((await refreshAs(app, client, offline.refresh_token)).status).toBe(200);
  });

  it('SES-08: signing out on all devices ends every browser of the person, and of nobody else', async () => {
    const browsers = [await signedIn(app, 'alice'), await signedIn(app, 'alice'), await signedIn(app, 'alice')];
    const bystander = cookieOf(await signedIn(app, 'bob'));
    const cookies = browsers.map(cookieOf);
    await browsers[0]!.open('/account');
    await browsers[0]!.submit('#sign-out-everywhere');
    expect(await Promise.all(cookies.map(isAlive))).toEqual([false, false, false]);
    expect(await isAlive(bystander)).toBe(true);
  });

  it.each(PAGES)(
    'SES-10, SES-11, SES-18: %s is framed by nobody, runs nothing, and is kept by nobody',
    async (path) => {
      for (const browser of [new PageBrowser(app), await signedIn(app, 'alice')]) {
        const { headers, text, status } = await browser.cookies.get(path);
        const policy = headers.get('content-security-policy') ?? '';
        expect([status < 500, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
          ...[true, 'no-store', 'nosniff'],
        ]);
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
        if (!/^text\/html/.test(headers.get('content-type') ?? '')) continue;
        expect([headers.get('x-frame-options'), headers.has('permissions-policy')]).toEqual(['DENY', true]);
        expect(policy).toContain("base-uri 'none'");
        expect(text).not.toMatch(/<script|<style|\son\w+=|\sstyle=|javascript:/i);
        expect(headers.has('access-control-allow-origin')).toBe(false);
      }
    },
  );

  it('SES-18: no disguised address leads to a private page', async () => {
    const browser = await signedIn(app, 'alice');
    for (const path of [
      '/account/x.css',
      '/account;a.js',
      '/account%2f.png',
      '/account/',
      '//account',
      '/ACCOUNT',
      '/consent/x.js',
    ]) {
      const answer = await browser.cookies.get(path);
      expect([path, answer.status, answer.text.includes('alice')]).toEqual([path, 404, false]);
    }
  });

  it('SES-15: no address and no page holds what a session is known by', async () => {
    const browser = await new PageBrowser(app).open(authorizationPath(authorizationParameters(asker.id)));
    const seen: Answer[] = [browser.answer];
    seen.push((await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD })).answer);
    const asked = browser.url;
    await browser.submit('#allow');
    const secrets = [cookieOf(browser).split('.')[1]!, browser.cookies.value('browser')!];
    seen.push((await browser.open('/account')).answer);
    const told = [
      asked,
      ...seen.map(({ text }) => text),
      ...seen.map(({ headers }) => headers.get('location') ?? ''),
    ].join('\n');
    for (const secret of secrets) expect([secret.length >= 43, told.includes(secret)]).toEqual([true, false]);
  });
});

describe('the cookies of pages behind https', () => {
  const start = appsOfEachTest();

  it('SES-02: are Secure, out of reach of scripts, and bear a prefix that no other host can plant', async () => {
    const issuer = 'https://id.example.com';
    const app = await start({ env: { ISSUER: issuer } });
    await app.register('alice');
    const browser = new PageBrowser(app, issuer);
    await browser.open('/sign-in');
    expect(browser.answer.headers.get('strict-transport-security')).toMatch(/max-age=31536000/);
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(browser.path).toBe('/account');
    expect([...browser.cookies.cookies.keys()].sort()).toEqual(['__Host-browser', '__Host-session']);
    for (const { attributes, value } of browser.cookies.cookies.values()) {
      expect([...attributes].sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
      expect(value).not.toContain('alice');
    }
    // Without the prefix they are nothing: those are what another host, or plain http, could have set.
    const session = browser.cookies.value('__Host-session')!;
    const answer = await app.get('/account', {
      cookie: `session=${session}; browser=${browser.cookies.value('__Host-browser')!}`,
    });
    expect(answer.headers.get('location')).toBe(`${issuer}/sign-in`);
    expect(issuer).not.toBe(TEST_ISSUER);
  });
});
