import { decodeJwt } from 'jose';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { authorizationParameters, authorizationPath, redeemCode, signedIn } from '../../support/hand-made-flow';
import { PageBrowser } from '../../support/page-browser';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import { aPublicClient, type TestOAuthClient } from '../../support/test-clients';

const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

describe('several people in one browser', () => {
  const ids = new Map<string, string>();
  let app: TestApp;
  let own: TestOAuthClient;
  let asker: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    for (const name of PEOPLE) ids.set((await app.register(name)).body.id as string, name);
    own = await aPublicClient(app, { skip_consent: true });
    asker = await aPublicClient(app);
  });

  afterAll(() => app.close());

  const cookieOf = (browser: PageBrowser) => browser.cookies.value('session') ?? '';
  const signInToo = async (browser: PageBrowser, username: string) => {
    await browser.open('/sign-in?switch=1');
    return browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
  };
  const together = async (...names: readonly string[]) => {
    const [first = '', ...others] = names;
    const browser = await signedIn(app, first);
    for (const name of others) await signInToo(browser, name);
    return browser;
  };
  const shown = (browser: PageBrowser) => browser.findAll('.accounts strong').map(({ textContent }) => textContent);
  const ask = (browser: PageBrowser, parameters: Readonly<Record<string, string>> = {}, client = own) =>
    browser.open(authorizationPath(authorizationParameters(client.id, parameters)));
  const whoGotIn = async (browser: PageBrowser, client = own) => {
    const { body } = await redeemCode(app, client, browser.parameters.get('code') ?? '');
    return ids.get(decodeJwt(body.access_token as string).sub ?? '');
  };

  it('are each signed in beside the others; whoever came last is current', async () => {
    const browser = await together('alice', 'bob');
    expect((await browser.open('/account')).heading).toBe('bob');
    await browser.follow('#switch-account');
    expect(shown(browser)).toEqual(['bob', 'alice']);
    await browser.submit('#account-2');
    expect([browser.path, browser.heading]).toEqual(['/account', 'alice']);
    await browser.open('/choose-account');
    expect(shown(browser)).toEqual(['alice', 'bob']);
  });

  it('have each a secret of their own, which is new when they sign in again (SES-01)', async () => {
    const browser = await together('alice', 'bob');
    const [ofBob = '', ofAlice = ''] = cookieOf(browser).split('~');
    await signInToo(browser, 'alice');
    const [renewed = '', other] = cookieOf(browser).split('~');
    expect(other).toBe(ofBob);
    expect(renewed).not.toBe(ofAlice);
    expect(renewed.split('.')[0]).toBe(ofAlice.split('.')[0]);
    for (const [cookie, name] of [
      [ofAlice, ''],
      [renewed, 'alice'],
      [ofBob, 'bob'],
    ] as const) {
      const { status, text } = await app.get('/account', { cookie: `session=${cookie}` });
      expect([status, name !== '' && text.includes(name)]).toEqual(name === '' ? [303, false] : [200, true]);
    }
  });

  it('are five at the most: the session that was not used for longest ends', async () => {
    const browser = await together(...PEOPLE.slice(0, 5));
    const ofAlice = cookieOf(browser).split('~').at(-1)!;
    await signInToo(browser, 'frank');
    await browser.open('/choose-account');
    expect(shown(browser)).toEqual(['frank', 'erin', 'dave', 'carol', 'bob']);
    expect((await app.get('/account', { cookie: `session=${ofAlice}` })).status).toBe(303);
    const rows = await openRows(app.database);
    const [id = ''] = ofAlice.split('.');
    const ended = await rows.query<{ type: string }>(`SELECT type FROM audit_events WHERE session_id = '${id}'`);
    await rows.close();
    expect(ended.map(({ type }) => type)).toContain('session.ended');
    // What somebody adds by hand is not looked at beyond that.
    const others = cookieOf(browser);
    expect((await app.get('/choose-account', { cookie: `session=~${others}~${others}` })).status).toBe(200);
  });

  it('never become one another by themselves: when the current session ends, somebody is chosen, or nobody is signed in', async () => {
    const browser = await together('alice', 'bob');
    await browser.open('/account');
    await browser.submit('#sign-out');
    expect([browser.path, browser.text]).toEqual(['/signed-out', expect.stringContaining('Other accounts')]);
    expect((await browser.open('/account')).path).toBe('/choose-account');
    await ask(browser, { prompt: 'none' });
    expect(browser.parameters.get('error')).toBe('account_selection_required');
    await ask(browser);
    expect([browser.path, shown(browser)]).toEqual(['/choose-account', ['alice']]);
    await browser.submit('#account-1');
    expect(await whoGotIn(browser)).toBe('alice');
  });

  it('sign out one by one, or together, or one of them on all devices (SES-07, SES-08)', async () => {
    const browser = await together('alice', 'bob', 'carol');
    const before = cookieOf(browser).split('~');
    const alive = async () =>
      (await Promise.all(before.map((cookie) => app.get('/account', { cookie: `session=${cookie}` })))).map(
        ({ status }) => status === 200,
      );
    await browser.open('/choose-account');
    await browser.submit('#sign-out-2');
    expect([browser.path, shown(browser), await alive()]).toEqual([
      ...['/choose-account', ['carol', 'alice']],
      [true, false, true],
    ]);
    await browser.open('/account');
    await browser.submit('#sign-out-all');
    expect([cookieOf(browser), await alive()]).toEqual(['', [false, false, false]]);
    expect((await browser.open('/choose-account')).path).toBe('/sign-in');

    const here = await together('alice', 'bob');
    const elsewhere = await signedIn(app, 'bob');
    await here.open('/account');
    await here.submit('#sign-out-everywhere');
    expect((await here.open('/choose-account')).path).toBe('/choose-account');
    expect(shown(here)).toEqual(['alice']);
    expect((await elsewhere.open('/account')).path).toBe('/sign-in');
  });

  it('SES-05: are chosen and signed out by a form of ours alone', async () => {
    const browser = await together('alice', 'bob');
    const before = cookieOf(browser);
    await browser.open('/choose-account');
    const alice = browser.find('#account-2')!.getAttribute('value')!;
    const token = browser.find('input[name=csrf_token]')!.getAttribute('value')!;
    const send = (fields: Readonly<Record<string, string>>, headers = {}) =>
      browser.post('/choose-account', new URLSearchParams(fields).toString(), headers);
    for (const name of ['account', 'sign_out']) {
      for (const [fields, headers] of [
        [{ [name]: alice }, {}],
        [{ [name]: alice, csrf_token: 'x' }, {}],
        [{ [name]: alice, csrf_token: token }, { origin: 'https://evil.example' }],
        [{ [name]: alice, csrf_token: token }, { 'sec-fetch-site': 'cross-site' }],
      ] as const) {
        await send(fields, headers);
        expect([browser.answer.status, cookieOf(browser)]).toEqual([403, before]);
      }
    }
    await browser.open(`/choose-account?account=${alice}`);
    expect(cookieOf(browser)).toBe(before);
    // Nor is anybody who is not signed in here.
    await send({ account: 'nobody', csrf_token: token });
    expect([browser.path, cookieOf(browser)]).toEqual(['/choose-account', before]);
  });

  describe('an interaction', () => {
    it('is for whoever was chosen in it, whoever signs in meanwhile (SES-13)', async () => {
      const browser = await together('alice', 'bob');
      await ask(browser, { prompt: 'select_account' }, asker);
      expect([browser.path, shown(browser)]).toEqual(['/choose-account', ['bob', 'alice']]);
      await browser.submit('#account-2');
      expect(browser.text).toContain('Signed in as alice');
      const tab = browser.url;
      await signInToo(browser, 'carol');
      await browser.open(tab);
      expect(browser.text).toContain('Signed in as alice');
      await browser.submit('#allow');
      expect(await whoGotIn(browser, asker)).toBe('alice');
    });

    it('SES-04: takes no answer to a question that was shown to somebody else', async () => {
      const browser = await together('alice', 'bob');
      await ask(browser, { prompt: 'consent' }, asker);
      const [person, ticket] = ['person', 'ticket'].map((name) =>
        browser.find(`input[name=${name}]`)!.getAttribute('value')!,
      );
      const csrf = browser.find('input[name=csrf_token]')!.getAttribute('value')!;
      await browser.open('/choose-account');
      await browser.submit('#account-2');
      const fields = { person: person!, ticket: ticket!, csrf_token: csrf, decision: 'allow', scope: 'notes:read' };
      await browser.post('/consent', new URLSearchParams(fields).toString());
      expect([browser.isAway, browser.answer.status]).toEqual([false, 422]);
      expect(browser.text).toContain('Another person has signed in here meanwhile');
      expect(browser.text).toContain('Signed in as alice');
    });

    it('asks once more when whoever was chosen has signed out', async () => {
      const browser = await together('alice', 'bob');
      await ask(browser, { prompt: 'select_account consent' }, asker);
      await browser.submit('#account-2');
      const tab = browser.url;
      await browser.open('/choose-account');
      await browser.submit('#sign-out-1');
      await browser.open(tab);
      expect([browser.path, shown(browser)]).toEqual(['/choose-account', ['bob']]);
    });

    it('goes on with somebody who signs in beside the others', async () => {
      const browser = await together('alice', 'bob');
      await ask(browser, { prompt: 'select_account' });
      await browser.follow('#another-account');
      await browser.submit('#sign-in', { username: 'carol', password: GOOD_PASSWORD });
      expect(await whoGotIn(browser)).toBe('carol');
      await browser.open('/choose-account');
      expect(shown(browser)).toEqual(['carol', 'bob', 'alice']);
    });

    it('signs somebody in where nobody can be chosen', async () => {
      const browser = await ask(new PageBrowser(app), { prompt: 'select_account' });
      expect(browser.path).toBe('/sign-in');
      await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      expect(await whoGotIn(browser)).toBe('alice');
    });
  });

  it('are told apart by login_hint, without being signed out or in by it (OpenID Connect Core §3.1.2.1)', async () => {
    const browser = await together('alice', 'bob');
    for (const [hint, who] of [
      ['alice', 'alice'],
      ['ALICE@example.com', 'alice'],
      ['bob@example.com', 'bob'],
      ['carol', 'bob'],
      ['nobody', 'bob'],
    ] as const) {
      for (const prompt of ['none', '']) {
        await ask(browser, { prompt, login_hint: hint });
        expect([hint, await whoGotIn(browser)]).toEqual([hint, who]);
      }
    }
    expect((await browser.open('/account')).heading).toBe('bob');
  });
});
