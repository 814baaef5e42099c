import type { ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { JwtSigner } from '../../src/keys/jwt-signer';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import { unsignedJwt } from '../../src/protocol/unsigned-jwt';
import { openRows } from '../support/database-rows';
import { FORM, signedIn } from '../support/hand-made-flow';
import { AFTER_LOGOUT, anOpenidClient, enter, LogoutReceiver } from '../support/logout-receivers';
import { PageBrowser } from '../support/page-browser';
import { StrangersWeb } from '../support/strangers-web';
import { CALLBACK, type TestOAuthClient } from '../support/test-clients';
import { SOON, within } from '../support/within';

describe('attacks on signing out', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let client: TestOAuthClient;
  let alice: PageBrowser;
  let hint: string;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web });
    for (const name of ['alice', 'bob']) await app.register(name);
    client = await anOpenidClient(app);
  });

  afterAll(async () => {
    // Those who do not answer go first: a server that stops waits for them.
    await web.close();
    await app.close();
  });

  beforeEach(async () => {
    alice = new PageBrowser(app);
    hint = (await enter(app, client, alice)).id_token!;
  });

  const logout = (parameters: Readonly<Record<string, string>> | readonly (readonly [string, string])[]) =>
    alice.open(`/oauth/logout?${new URLSearchParams(parameters as Record<string, string>).toString()}`);

  const isSignedIn = async () => (await alice.open('/account')).path === '/account';

  it('SES-05: nobody is signed out without a word, unless by an ID token of this very session', async () => {
    const ofBob = (await enter(app, client, new PageBrowser(app), 'bob')).id_token!;
    const ofAnotherBrowser = (await enter(app, client, new PageBrowser(app))).id_token!;
    const ended = new PageBrowser(app);
    const ofAnEndedSession = (await enter(app, client, ended)).id_token!;
    await ended.open('/account');
    await ended.submit('#sign-out');
    const signer = app.resolve(JwtSigner);
    const withoutSession = signer.sign({ ...decodeJwt(hint), sid: undefined }, 'JWT', 'RS256').token;
    for (const [what, id_token_hint] of Object.entries({ ofBob, ofAnotherBrowser, ofAnEndedSession, withoutSession })) {
      await logout({ id_token_hint, post_logout_redirect_uri: AFTER_LOGOUT });
      expect([what, alice.path, await isSignedIn()]).toEqual([what, '/sign-out/confirmation', true]);
    }
    for (const parameters of [{}, { client_id: client.id }, { logout_hint: 'alice' }, { state: 'x' }]) {
      await logout(parameters);
      expect([parameters, alice.path, await isSignedIn()]).toEqual([parameters, '/sign-out/confirmation', true]);
    }
  });

  it('SES-05: an ID token that this server has not signed as one is refused, and ends nothing', async () => {
    const signer = app.resolve(JwtSigner);
    const claims = decodeJwt(hint);
    const [header, , signature] = hint.split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody' })).toString('base64url');
    const forged = {
      'of another issuer': signer.sign({ ...claims, iss: 'https://evil.example' }, 'JWT', 'RS256').token,
      'that nobody has signed': unsignedJwt(claims),
      'that was changed': `${header}.${payload}.${signature}`,
      'a logout token': signer.sign({ ...claims }, 'logout+jwt', 'RS256').token,
      'no token': 'nonsense',
      'too long': 'x'.repeat(9_000),
    };
    for (const [what, id_token_hint] of Object.entries(forged)) {
      for (const client_id of ['', client.id]) {
        await logout({ id_token_hint, client_id, post_logout_redirect_uri: AFTER_LOGOUT });
        expect([what, alice.isAway, alice.answer.status]).toEqual([what, false, 400]);
      }
      expect([what, await isSignedIn()]).toEqual([what, true]);
    }
  });

  it('SES-05: the page that asks takes its own form only, and is framed by nobody', async () => {
    await logout({ client_id: client.id, post_logout_redirect_uri: AFTER_LOGOUT });
    expect(alice.answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(alice.answer.headers.get('x-frame-options')).toBe('DENY');
    const form = alice.find('#confirm-sign-out')!.closest('form')!;
    const fields = new URLSearchParams(
      form.querySelectorAll('input').map((input) => [input.getAttribute('name')!, input.getAttribute('value')!]),
    );
    const send = (body: URLSearchParams, headers: Readonly<Record<string, string>>) =>
      alice.cookies.request('POST', '/sign-out/confirmation', body.toString(), { ...FORM, ...headers });
    const own = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' };
    const withoutToken = new URLSearchParams(fields);
    withoutToken.delete('csrf_token');
    const refused = [
      await send(fields, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
      await send(withoutToken, own),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403]);
    expect(await isSignedIn()).toBe(true);
    // The question of one browser is nothing to another.
    const bob = await signedIn(app, 'bob');
    const stolen = await bob.open(`/sign-out/confirmation?ticket=${fields.get('ticket')!}`);
    expect(stolen.answer.status).toBe(400);
    expect((await send(fields, own)).headers.get('location')).toBe(AFTER_LOGOUT);
  });

  it('SES-05: a post from another site brings no cookies, so it can but ask or prove', async () => {
    const form = new URLSearchParams({ client_id: client.id }).toString();
    const answer = await app.post('/oauth/logout', form, { ...FORM, origin: 'https://evil.example' });
    await alice.open(answer.headers.get('location')!);
    expect([alice.path, await isSignedIn()]).toEqual(['/sign-out/confirmation', true]);
  });

  it('SES-06: nobody is sent where the application has registered nothing, and nothing ends', async () => {
    const other = await anOpenidClient(app, { post_logout_redirect_uris: ['https://other.example/after'] });
    const addresses = [
      'https://evil.example/',
      AFTER_LOGOUT.slice(0, -1),
      `${AFTER_LOGOUT}/`,
      `${AFTER_LOGOUT}/more`,
      `${AFTER_LOGOUT}?a=b`,
      `${AFTER_LOGOUT}#x`,
      AFTER_LOGOUT.toUpperCase(),
      `${AFTER_LOGOUT}%20`,
      'https://app.example.com@evil.example/after',
      'https://other.example/after',
      CALLBACK,
      'javascript:alert(1)',
      '//evil.example',
      '/account',
    ];
    for (const post_logout_redirect_uri of addresses) {
      for (const who of [{ id_token_hint: hint }, { client_id: client.id }]) {
        await logout({ ...who, post_logout_redirect_uri, state: '<script>alert(1)</script>' });
        const seen = [alice.isAway, alice.answer.status, alice.answer.text.includes('evil.example')];
        expect([post_logout_redirect_uri, ...seen]).toEqual([post_logout_redirect_uri, false, 400, false]);
        expect(alice.answer.text).not.toContain('<script>');
      }
    }
    const unknown: readonly Readonly<Record<string, string>>[] = [
      { post_logout_redirect_uri: AFTER_LOGOUT },
      { post_logout_redirect_uri: AFTER_LOGOUT, client_id: 'nobody' },
      // Two that are not the same client, and two addresses.
      { post_logout_redirect_uri: 'https://other.example/after', client_id: other.id, id_token_hint: hint },
    ];
    for (const parameters of unknown) {
      await logout(parameters);
      expect([parameters, alice.isAway, alice.answer.status]).toEqual([parameters, false, 400]);
    }
    const twice = [
      ['client_id', client.id],
      ['post_logout_redirect_uri', AFTER_LOGOUT],
      ['post_logout_redirect_uri', 'https://evil.example/'],
    ] as const;
    await alice.open(`/oauth/logout?${new URLSearchParams(twice.map(([name, value]) => [name, value])).toString()}`);
    expect([alice.isAway, alice.answer.status]).toEqual([false, 400]);
    await logout({ id_token_hint: hint, post_logout_redirect_uri: AFTER_LOGOUT, state: 'x'.repeat(1_025) });
    expect([alice.isAway, alice.answer.status]).toEqual([false, 400]);
    expect(await isSignedIn()).toBe(true);
  });

  it('SES-06: a link leads nobody straight to the site of an application that nobody has admitted', async () => {
    const metadata = {
      redirect_uris: [CALLBACK],
      post_logout_redirect_uris: [AFTER_LOGOUT],
      scope: 'openid',
      client_name: 'Evil',
    };
    const by = { address: null, requestId: null };
    const made = await app.resolve(ClientRegistrations).register({ metadata, origin: 'dynamic' }, by);
    if (made.outcome !== 'done') throw new Error('The client was not registered.');
    const stranger = await new PageBrowser(app).open(
      `/oauth/logout?client_id=${made.client.id}&post_logout_redirect_uri=${AFTER_LOGOUT}`,
    );
    expect([stranger.path, stranger.find('#way-back')?.textContent]).toEqual([
      '/signed-out',
      'Back to Evil (not checked)',
    ]);
  });

  it('RDR-08, SES-06, SES-17: addresses that run something, or lead elsewhere, are not registered', async () => {
    const register = async (field: string, value: unknown) => {
      const metadata = { redirect_uris: [CALLBACK], [field]: value };
      const by = { address: null, requestId: null };
      return (await app.resolve(ClientRegistrations).register({ metadata, origin: 'administrator' }, by)).outcome;
    };
    const dangerous = [
      ...['javascript:alert(1)//', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', '\tjavascript:alert(1)'],
      ...['data:text/html,x', 'vbscript:x', 'blob:https://app.example.com/x', 'file:///etc/passwd', 'about:blank'],
      ...[
        'http://app.example.com/x',
        'https://app.example.com/x#y',
        'https://a:b@app.example.com/x',
        'app.example.com',
      ],
    ];
    for (const address of dangerous) {
      expect([address, await register('post_logout_redirect_uris', [address])]).not.toEqual([address, 'done']);
      expect([address, await register('frontchannel_logout_uri', address)]).not.toEqual([address, 'done']);
      expect([address, await register('backchannel_logout_uri', address)]).not.toEqual([address, 'done']);
    }
    // Front-Channel Logout §2: the origin is one of those that answers go to.
    for (const address of [
      'https://evil.example/x',
      'https://app.example.com:8443/x',
      'http://localhost/x',
      'com.example.app:/x',
    ]) {
      expect([address, await register('frontchannel_logout_uri', address)]).not.toEqual([address, 'done']);
    }
    expect(await register('backchannel_logout_uri', 'com.example.app:/x')).not.toBe('done');
    expect(await register('post_logout_redirect_uris', ['com.example.app:/after'])).toBe('done');
    expect(await register('frontchannel_logout_uri', 'https://app.example.com/x')).toBe('done');
    expect(await register('backchannel_logout_uri', 'https://elsewhere.example/x')).toBe('done');
  });

  describe('by an application that is to be told', () => {
    const attempts = async (id: string) => {
      const rows = await openRows(app.database);
      const found = await rows.query<{ attempts: number | string }>(
        `SELECT attempts FROM logout_notices WHERE client_id = '${id}'`,
      );
      await rows.close();
      return found.map((row) => Number(row.attempts));
    };

    const leave = async (made: TestOAuthClient) => {
      await enter(app, made, alice);
      await alice.open('/account');
      await alice.submit('#sign-out');
    };

    it('SES-16: a redirect is not followed, and a body of any size is not read', async () => {
      const redirecting = new LogoutReceiver(web, 'redirecting.example');
      const elsewhere = new LogoutReceiver(web, 'elsewhere.example');
      redirecting.answer = (_request, response) => response.writeHead(307, { location: elsewhere.uri }).end();
      const endless = new LogoutReceiver(web, 'endless.example');
      endless.answer = (_request, response) => {
        response.writeHead(200);
        const pour = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536))) continue;
        };
        response.on('drain', pour);
        pour();
      };
      const clients = await Promise.all(
        [redirecting, endless].map(({ uri }) => anOpenidClient(app, { backchannel_logout_uri: uri })),
      );
      await enter(app, clients[0]!, alice);
      await leave(clients[1]!);
      await within(SOON, async () => redirecting.tokens.length > 0 && (await attempts(clients[1]!.id)).length === 0);
      await within(SOON, async () => (await attempts(clients[0]!.id))[0] === 1);
      expect([elsewhere.tokens.length, endless.tokens.length]).toEqual([0, 1]);
    });

    it('SES-16: of 40 that do not answer, none holds up another for long, nor the person at all', async () => {
      const slow = new LogoutReceiver(web, 'slow.example');
      const held: ServerResponse[] = [];
      slow.answer = (_request, response) => held.push(response);
      const quick = new LogoutReceiver(web, 'quick.example');
      for (let count = 0; count < 40; count++) {
        await enter(app, await anOpenidClient(app, { backchannel_logout_uri: slow.uri }), alice);
      }
      const begun = performance.now();
      await leave(await anOpenidClient(app, { backchannel_logout_uri: quick.uri }));
      expect(performance.now() - begun).toBeLessThan(4_000);
      await within(SOON, async () => quick.tokens.length === 1);
      expect(slow.tokens.length).toBeLessThanOrEqual(41);
      slow.answer = 200;
      for (const response of held) response.end();
    }, 90_000);

    it.each([
      'http://127.0.0.1:9/x',
      'http://localhost:9/x',
      'https://localhost:9443/x',
      'https://127.0.0.1/x',
      'https://[::1]/x',
      'https://[::ffff:7f00:1]/x',
      'https://2130706433/x',
      'https://0177.0.0.1/x',
      'https://0/x',
      'https://169.254.169.254/latest/',
      'https://100.64.0.1/x',
      'https://[fd00::1]/x',
      'https://inside.example/x',
    ])('DCR-02: this server calls none of its own neighbours: %s', async (uri) => {
      web.point('inside.example', ['10.0.0.1']);
      const registered = await anOpenidClient(app, { backchannel_logout_uri: uri });
      await leave(registered);
      await within(SOON, async () => (await attempts(registered.id))[0] === 1);
      const { hostname } = new URL(uri);
      const inside = web.connections.filter(({ host }) => !host.endsWith('.example') || host === hostname);
      expect(inside).toEqual([]);
    });
  });

  it('SES-07: the copied cookie, a pending question and prompt=none are dead after a logout by an application', async () => {
    const copied = alice.cookies.value('session')!;
    await logout({ client_id: client.id });
    const pending = alice.url;
    await logout({ id_token_hint: hint });
    expect(alice.path).toBe('/signed-out');
    expect((await alice.open(pending)).path).toBe('/signed-out');
    expect((await app.get('/account', { cookie: `session=${copied}` })).headers.get('location')).toContain('/sign-in');
    await alice.open('/sign-in');
    await alice.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    // The ID token of the session before does nothing to this one.
    await logout({ id_token_hint: hint });
    expect([alice.path, await isSignedIn()]).toEqual(['/sign-out/confirmation', true]);
  });
});
