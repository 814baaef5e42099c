import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { authorizationParameters, authorizationPath, FORM, type Pairs, signedIn } from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import { rawRequest } from '../support/raw-http';
import type { Answer } from '../support/test-client';
import { aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';
import { faultOf } from '../support/verdicts';

/** Addresses that look like the registered one, or lead past it. */
const LOOKALIKES: readonly (readonly [id: string, uri: string])[] = [
  ['RDR-01', `${CALLBACK}/`],
  ['RDR-01', `${CALLBACK}?x=1`],
  ['RDR-01', `${CALLBACK}?`],
  ['RDR-01', `${CALLBACK}/../evil`],
  ['RDR-01', `${CALLBACK}%2f..%2fevil`],
  ['RDR-01', `${CALLBACK}.evil`],
  ['RDR-01', ` ${CALLBACK}`],
  ['RDR-01', `${CALLBACK} `],
  ['RDR-01', `${CALLBACK} https://evil.example`],
  ['RDR-01', 'https://app.example.com/CALLBACK'],
  ['RDR-01', 'https://app.example.com/%63allback'],
  ['RDR-01', 'https://APP.EXAMPLE.COM/callback'],
  ['RDR-01', 'HTTPS://app.example.com/callback'],
  ['RDR-01', 'http://app.example.com/callback'],
  ['RDR-01', 'https://app.example.com:443/callback'],
  ['RDR-01', 'https://app.example.com./callback'],
  ['RDR-01', 'https://app.example.com@evil.example/callback'],
  ['RDR-01', 'https://user@app.example.com/callback'],
  ['RDR-01', 'https://app.example.com.evil.example/callback'],
  ['RDR-01', 'https://evil.example/?https://app.example.com/callback'],
  ['RDR-01', 'https:\\\\app.example.com\\callback'],
  ['RDR-01', '//app.example.com/callback'],
  ['RDR-01', '/callback'],
  ['RDR-01', 'https://app.example.com/c\u0430llback'],
  ['RDR-04', `${CALLBACK}/..;/open?u=https://evil.example`],
  ['RDR-04', `${CALLBACK}/%2e%2e/open`],
  ['RDR-04', `${CALLBACK}/..%5copen`],
  ['RDR-04', `${CALLBACK};x=y`],
  ['RDR-08', 'javascript:alert(1)//'],
  ['RDR-08', 'data:text/html,x'],
  ['RDR-09', `${CALLBACK}#x`],
  ['RDR-09', `${CALLBACK}#`],
  ['RDR-10', `${CALLBACK}\r\nSet-Cookie: session=evil`],
  ['RDR-10', `${CALLBACK}\u0000`],
];

/** Addresses near that of a native app, whose port alone may be another. */
const NEAR_LOOPBACK = [
  'http://127.0.0.1:1/other',
  'http://127.0.0.1:0/cb',
  'http://127.0.0.1:65536/cb',
  'http://127.0.0.1:80@evil.example/cb',
  'http://127.0.0.1.evil.example/cb',
  'http://localhost:1/cb',
  'http://[::1]:1/cb',
  'http://127.0.0.2:1/cb',
  'http://2130706433:1/cb',
  'https://127.0.0.1:1/cb',
  'http://127.0.0.1:1/cb?x=1',
  'http://127.0.0.1:1/cb#x',
];

describe('the authorization endpoint', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let native: TestOAuthClient;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    // Nobody is asked about this client: whatever it may get it gets at once.
    client = await aPublicClient(app, { skip_consent: true });
    native = await aPublicClient(app, { application_type: 'native', redirect_uris: ['http://127.0.0.1/cb'] });
    browser = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  const send = (parameters: Pairs): Promise<Answer> => browser.cookies.get(authorizationPath(parameters));
  const ask = (changes: Readonly<Record<string, string>>, by = client) => send(authorizationParameters(by.id, changes));

  /** A page of this server, from which nothing leads to where the request points. */
  function expectPage(answer: Answer, what: string, evil = 'evil.example'): void {
    const form = /<form|http-equiv|<script/i.exec(answer.text);
    expect([what, answer.status, answer.headers.get('location'), form, faultOf(answer)]).toEqual([
      ...[what, 400, null, null],
      null,
    ]);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.text).not.toContain(evil);
  }

  function sentBack(answer: Answer): URLSearchParams {
    const location = answer.headers.get('location') ?? '';
    expect([answer.status, location.startsWith(`${CALLBACK}?`)]).toEqual([303, true]);
    return new URL(location).searchParams;
  }

  it('gives this client a code, so that a refusal below is one', async () => {
    const parameters = sentBack(await ask({}));
    expect([parameters.get('code'), parameters.get('iss'), parameters.get('state')]).toEqual([
      expect.stringMatching(/^ghc_[\w-]{43}$/),
      TEST_ISSUER,
      'state-of-the-test',
    ]);
  });

  it.each(LOOKALIKES)('%s: sends nobody to %j (RFC 9700 §2.1)', async (_id, redirect_uri) => {
    expectPage(await ask({ redirect_uri }), redirect_uri);
  });

  it.each(NEAR_LOOPBACK)('RDR-01: takes %s for no address of a native app (RFC 8252 §7.3)', async (redirect_uri) => {
    expectPage(await ask({ redirect_uri }, native), redirect_uri);
  });

  it.each([
    ['a client that there is not', { client_id: 'unknown', redirect_uri: 'https://evil.example/cb' }],
    ['no client', { client_id: '', redirect_uri: 'https://evil.example/cb' }],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/cb' }],
  ])(
    'RDR-06: tells %s on its own page, whatever way of answering is asked for (RFC 6749 §4.1.2.1)',
    async (what, changes) => {
      const ways = [{}, { prompt: 'none' }, { response_mode: 'form_post' }, { response_mode: 'fragment' }];
      for (const way of [
        ...ways,
        { response_type: 'token' },
        { request: 'x.y.z' },
        { request_uri: 'https://evil.example' },
      ]) {
        expectPage(await ask({ ...changes, ...way }), `${what} ${JSON.stringify(way)}`);
      }
    },
  );

  it('RDR-06: takes one redirect_uri only, and none only where there is no doubt (RFC 6749 §3.1.2.3)', async () => {
    const two = await aPublicClient(app, { redirect_uris: [CALLBACK, 'https://app.example.com/other'] });
    expectPage(await ask({ redirect_uri: '' }, two), 'none of two');
    const evil = ['redirect_uri', 'https://evil.example/cb'] as const;
    const good = authorizationParameters(client.id);
    for (const parameters of [
      [...good, evil],
      [evil, ...good],
      [...good, ['redirect_uri', CALLBACK] as const],
    ]) {
      expectPage(await send(parameters), JSON.stringify(parameters));
    }
  });

  it.each(['client_id', 'redirect_uri'])('RDR-18: shows a page where %s stands twice (RFC 6749 §3.1)', async (name) => {
    const good = authorizationParameters(client.id);
    const own = good.find(([each]) => each === name)!;
    expectPage(await send([...good, own]), name);
    expectPage(await browser.cookies.get(`${authorizationPath(good)}&${name}[]=x&${name}=x`), `${name}[]`);
  });

  it.each([
    'response_type',
    'scope',
    'state',
    'code_challenge',
    'code_challenge_method',
    'prompt',
    'response_mode',
    'max_age',
    'dpop_jkt',
    'nonce',
  ])('RDR-18: refuses %s that stands twice, be it the same twice (RFC 6749 §3.1)', async (name) => {
    const good = authorizationParameters(client.id, {
      response_mode: 'query',
      max_age: '900',
      nonce: 'n',
      prompt: 'consent',
    });
    const own = good.find(([each]) => each === name) ?? [name, 'x'.repeat(43)];
    const others = good.filter(([each]) => each !== name);
    for (const parameters of [
      [...others, own, own],
      [own, ...others, own],
    ]) {
      const answered = sentBack(await send(parameters));
      expect([answered.get('error'), answered.get('code')]).toEqual(['invalid_request', null]);
      expect(answered.getAll('state')).toEqual(name === 'state' ? [] : ['state-of-the-test']);
    }
  });

  it('RDR-18: does not put together what stands in the address and what stands in the form', async () => {
    const [address, form] = [
      authorizationParameters(client.id, { redirect_uri: '' }),
      authorizationParameters(client.id),
    ];
    const posted = await browser.cookies.request(
      'POST',
      authorizationPath([...address, ['redirect_uri', 'https://evil.example/cb']]),
      new URLSearchParams(form as [string, string][]).toString(),
      FORM,
    );
    const onward = posted.headers.get('location')!.slice(TEST_ISSUER.length);
    sentBack(await browser.cookies.get(onward));
    // What stands beside a ticket is not looked at.
    const beside = authorizationPath([
      ['redirect_uri', 'https://evil.example/cb'],
      ['client_id', native.id],
    ]).split('?')[1]!;
    sentBack(await browser.cookies.get(`${onward}&${beside}`));
  });

  it('RDR-10: lets no line break through to a header, encoded or raw (CWE-113)', async () => {
    for (const name of ['state', 'scope', 'nonce', 'ui_locales', 'login_hint', 'response_mode', 'x\r\ny']) {
      const answer = await ask({ [name]: 'a\r\nSet-Cookie: session=evil' });
      expectPage(answer, name);
      expect(answer.headers.getSetCookie().join()).not.toContain('evil');
    }
    const [path, state] = [authorizationPath(authorizationParameters(client.id, { state: '' })), 'a\r\nX-Evil: 1'];
    const raw = await rawRequest(app.url, { method: 'GET', target: `${path}&state=${state}`, headers: [] });
    expect([raw.status >= 500, raw.headers.has('x-evil'), raw.headers.has('location')]).toEqual([false, false, false]);
    // What is no control character comes back as it was sent, and cannot be taken for anything else.
    for (const odd of ['a%0d%0aSet-Cookie: x', 'ü€𝄞 &code=evil#x', `'"><script>`]) {
      const answer = await ask({ state: odd });
      expect(answer.headers.get('location')).toMatch(/^[\x21-\x7e]+$/);
      expect(sentBack(answer).get('state')).toBe(odd);
      expect(sentBack(answer).getAll('code')).toHaveLength(1);
    }
  });
});
