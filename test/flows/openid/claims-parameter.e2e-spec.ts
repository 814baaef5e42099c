import { exportJWK, generateKeyPair, type GenerateKeyPairResult } from 'jose';
import * as openid from 'openid-client';
import { Sweeper } from '../../../src/database/sweeper';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { EVERYTHING_SAID } from '../../support/everything-about-alice';
import { OpenidApplication } from '../../support/openid-application';
import { aClient } from '../../support/test-clients';

/** Seconds. */
const DAY = 86_400;

describe('the parameter claims', () => {
  let app: TestApp;
  let alice: string;

  beforeAll(async () => {
    app = await createTestApp();
    const registered = await app.register('alice', { displayName: 'Alice Liddell' });
    alice = registered.body.id as string;
    const { body } = await app.login('alice');
    await app.withToken(body.access_token as string).patch('/auth/me', { claims: EVERYTHING_SAID });
    await app.register('bob');
  });

  afterAll(() => app.close());

  const application = async (metadata: object = {}) =>
    OpenidApplication.open(app, await aClient(app, { scope: 'openid profile email', ...metadata }));
  const asking = (claims: object, scope = 'openid') => ({ scope, claims: JSON.stringify(claims) });
  const errorOf = ({ browser }: OpenidApplication) => browser.parameters.get('error');

  it('is announced (OpenID Connect Discovery §3)', async () => {
    const { body } = await app.get('/.well-known/openid-configuration');
    expect(body.claims_parameter_supported).toBe(true);
    expect(body.claims_supported).toEqual(expect.arrayContaining(['sub', 'birthdate', 'address', 'email_verified']));
  });

  it('has each claim told where it was asked for, and nowhere else (OpenID Connect Core §5.5)', async () => {
    const library = await application();
    const claims = {
      userinfo: { birthdate: null, nickname: { essential: true }, shoe_size: null, ['__proto__']: null },
      id_token: { email: { essential: true }, gender: { value: 'female' }, constructor: null },
      other: { picture: null },
    };
    const tokens = await library.signIn(asking(claims));
    const { sub, ...told } = await library.userinfo(tokens);
    expect(told).toEqual({ birthdate: '1998-05-04', nickname: 'Al' });
    const signed = tokens.claims()!;
    expect(signed).toMatchObject({ sub, email: 'alice@example.com', gender: 'female' });
    for (const name of ['birthdate', 'nickname', 'picture']) expect(signed).not.toHaveProperty(name);
  });

  it('has a claim told with one of the values that are of interest, and left out with another (OpenID Connect Core §5.5.1)', async () => {
    const library = await application();
    const { address, locale } = EVERYTHING_SAID;
    const userinfo = {
      locale: { values: ['fr-FR', locale] },
      gender: { value: 'male', essential: true },
      zoneinfo: { values: ['Europe/Paris'] },
      address: { value: { ...address } },
      // The scope asks for it whatever its value.
      email: { value: 'somebody@example.com' },
    };
    const tokens = await library.signIn(asking({ userinfo }, 'openid email'));
    const { sub: _sub, ...told } = await library.userinfo(tokens);
    expect(told).toEqual({ locale, address, email: 'alice@example.com', email_verified: false });
  });

  it('holds for the life of the tokens, and is forgotten with them', async () => {
    const library = await application({
      refresh_token_lifetime: 10 * 86_400,
      refresh_token_absolute_lifetime: 30 * 86_400,
    });
    const claims = { userinfo: { birthdate: null }, id_token: { website: null } };
    let tokens = await library.signIn(asking(claims, 'openid offline_access'));
    const rows = await openRows(app.database);
    const kept = async () =>
      (await rows.query<{ claims: string }>('SELECT claims FROM requested_claims')).filter(({ claims: text }) =>
        text.includes('"website"'),
      ).length;
    for (let days = 0; days < 28; days += 7) {
      tokens = await library.refresh(tokens);
      expect(await library.userinfo(tokens)).toMatchObject({ birthdate: '1998-05-04' });
      expect(tokens.claims()).toMatchObject({ website: EVERYTHING_SAID.website });
      app.clock.advance(7 * DAY);
    }
    const before = await kept();
    expect(before).toBeGreaterThan(0);
    app.clock.advance(3 * DAY);
    await app.resolve(Sweeper).sweep();
    expect(await kept()).toBe(0);
    await rows.close();
  });

  describe('and the person', () => {
    const labels = ({ browser }: OpenidApplication) =>
      browser.findAll('input[name="claim"]').map((box) => box.getAttribute('value'));
    const arrive = async (library: OpenidApplication, request: Record<string, string>) => {
      await library.go(request);
      await library.browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    };

    it('is asked in words for what no scope asks for, and can keep it', async () => {
      const library = await application();
      const asked = { userinfo: { birthdate: null, gender: null, email: null }, id_token: { nickname: null } };
      await arrive(library, asking(asked, 'openid email'));
      expect(labels(library)).toEqual(['birthdate', 'gender', 'nickname']);
      expect(library.browser.text).toContain('The application also wants to know:');
      expect(library.browser.text).toContain('your date of birth');
      await library.browser.submit('#allow', { claim: ['birthdate'] });
      const tokens = await library.redeem();
      const { sub: _sub, ...told } = await library.userinfo(tokens);
      expect(told).toEqual({ email: 'alice@example.com', email_verified: false, birthdate: '1998-05-04' });
      expect(tokens.claims()).not.toHaveProperty('nickname');
    });

    it('is asked again where it is more than before, and not where it is less (OpenID Connect Core §3.1.2.4)', async () => {
      const library = await application();
      await arrive(library, asking({ userinfo: { birthdate: null } }));
      await library.browser.submit('#allow');
      await library.go(asking({ userinfo: { birthdate: null } }));
      expect(library.browser.isAway).toBe(true);
      await library.go(asking({ id_token: { gender: null } }));
      expect(labels(library)).toEqual(['gender']);
      await library.browser.submit('#allow');
      await library.go({ ...asking({ userinfo: { gender: null, birthdate: null } }), prompt: 'none' });
      expect(errorOf(library)).toBeNull();
      await library.go({ ...asking({ userinfo: { gender: null, zoneinfo: null } }), prompt: 'none' });
      expect(errorOf(library)).toBe('consent_required');
      await library.go(asking({}));
      expect(errorOf(library)).toBeNull();
    });

    it('is not asked by a client that asks nobody, which is told all of it', async () => {
      const library = await application({ skip_consent: true });
      await arrive(library, asking({ userinfo: { birthdate: null } }));
      expect(await library.userinfo(await library.redeem())).toHaveProperty('birthdate');
    });

    it('is shown nothing of it, and nothing is told, where the request is none of OpenID Connect', async () => {
      const library = await application({ scope: 'profile' });
      await arrive(library, asking({ userinfo: { birthdate: null } }, 'profile'));
      expect(labels(library)).toEqual([]);
      await library.go({ scope: 'profile', claims: 'no JSON' });
      expect(errorOf(library)).toBeNull();
    });

    it('must be the one whom sub names (OpenID Connect Core §5.5.1, §3.1.2.2)', async () => {
      const library = await application();
      const request = asking({ id_token: { sub: { value: alice } } });
      const bob = { username: 'bob', password: GOOD_PASSWORD };
      await library.go(asking({}));
      await library.browser.submit('#sign-in', bob);
      await library.browser.submit('#allow');
      await library.go({ ...request, prompt: 'none' });
      expect(errorOf(library)).toBe('login_required');
      app.clock.advance(1);
      await library.go(request);
      expect(library.browser.path).toBe('/sign-in');
      await library.browser.submit('#sign-in', bob);
      expect(errorOf(library)).toBe('login_required');
      app.clock.advance(1);
      await library.go(request);
      await library.browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      await library.browser.submit('#allow');
      expect((await library.redeem()).claims()!.sub).toBe(alice);
      await library.go({ ...request, prompt: 'none' });
      expect(errorOf(library)).toBeNull();
      await library.go({ ...asking({ userinfo: { sub: { values: ['nobody', alice] } } }), prompt: 'none' });
      expect(errorOf(library)).toBeNull();
    });
  });

  describe('comes', () => {
    const claims = { id_token: { nickname: { essential: true } } };
    let keys: GenerateKeyPairResult;
    beforeAll(async () => {
      keys = await generateKeyPair('ES256');
    });

    const build = {
      'in the address': (library: OpenidApplication, parameters: Record<string, string>) =>
        openid.buildAuthorizationUrl(library.configuration, parameters),
      'in a pushed request': (library: OpenidApplication, parameters: Record<string, string>) =>
        openid.buildAuthorizationUrlWithPAR(library.configuration, parameters),
      'in a request object, where it is an object itself': (
        library: OpenidApplication,
        parameters: Record<string, string>,
      ) =>
        openid.buildAuthorizationUrlWithJAR(library.configuration, parameters, {
          kid: 'signing',
          key: keys.privateKey,
        }),
    };

    it.each(Object.entries(build))('%s', async (_way, urlOf) => {
      const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'signing', alg: 'ES256' }] };
      const library = await application({ jwks });
      const url = await urlOf(library, await library.parameters(asking(claims)));
      await library.browser.open(url.href);
      await library.browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      await library.browser.submit('#allow');
      expect((await library.redeem()).claims()).toMatchObject({ nickname: 'Al' });
    });
  });

  const MALFORMED = [
    'nickname',
    '[]',
    '"nickname"',
    'null',
    '{"userinfo":[]}',
    '{"userinfo":null}',
    '{"id_token":"nickname"}',
    '{"userinfo":{"nickname":true}}',
    '{"userinfo":{"nickname":["essential"]}}',
    '{"userinfo":{"nickname":{"essential":"yes"}}}',
    '{"userinfo":{"nickname":{"values":"Al"}}}',
    '{"id_token":{"acr":{"values":[1]}}}',
    '{"userinfo":{"nickname":null}',
    `{"userinfo":{"nickname":{"value":"${'x'.repeat(4_096)}"}}}`,
  ];

  it.each(MALFORMED.map((text) => [text.slice(0, 60), text]))(
    'is refused as invalid_request where it is malformed: %s (OpenID Connect Core §3.1.2.6)',
    async (_shown, claims) => {
      const library = await application();
      await library.go({ scope: 'openid', claims });
      expect(errorOf(library)).toBe('invalid_request');
    },
  );
});
