import { openRows } from '../support/database-rows';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import {
  authorizationParameters,
  authorizationPath,
  FORM,
  redeemCode,
  sendAs,
  signedIn,
} from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import type { Answer } from '../support/test-client';
import { aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';

/** What a page of the server itself would send. */
const OWN = { ...FORM, origin: TEST_ISSUER, 'sec-fetch-site': 'same-origin' };

/** How a form of somebody else arrives. */
const FOREIGN: readonly (readonly [where: string, headers: Readonly<Record<string, string>>])[] = [
  ['another site', { ...FORM, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site that hides its name', { ...FORM, origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['another site in an old browser', { ...FORM, origin: 'https://evil.example' }],
  ['a host beside this one', { ...FORM, origin: 'http://evil.localhost:3000', 'sec-fetch-site': 'same-site' }],
  ['another port', { ...FORM, origin: 'http://localhost:3001', 'sec-fetch-site': 'same-site' }],
  ['an application that nobody opened', { ...FORM, 'sec-fetch-site': 'none' }],
];

describe('the pages', () => {
  let app: TestApp;
  let evil: TestOAuthClient;
  let alice: PageBrowser;
  let mallory: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp();
    for (const name of ['alice', 'bob', 'mallory']) await app.register(name);
    evil = await aPublicClient(app, { client_name: 'Evil' });
    [alice, mallory] = [await signedIn(app, 'alice'), await signedIn(app, 'mallory')];
  });

  afterAll(() => app.close());

  const asking = (changes: Readonly<Record<string, string>> = {}) =>
    authorizationPath(authorizationParameters(evil.id, changes));

  const send = (browser: PageBrowser, path: string, fields: URLSearchParams, headers = OWN): Promise<Answer> =>
    browser.cookies.request('POST', path, fields.toString(), headers);

  /** The fields that the form with that button sends, with `changes` in their place; an undefined one is left out. */
  function formWith(browser: PageBrowser, button: string, changes: Readonly<Record<string, string | undefined>> = {}) {
    const form = browser.find(button)!.closest('form')!;
    const fields = new URLSearchParams();
    for (const input of form.querySelectorAll('input')) {
      fields.append(input.getAttribute('name')!, input.getAttribute('value') ?? '');
    }
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) fields.delete(name);
      else fields.set(name, value);
    }
    return fields;
  }

  const consented = (browser: PageBrowser, changes: Readonly<Record<string, string | undefined>> = {}) =>
    formWith(browser, '#allow', { decision: 'allow', ...changes });

  /** How many clients a person has let in. */
  async function consents(username: string): Promise<number> {
    const rows = await openRows(app.database);
    const found = await rows.query(
      `SELECT client_id FROM consents WHERE user_id = (SELECT id FROM users WHERE username = '${username}')`,
    );
    await rows.close();
    return found.length;
  }

  function expectNothingGranted(answer: Answer, what: string): void {
    expect([what, answer.headers.get('location') ?? '']).toEqual([what, expect.not.stringMatching(/[?&#]code=/)]);
    expect([what, answer.status < 500]).toEqual([what, true]);
  }

  describe('SES-04: a consent is given by whoever was asked, on the page that asked,', () => {
    it.each(FOREIGN)('not by a form of %s, whatever it knows (RFC 6749 §10.12)', async (where, headers) => {
      await alice.open(asking());
      const answer = await send(alice, '/consent', consented(alice), headers as typeof OWN);
      expect(answer.status).toBe(403);
      expectNothingGranted(answer, where);
      expect(await consents('alice')).toBe(0);
    });

    it('not by an address, not by JSON, and not by another method', async () => {
      await alice.open(asking());
      const fields = consented(alice);
      const json = { ...OWN, 'content-type': 'application/json' };
      const answers = [
        await alice.cookies.request('GET', `/consent?${fields.toString()}`, undefined, {
          'sec-fetch-site': 'cross-site',
        }),
        await alice.cookies.request('PUT', '/consent', fields.toString(), OWN),
        await alice.cookies.request('POST', '/consent', JSON.stringify(Object.fromEntries(fields)), json),
        await alice.cookies.request('POST', `/consent?${fields.toString()}`, '', OWN),
        await alice.cookies.request('POST', '/oauth/authorize', fields.toString(), OWN),
        await alice.cookies.request('GET', `${asking()}&decision=allow&approve=true&prompt=none`),
      ];
      for (const [index, answer] of answers.entries()) expectNothingGranted(answer, String(index));
      expect(await consents('alice')).toBe(0);
    });

    it('not with the token of another browser, none, two, or one that was guessed', async () => {
      await alice.open(asking());
      await mallory.open(asking());
      const theirs = consented(mallory).get('csrf_token')!;
      const own = consented(alice).get('csrf_token')!;
      for (const csrf_token of [theirs, undefined, '', 'x'.repeat(43), own.toLowerCase(), `${own} `]) {
        const answer = await send(alice, '/consent', consented(alice, { csrf_token }));
        expect([csrf_token, answer.status]).toEqual([csrf_token, 403]);
      }
      const twice = consented(alice);
      twice.append('csrf_token', own);
      expect((await send(alice, '/consent', twice)).status).toBe(403);
      expect(await consents('alice')).toBe(0);
    });

    it('not with a cookie that a host beside this one has planted', async () => {
      await mallory.open(asking());
      const planted = mallory.cookies.value('browser')!;
      const cookie = `session=${alice.cookies.value('session')!}; browser=${planted}`;
      const headers = { ...FOREIGN[3]![1], cookie };
      const answer = await app.post('/consent', consented(mallory).toString(), headers);
      expect(answer.status).toBe(403);
      expect(await consents('alice')).toBe(0);
    });
  });

  describe('SES-13: what waits for a person belongs to their browser,', () => {
    it('so that nobody goes on with it in another, before or after they have signed in', async () => {
      const begun = await new PageBrowser(app).open(asking());
      const path = begun.url.slice(TEST_ISSUER.length);
      const ticket = new URL(begun.url).searchParams.get('ticket')!;
      for (const other of [mallory, new PageBrowser(app)]) {
        for (const target of [
          path,
          `/consent?ticket=${ticket}`,
          `/oauth/authorize?ticket=${ticket}`,
          `/sign-up?ticket=${ticket}`,
        ]) {
          await other.open(target);
          expect([target, other.isAway, other.answer.status]).toEqual([target, false, 400]);
        }
      }
      await mallory.open(asking());
      const swapped = consented(mallory, { ticket });
      expectNothingGranted(await send(mallory, '/consent', swapped), 'consent');
      expect(await consents('mallory')).toBe(0);
    });

    it('so that nobody signs in into the interaction of somebody else (login-session swap)', async () => {
      const ofMallory = await new PageBrowser(app).open(asking());
      const ticket = new URL(ofMallory.url).searchParams.get('ticket')!;
      const victim = await new PageBrowser(app).open(asking());
      const fields = formWith(victim, '#sign-in', { ticket, username: 'bob', password: GOOD_PASSWORD });
      const answer = await send(victim, '/sign-in', fields);
      expect([answer.status, victim.cookies.value('session')]).toEqual([400, undefined]);
    });

    it('and to them: what one person was shown is not decided by the next in the same browser (RFC 6749 §10.12)', async () => {
      const browser = await signedIn(app, 'alice');
      await browser.open(asking());
      const shown = consented(browser);
      await browser.open('/sign-in?switch=1');
      await browser.submit('#sign-in', { username: 'bob', password: GOOD_PASSWORD });
      for (const [name, value] of [
        ['', ''],
        ['decision', 'deny'],
        ['person', ''],
      ] as const) {
        if (name !== '') shown.set(name, value);
        await browser.post('/consent', shown.toString());
        expect([browser.isAway, browser.answer.status, browser.text]).toEqual([
          ...[false, 422],
          expect.stringContaining('Another person has signed in here meanwhile'),
        ]);
      }
      expect([await consents('alice'), await consents('bob')]).toEqual([0, 0]);
      expect(browser.text).toContain('Signed in as bob');
      await browser.submit('#deny');
      expect(browser.parameters.get('error')).toBe('access_denied');
    });

    it.each([
      ['nothing', ''],
      ['a letter', 'x'],
      ['something of the right kind', 'A'.repeat(200)],
      ['something endless', 'A'.repeat(11_000)],
      ['a path', '../../account'],
      ['an address', 'https://evil.example'],
    ])('and cannot be made up: %s is no ticket', async (_what, ticket) => {
      for (const path of ['/consent', '/oauth/authorize', '/sign-in', '/device']) {
        await alice.open(`${path}?ticket=${encodeURIComponent(ticket)}`);
        expect([alice.isAway, [200, 400].includes(alice.answer.status)]).toEqual([false, true]);
        expect(alice.answer.text).not.toContain('evil.example');
      }
    });

    it('and is no way to somewhere else: whatever else names a place to return to is passed over', async () => {
      const names = ['return', 'return_to', 'returnTo', 'next', 'redirect', 'redirect_uri', 'continue', 'url', 'path'];
      const query = new URLSearchParams(names.map((name) => [name, 'https://evil.example/'])).toString();
      const browser = await new PageBrowser(app).open(`/sign-in?${query}`);
      const form = formWith(browser, '#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      for (const name of names) form.set(name, 'https://evil.example/');
      const answer = await send(browser, `/sign-in?${query}`, form);
      expect(answer.headers.get('location')).toBe(`${TEST_ISSUER}/account`);
      expect((await browser.open(`/signed-out?${query}`)).answer.text).not.toContain('evil.example');
    });
  });

  it('PAR-01: an expired request is not begun by way of a form that belongs to no browser (RFC 9126 §4)', async () => {
    const form = Object.fromEntries(authorizationParameters(evil.id));
    const { request_uri } = (await sendAs(app, evil, form, '/oauth/par')).body;
    app.clock.advance(91);
    const body = new URLSearchParams({ client_id: evil.id, request_uri });
    const posted = await send(alice, '/oauth/authorize', body, FORM as typeof OWN);
    const ticket = new URL(posted.headers.get('location')!).searchParams.get('ticket')!;
    for (const path of ['/consent', '/oauth/authorize', '/sign-in']) {
      await alice.open(`${path}?ticket=${ticket}`);
      expect([path, alice.heading, alice.answer.status]).toEqual([path, 'This request cannot be answered', 400]);
    }
  });

  it('SES-04: more than was offered is not given, whatever the form says', async () => {
    const browser = await signedIn(app, 'bob');
    await browser.open(asking());
    const fields = consented(browser, { redirect_uri: 'https://evil.example/', client_id: 'other', audience: 'x' });
    for (const scope of ['notes:write', 'admin', 'account', 'roles', 'offline_access']) fields.append('scope', scope);
    await browser.post('/consent', fields.toString());
    expect(browser.url.startsWith(`${CALLBACK}?`)).toBe(true);
    const { body } = await redeemCode(app, evil, browser.parameters.get('code')!);
    expect(body.scope).toBe('notes:read');
    // And once: neither again nor with the other answer.
    for (const decision of ['allow', 'deny']) {
      fields.set('decision', decision);
      const again = await send(browser, '/consent', fields);
      expectNothingGranted(again, decision);
      expect([303, 400]).toContain(again.status);
    }
  });

  it.each(FOREIGN)('SES-03: nobody is signed in, signed up or signed out by a form of %s', async (_where, headers) => {
    const fresh = await new PageBrowser(app).open('/sign-in');
    const credentials = { username: 'mallory', password: GOOD_PASSWORD };
    const form = formWith(fresh, '#sign-in', credentials);
    const person = { username: 'planted', email: 'planted@example.com', password: GOOD_PASSWORD };
    const registering = new URLSearchParams({ csrf_token: form.get('csrf_token')!, ...person });
    for (const [path, fields] of [
      ['/sign-in', form],
      ['/sign-up', registering],
    ] as const) {
      const answer = await send(fresh, path, fields, headers as typeof OWN);
      expect([path, answer.status, fresh.cookies.value('session')]).toEqual([path, 403, undefined]);
    }
    await alice.open('/account');
    const token = alice.find('input[name=csrf_token]')!.getAttribute('value')!;
    for (const path of ['/sign-out', '/account/disconnect', '/device', '/device/decision']) {
      const answer = await send(alice, path, new URLSearchParams({ csrf_token: token }), headers as typeof OWN);
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await alice.open('/account')).path).toBe('/account');
  });

  it('SES-03: nobody is signed in with the token of another browser, as somebody else', async () => {
    const [ofMallory, victim] = [
      await new PageBrowser(app).open('/sign-in'),
      await new PageBrowser(app).open('/sign-in'),
    ];
    const fields = formWith(ofMallory, '#sign-in', { username: 'mallory', password: GOOD_PASSWORD });
    expect((await send(victim, '/sign-in', fields)).status).toBe(403);
    expect((await send(new PageBrowser(app), '/sign-in', fields)).status).toBe(403);
    expect(victim.cookies.value('session')).toBeUndefined();
  });

  it('SES-05, SES-06: nobody is signed out by an address of a page, and none leads on from there', async () => {
    for (const path of ['/sign-out', '/oauth/end_session', '/logout']) {
      const query = `post_logout_redirect_uri=${encodeURIComponent('https://evil.example/')}&client_id=${evil.id}&state=x`;
      const answer = await alice.cookies.get(`${path}?${query}`);
      expect([path, [404, 405].includes(answer.status), answer.headers.get('location')]).toEqual([path, true, null]);
    }
    expect((await alice.open('/account')).path).toBe('/account');
  });

  it('INJ-01: a client writes nothing into the pages but texts and links', async () => {
    const name = `<script>alert(1)</script>"><img src=x onerror=alert(1)>`;
    const client_uri = 'https://app.example.com/?"><script>alert(2)</script>';
    const made = await aPublicClient(app, { client_name: name, client_uri: encodeURI(client_uri) });
    const path = authorizationPath(authorizationParameters(made.id));
    const stranger = await new PageBrowser(app).open(path);
    await alice.open(path);
    for (const browser of [stranger, alice]) {
      expect(browser.answer.text).toContain('&lt;script');
      expect(
        [browser.find('script'), browser.find('img[src=x]'), browser.find('[onerror]')].every(
          (found) => found === null,
        ),
      ).toBe(true);
    }
    expect(alice.heading).toBe(name);
  });
});
