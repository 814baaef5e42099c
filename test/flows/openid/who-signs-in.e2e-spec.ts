import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { PASSWORD_ACR } from '../../../src/auth/first-party-tokens';
import { AuthorizationChecks } from '../../../src/oauth/authorization-code/authorization-check';
import { demandAcr } from '../../../src/oidc/authentication/requested-acr';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { signedIn } from '../../support/hand-made-flow';
import { PageBrowser } from '../../support/page-browser';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import { aClient, type TestOAuthClient } from '../../support/test-clients';

const HOUR = 3_600;

describe('who signs in, and how', () => {
  let app: TestApp;
  let client: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    for (const name of ['alice', 'bob']) await app.register(name);
    client = await aClient(app, { scope: 'openid profile', skip_consent: true });
  });

  afterAll(() => app.close());

  const applicationOf = (made = client) => new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
  const ask = async (
    browser: PageBrowser,
    parameters: Readonly<Record<string, string>> = {},
    application = applicationOf(),
  ) => {
    await browser.open(await application.authorizationUrl({ scope: 'openid profile', ...parameters }));
    return application;
  };
  const told = (browser: PageBrowser) => (browser.isAway ? (browser.parameters.get('error') ?? 'code') : browser.path);
  const signInAs = (browser: PageBrowser, username: string) =>
    browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
  const claimsOf = async (browser: PageBrowser, application: ForeignApplication) =>
    decodeJwt((await application.redeem(browser)).id_token!);
  const idTokenOf = async (username: string, made = client) => {
    const browser = await signedIn(app, username);
    return (await (await ask(browser, {}, applicationOf(made))).redeem(browser)).id_token!;
  };

  describe('prompt', () => {
    it('login has them sign in once more, and the ID token says when (OpenID Connect Core §3.1.2.1)', async () => {
      const browser = await signedIn(app, 'alice');
      const before = await claimsOf(browser, await ask(browser));
      app.clock.advance(60);
      const application = await ask(browser, { prompt: 'login' });
      expect([told(browser), browser.heading]).toEqual(['/sign-in', 'Is it you?']);
      await signInAs(browser, 'alice');
      const after = await claimsOf(browser, application);
      expect([after.sub, after.auth_time]).toEqual([before.sub, (before.auth_time as number) + 60]);
    });

    it('select_account and login: whoever is chosen signs in once more', async () => {
      const browser = await signedIn(app, 'alice');
      app.clock.advance(60);
      await ask(browser, { prompt: 'select_account login' });
      expect(told(browser)).toBe('/choose-account');
      await browser.submit('#account-1');
      expect([told(browser), browser.text]).toEqual(['/sign-in', expect.stringContaining('signed in as alice')]);
      await signInAs(browser, 'alice');
      expect(told(browser)).toBe('code');
    });

    it('none: nobody is shown a page, and the client learns why it gets nothing (OpenID Connect Core §3.1.2.6)', async () => {
      const nobody = new PageBrowser(app);
      await ask(nobody, { prompt: 'none' });
      expect(told(nobody)).toBe('login_required');
      const browser = await signedIn(app, 'alice');
      await ask(browser, { prompt: 'none' });
      expect(told(browser)).toBe('code');
      const asking = await aClient(app, { scope: 'openid profile' });
      await ask(browser, { prompt: 'none' }, applicationOf(asking));
      expect(told(browser)).toBe('consent_required');
      for (const other of ['login', 'consent', 'select_account', 'create']) {
        await ask(browser, { prompt: `none ${other}` });
        expect(told(browser)).toBe('invalid_request');
      }
    });

    it('create shows the page where people make an account, and goes on with it (Initiating User Registration §4.1)', async () => {
      const browser = await signedIn(app, 'alice');
      const application = await ask(browser, { prompt: 'create', login_hint: 'newcomer@example.com' });
      expect([told(browser), browser.find('#email')!.getAttribute('value')]).toEqual([
        ...['/sign-up', 'newcomer@example.com'],
      ]);
      await browser.submit('#sign-up', { username: 'newcomer', password: GOOD_PASSWORD });
      const { access_token: token } = await application.redeem(browser);
      const { body } = await app.get('/oauth/userinfo', { authorization: `Bearer ${token}` });
      expect(body.preferred_username).toBe('newcomer');
    });

    it('create lets those sign in who find that they have an account', async () => {
      const browser = new PageBrowser(app);
      await ask(browser, { prompt: 'create' });
      await browser.follow('#to-sign-in');
      await signInAs(browser, 'bob');
      expect(told(browser)).toBe('code');
    });
  });

  describe('max_age', () => {
    it('is as good as prompt=login where it is 0, and otherwise the seconds since the sign-in (OpenID Connect Core §3.1.2.1)', async () => {
      const browser = await signedIn(app, 'alice');
      for (const [age, maxAge, expected] of [
        [0, '0', '/sign-in'],
        [0, '1', 'code'],
        [5, '5', 'code'],
        [1, '5', '/sign-in'],
      ] as const) {
        app.clock.advance(age);
        await ask(browser, { max_age: maxAge });
        expect([maxAge, told(browser)]).toEqual([maxAge, expected]);
      }
    });

    it('is what the client has registered where it does not say (OpenID Connect Registration §2: default_max_age)', async () => {
      const strict = await aClient(app, { scope: 'openid profile', skip_consent: true, default_max_age: 60 });
      const browser = await signedIn(app, 'alice');
      app.clock.advance(61);
      await ask(browser, {}, applicationOf(strict));
      expect(told(browser)).toBe('/sign-in');
      await ask(browser, { max_age: '100' }, applicationOf(strict));
      expect(told(browser)).toBe('code');
    });
  });

  describe('id_token_hint', () => {
    it('PKC-13: is about one person, and no other gets in (OpenID Connect Core §3.1.2.1)', async () => {
      const [ofAlice, ofBob] = [await idTokenOf('alice'), await idTokenOf('bob')];
      const browser = await signedIn(app, 'alice');
      await ask(browser, { prompt: 'none', id_token_hint: ofBob });
      expect(told(browser)).toBe('login_required');
      await ask(browser, { prompt: 'none', id_token_hint: ofAlice });
      expect(told(browser)).toBe('code');
      await ask(new PageBrowser(app), { prompt: 'none', id_token_hint: ofAlice });
      // With a page: the one who is meant has to sign in, and whoever else does is refused.
      await ask(browser, { id_token_hint: ofBob });
      expect([told(browser), browser.heading, browser.text]).toEqual([
        ...['/sign-in', 'Sign in', expect.not.stringContaining('bob')],
      ]);
      await signInAs(browser, 'alice');
      expect(told(browser)).toBe('login_required');
      const application = await ask(browser, { id_token_hint: ofBob });
      await signInAs(browser, 'bob');
      expect((await claimsOf(browser, application)).sub).toBe(decodeJwt(ofBob).sub);
    });

    it('finds the one whom it speaks of among those who are signed in here, without making them current', async () => {
      const [ofAlice, ofBob] = [await idTokenOf('alice'), await idTokenOf('bob')];
      const browser = await signedIn(app, 'alice');
      await browser.open('/sign-in?switch=1');
      await signInAs(browser, 'bob');
      for (const hint of [ofAlice, ofBob, ofAlice]) {
        const application = await ask(browser, { prompt: 'none', id_token_hint: hint });
        expect((await claimsOf(browser, application)).sub).toBe(decodeJwt(hint).sub);
      }
      expect((await browser.open('/account')).heading).toBe('bob');
      await ask(browser, { prompt: 'login', id_token_hint: ofAlice });
      expect(browser.text).toContain('signed in as alice');
      // Nor does choosing somebody else lead past it.
      await ask(browser, { prompt: 'select_account', id_token_hint: ofAlice });
      await browser.submit('#account-1');
      expect(told(browser)).toBe('login_required');
    });

    it('is good when it has expired, and for the client that it was made for alone', async () => {
      const other = await aClient(app, { scope: 'openid profile', skip_consent: true });
      const hints = [await idTokenOf('alice'), await idTokenOf('alice', other), 'no token at all'];
      app.clock.advance(2 * HOUR);
      const browser = await signedIn(app, 'alice');
      const outcomes: string[] = [];
      for (const id_token_hint of hints) {
        await ask(browser, { prompt: 'none', id_token_hint });
        outcomes.push(told(browser));
      }
      expect(outcomes).toEqual(['code', 'login_required', 'login_required']);
      // It reminds of nobody, then: an application whose token is too old to be known is not locked out.
      await ask(browser, { id_token_hint: hints[2]! });
      expect(told(browser)).toBe('code');
    });
  });

  describe('acr', () => {
    it('is what was reached; what cannot be had is let go where it is a wish (OpenID Connect Core §5.5.1.1, RFC 9470 §4)', async () => {
      const browser = await signedIn(app, 'alice');
      for (const acr_values of [PASSWORD_ACR, `urn:example:gold ${PASSWORD_ACR}`, 'urn:example:gold', 'a  b']) {
        expect((await claimsOf(browser, await ask(browser, { acr_values, prompt: 'none' }))).acr).toBe(PASSWORD_ACR);
      }
      const picky = await aClient(app, {
        ...{ scope: 'openid profile', skip_consent: true },
        default_acr_values: ['urn:example:gold'],
      });
      await ask(browser, {}, applicationOf(picky));
      expect(told(browser)).toBe('code');
    });

    it('that is essential and out of reach fails, whether anybody has signed in or not (RFC 9470 §5)', async () => {
      const { app: nest } = app;
      const checks = nest.get(AuthorizationChecks, { strict: false });
      const run = checks.run.bind(checks);
      const spy = jest.spyOn(checks, 'run').mockImplementation(async (request, skipped) => {
        await run(request, skipped);
        demandAcr(request, { values: ['urn:example:gold'], isEssential: true });
      });
      const outcomes: string[] = [];
      for (const browser of [await signedIn(app, 'alice'), new PageBrowser(app)]) {
        for (const prompt of ['', 'none']) {
          await ask(browser, { prompt });
          outcomes.push(told(browser));
        }
      }
      spy.mockRestore();
      expect(new Set(outcomes)).toEqual(new Set(['unmet_authentication_requirements']));
    });
  });

  it('takes display, ui_locales and claims_locales as wishes, and no registration by parameters (OpenID Connect Core §3.1.2.1, §7.2.1)', async () => {
    const browser = await signedIn(app, 'alice');
    for (const display of ['page', 'popup', 'touch', 'wap', 'hologram']) {
      await ask(browser, { display, ui_locales: 'fr-CA en', claims_locales: 'de' });
      expect([display, told(browser)]).toEqual([display, 'code']);
    }
    await ask(browser, { registration: '{"client_name":"Somebody"}' });
    expect(told(browser)).toBe('registration_not_supported');
  });

  it('says in its metadata what can be asked for (OpenID Connect Discovery §3, Initiating User Registration §4.2)', async () => {
    const closed = await createTestApp({ env: { REGISTRATION: 'closed' } });
    const [open, shut] = await Promise.all(
      [app, closed].map(async (each) => (await each.get('/.well-known/openid-configuration')).body),
    );
    await closed.close();
    expect(open).toMatchObject({
      prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
      acr_values_supported: [PASSWORD_ACR],
      display_values_supported: ['page', 'popup', 'touch', 'wap'],
      ui_locales_supported: ['en'],
    });
    expect(shut!.prompt_values_supported).toEqual(['none', 'login', 'consent', 'select_account']);
  });

  it('people open an application from their account; it learns from where, and nothing about them (OpenID Connect Core §4)', async () => {
    const opened = await aClient(app, {
      ...{ client_name: 'Calendar', scope: 'openid profile' },
      initiate_login_uri: 'https://app.example.com/login?tenant=a',
    });
    const browser = await signedIn(app, 'alice');
    await ask(browser, {}, applicationOf(opened));
    await browser.submit('#allow');
    await browser.open('/account');
    expect(browser.find(`#open-${opened.id}`)!.getAttribute('href')).toBe(
      `https://app.example.com/login?tenant=a&iss=${encodeURIComponent(app.settings.issuer)}`,
    );
  });
});
