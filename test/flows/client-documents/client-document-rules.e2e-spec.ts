import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { aDescribedApplication, aDocument, arrive, DOCUMENT, publish } from '../../support/client-documents';
import { PageBrowser } from '../../support/page-browser';
import { A_PUBLIC_ADDRESS, StrangersWeb } from '../../support/strangers-web';
import { faultOf } from '../../support/verdicts';

describe('a document that describes a client', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let logged: string[];
  let count = 0;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    logged = [];
    app = await createTestApp({ network: web, log: (line) => logged.push(line) });
    await app.register('alice');
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  /** An address that nobody has asked for yet, on a host of its own. */
  const fresh = () => `https://d${count++}.example/client.json`;

  /** Opens the authorization endpoint for a client id; `refused` is the page that says that nobody knows it. */
  async function outcomeOf(
    id: string,
    redirectUri = 'https://evil.example/callback',
  ): Promise<'refused' | PageBrowser> {
    const application = aDescribedApplication(app, DOCUMENT, { redirectUri });
    const url = new URL(await application.authorizationUrl({ scope: 'notes:read' }));
    url.searchParams.set('client_id', id);
    const browser = await new PageBrowser(app).open(url.href);
    expect(faultOf(browser.answer)).toBeNull();
    if (browser.answer.status !== 400) return browser;
    expect([browser.isAway, browser.answer.headers.get('location')]).toEqual([false, null]);
    expect(browser.text).not.toContain('evil.example');
    return 'refused';
  }

  async function isTaken(changes: Readonly<Record<string, unknown>>): Promise<boolean> {
    const id = fresh();
    publish(web, changes, {}, id);
    return (await outcomeOf(id, new URL('/callback', id).href)) !== 'refused';
  }

  it('RDR: makes no open redirector of this server: faults are shown to whoever has not signed in (RFC 9700 §4.11.2)', async () => {
    publish(web);
    const application = aDescribedApplication(app, DOCUMENT);
    const faults = [{ scope: 'nothing' }, { code_challenge: '' }, { prompt: 'none' }];
    for (const fault of faults) {
      const url = await application.authorizationUrl({ scope: 'notes:read', ...fault });
      const browser = await new PageBrowser(app).open(url);
      expect([fault, browser.isAway, browser.answer.status]).toEqual([fault, false, 400]);
      const signedIn = await new PageBrowser(app).open('/sign-in');
      await signedIn.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      await signedIn.open(url);
      expect([fault, signedIn.isAway, signedIn.parameters.has('error')]).toEqual([fault, true, true]);
    }
  });

  it('is taken as it should be', async () => {
    expect(await isTaken({})).toBe(true);
  });

  it.each([
    'https://client.example/c#x',
    'https://me:x@client.example/c',
    'https://client.example/a/../c',
    'https://client.example/%2e%2e/c',
    'https://client.example/c?x=1',
    'https://client.example',
    'https://client.example:443/c',
    'http://client.example/c',
    'https://93.184.215.14/c',
    'https://127.0.0.1/c',
    'https://localhost/c',
    'https://[::1]/c',
    'https://CLIENT.example/c',
    'HTTPS://client.example/c',
    'https://',
    `https://client.example/${'c'.repeat(600)}`,
  ])('DCR-11: is not asked for at %.60s (draft §3)', async (id) => {
    web.json('https://client.example/c', { ...aDocument(), client_id: id });
    const before = web.requests.length;
    expect(await outcomeOf(id)).toBe('refused');
    expect(web.requests).toHaveLength(before);
  });

  it('DCR-02: is not asked for inside, whatever leads there', async () => {
    web.point('inside.example', ['127.0.0.1']);
    web.point('mixed.example', [A_PUBLIC_ADDRESS, '192.168.1.1']);
    web.point('metadata.example', ['169.254.169.254']);
    const before = web.connections.length;
    for (const host of ['inside.example', 'mixed.example', 'metadata.example', 'nowhere.example']) {
      expect(await outcomeOf(`https://${host}/client.json`)).toBe('refused');
    }
    expect(web.connections).toHaveLength(before);
  });

  it('DCR-11: is not looked for behind a redirect (draft §5)', async () => {
    const id = fresh();
    web.serve(id, '', { location: DOCUMENT }, 302);
    web.json(DOCUMENT, aDocument({}, id));
    const before = web.count(DOCUMENT);
    expect(await outcomeOf(id)).toBe('refused');
    expect(web.count(DOCUMENT)).toBe(before);
  });

  it.each<[string, Record<string, unknown>]>([
    ['names another client', { client_id: 'https://agent.example/oauth/other.json' }],
    ['names no client', { client_id: undefined }],
    ['names its client in another spelling', { client_id: `${DOCUMENT}/` }],
    ['holds a secret', { client_secret: 's'.repeat(40) }],
    ['holds no secret, and says until when', { client_secret_expires_at: 0 }],
    ['wants to authenticate by client_secret_basic', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['wants to authenticate by client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }],
    ['wants to authenticate by client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['wants a key and has none', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['holds a private key', { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } }],
    ['has no redirect URIs', { redirect_uris: [] }],
    ['has redirect URIs that are none', { redirect_uris: ['javascript:alert(1)'] }],
    ['has a number for a redirect URI', { redirect_uris: [4711] }],
    ['has redirect URIs of another host only', { redirect_uris: ['https://evil.example/callback'] }],
    ['has redirect URIs of a host below only', { redirect_uris: ['https://sub.d.example/callback'] }],
    ['has only an app’s scheme of another domain', { redirect_uris: ['com.evil.app:/callback'] }],
    ['wants grants that it cannot have only', { grant_types: ['client_credentials'] }],
    ['has a name that turns the writing round (DCR-09)', { client_name: 'Agent\u202Efdp.exe' }],
    ['has a name with something invisible in it (DCR-09)', { client_name: 'A\u200Bgent' }],
    ['has a name of many lines (DCR-09)', { client_name: 'Agent\nWe are Gatehouse' }],
    ['has an endless name (DCR-09)', { client_name: 'A'.repeat(101) }],
    ['has a logo that runs (INJ-01)', { logo_uri: 'javascript:alert(1)' }],
    ['has a policy that runs (INJ-01)', { policy_uri: 'data:text/html,<script>' }],
    ['is larger than 5 kB (draft §8.7)', { padding: 'x'.repeat(5_200) }],
    ['has keys inside the network, in a form that is none', { jwks_uri: 'http://127.0.0.1/keys' }],
  ])('DCR-11: is refused where it %s', async (_what, changes) => {
    expect(await isTaken(changes)).toBe(false);
  });

  it.each<[string, string | Buffer, string]>([
    ['HTML', JSON.stringify(aDocument()), 'text/html'],
    ['plain text', JSON.stringify(aDocument()), 'text/plain'],
    ['a script', JSON.stringify(aDocument()), 'application/javascript'],
    ['something without a type', JSON.stringify(aDocument()), ''],
    ['no JSON', 'client_id=x', 'application/json'],
    ['a list', JSON.stringify([aDocument()]), 'application/json'],
    ['nothing', '', 'application/json'],
    ['null', 'null', 'application/json'],
    ['broken characters', Buffer.from([0x7b, 0xff, 0x7d]), 'application/json'],
  ])('DCR-11: is refused where it is %s', async (_what, body, type) => {
    const id = fresh();
    web.serve(id, String(body).replaceAll(DOCUMENT, id), type === '' ? {} : { 'content-type': type });
    expect(await outcomeOf(id)).toBe('refused');
  });

  it.each(['application/json; charset=utf-8', 'application/oauth-client+json', 'Application/JSON'])(
    'is taken as %s (draft §4)',
    async (type) => {
      const id = fresh();
      publish(web, {}, { 'content-type': type }, id);
      expect(await outcomeOf(id, new URL('/callback', id).href)).not.toBe('refused');
    },
  );

  it('is taken without a method of authentication, since there is but one', async () => {
    expect(await isTaken({ token_endpoint_auth_method: undefined })).toBe(true);
  });

  it('RDR-01, DCR-11: sends nobody to another host than its own, though it names one beside', async () => {
    const id = fresh();
    const own = new URL('/callback', id).href;
    const scheme = new URL(id).hostname.split('.').reverse().join('.');
    const redirect_uris = [
      'https://evil.example/callback',
      own,
      `${scheme}:/cb`,
      `${scheme}.app:/cb`,
      'com.evil.app:/cb',
    ];
    publish(web, { redirect_uris, client_uri: 'https://evil.example/' }, {}, id);
    for (const uri of ['https://evil.example/callback', 'com.evil.app:/cb', `${own}/`, own.replace('https', 'http')]) {
      expect([uri, await outcomeOf(id, uri)]).toEqual([uri, 'refused']);
    }
    for (const uri of [own, `${scheme}:/cb`, `${scheme}.app:/cb`]) {
      expect([uri, (await outcomeOf(id, uri)) === 'refused']).toEqual([uri, false]);
    }
  });

  it('INJ-01: cannot write into a page what it likes', async () => {
    const id = fresh();
    const client_name = '<img src=x onerror=alert(1)>"><svg/onload=alert(1)>{{7*7}}</script>';
    publish(web, { client_name, tos_uri: 'https://evil.example/"onclick="x', policy_uri: undefined }, {}, id);
    expect(await outcomeOf(id)).toBe('refused');
    publish(web, { client_name }, {}, id);
    app.clock.advance(11);
    const browser = await arrive(app, aDescribedApplication(app, id));
    expect(browser.heading).toBe(new URL(id).host);
    expect(browser.find('#claimed-name')?.textContent).toBe(client_name);
    expect([
      browser.findAll('main img').length,
      browser.findAll('main svg').length,
      browser.findAll('script').length,
    ]).toEqual([0, 0, 0]);
    expect(browser.answer.text).not.toMatch(/<img|<svg\/onload/);
  });

  it('tells operators what is wrong with it, and strangers nothing', async () => {
    const id = fresh();
    publish(web, { redirect_uris: [] }, {}, id);
    logged.length = 0;
    await outcomeOf(id);
    expect(logged.some((line) => line.includes(id) && line.includes('redirect_uris must'))).toBe(true);
  });

  it('leaves its host alone for ten seconds after a failure, and does not keep a bad document longer', async () => {
    const id = fresh();
    publish(web, { client_id: 'https://x.example/' }, { 'cache-control': 'max-age=86400' }, id);
    expect([await outcomeOf(id), await outcomeOf(id), web.count(id)]).toEqual(['refused', 'refused', 1]);
    publish(web, {}, {}, id);
    app.clock.advance(10);
    expect(await outcomeOf(id, new URL('/callback', id).href)).not.toBe('refused');
  });
});

describe('hosts whose documents describe clients', () => {
  let web: StrangersWeb;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    for (const host of ['good.example', 'a.good.example', 'bad.good.example', 'notgood.example', 'other.example']) {
      publish(web, {}, {}, `https://${host}/client.json`);
    }
  });

  afterAll(() => web.close());

  const admitted = async (env: Readonly<Record<string, string>>) => {
    const app = await createTestApp({ network: web, env });
    const hosts: string[] = [];
    for (const host of ['good.example', 'a.good.example', 'bad.good.example', 'notgood.example', 'other.example']) {
      const url = await aDescribedApplication(app, `https://${host}/client.json`).authorizationUrl();
      if ((await app.get(url.replace('http://localhost:3000', ''))).status === 303) hosts.push(host);
    }
    await app.close();
    return hosts;
  };

  it('are all, unless the operator says otherwise', async () => {
    expect(await admitted({})).toHaveLength(5);
  });

  it('are those that are named, and names below them where that is said (draft §8.9)', async () => {
    expect(await admitted({ CLIENT_DOCUMENT_HOSTS: 'good.example' })).toEqual(['good.example']);
    expect(
      await admitted({
        CLIENT_DOCUMENT_HOSTS: 'good.example, *.good.example',
        CLIENT_DOCUMENT_DENIED_HOSTS: 'bad.good.example',
      }),
    ).toEqual(['good.example', 'a.good.example']);
    expect(await admitted({ CLIENT_DOCUMENT_DENIED_HOSTS: '*.good.example,other.example' })).toEqual([
      'good.example',
      'notgood.example',
    ]);
  });

  it('are not asked where they are not admitted', async () => {
    const before = web.requests.length;
    expect(await admitted({ CLIENT_DOCUMENT_HOSTS: 'nobody.example' })).toEqual([]);
    expect(web.requests).toHaveLength(before);
  });
});
