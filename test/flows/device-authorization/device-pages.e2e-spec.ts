import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../../support/device-flow';
import { PageBrowser } from '../../support/page-browser';
import { aPublicClient } from '../../support/test-clients';

describe('the pages for devices', () => {
  let app: TestApp;
  let television: ForeignDevice;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    const metadata = { client_name: 'Living Room TV', redirect_uris: [], grant_types: [DEVICE_GRANT] };
    television = new ForeignDevice(app, await aPublicClient(app, metadata));
  });

  afterAll(() => app.close());

  const begin = () => television.begin({ scope: 'notes:read' });

  it('take a link as it was typed off a screen, and fill in nothing that is no code (INJ-02)', async () => {
    const browser = new PageBrowser(app);
    const filledIn = async (query: string) => {
      await browser.open(`/device${query}`);
      expect([query, browser.answer.status, browser.heading]).toEqual([query, 200, 'Connect a device']);
      return browser.find('#user_code')?.getAttribute('value') ?? '';
    };
    expect(await filledIn('?user_code=wdjb%20mjht')).toBe('WDJB-MJHT');
    for (const query of [
      '',
      '?user_code=',
      '?user_code=%22%3E%3Cscript%3E',
      '?user_code=WDJB-MJHT&user_code=WDJB-MJHT',
    ]) {
      expect(await filledIn(query)).toBe('');
    }
    await browser.submit('#continue', { user_code: '"><script>alert(1)</script>' });
    expect([browser.answer.status, browser.find('script') === null]).toEqual([422, true]);
  });

  it('say what is wrong with a code, and keep it in the field', async () => {
    const browser = await new PageBrowser(app).open('/device');
    for (const [code, told] of [
      ['WDJB', 'That is no code of this server.'],
      // RFC 8628 §6.1: 8 letters, but none of those that codes are made of.
      ['AAAA-AAAA', '8 letters, no vowels'],
      ['WDJB-MJHT', 'No device waits with this code'],
    ] as const) {
      await browser.submit('#continue', { user_code: code });
      expect([browser.answer.status, browser.find('#user_code-fault')?.textContent]).toEqual([
        422,
        expect.stringContaining(told),
      ]);
      expect(browser.find('#user_code')?.getAttribute('value')).toBe(code);
    }
  });

  it('say of a code that was used that it was, to whoever enters it again', async () => {
    const { user_code: code } = await begin();
    const browser = await enterCode(new PageBrowser(app), code, 'alice');
    await browser.submit('#allow');
    await browser.open('/device');
    await browser.submit('#continue', { user_code: code });
    expect([browser.answer.status, browser.text]).toEqual([422, expect.stringContaining('This code has been used')]);
  });

  it('decide once, however often the button is pressed, the page loaded again, or gone back to', async () => {
    const codes = await begin();
    const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
    const asked = browser.url;
    const form = new URLSearchParams({ decision: 'deny' });
    for (const input of browser.findAll('form input[type=hidden]')) {
      form.append(input.getAttribute('name')!, input.getAttribute('value')!);
    }
    await browser.submit('#allow');
    for (const visit of [
      () => browser.open(asked),
      () => browser.open(browser.url),
      () => browser.post('/device/decision', form.toString()),
    ]) {
      await visit();
      expect([browser.answer.status, browser.heading]).toEqual([200, 'Go back to your device']);
    }
    expect((await television.poll(codes)).scope).toBe('notes:read');
  });

  it('ask whoever has signed out meanwhile to sign in again, and go on where they were', async () => {
    const codes = await begin();
    const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
    const asked = browser.url;
    await browser.open('/account');
    await browser.submit('#sign-out');
    await browser.open(asked);
    expect(browser.path).toBe('/sign-in');
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect([browser.path, browser.find('#user-code')?.textContent.trim()]).toEqual(['/device', codes.user_code]);
  });

  it('show the same question to the same person in another browser', async () => {
    const { user_code: code } = await begin();
    await enterCode(new PageBrowser(app), code, 'alice');
    const telephone = await enterCode(new PageBrowser(app), code, 'alice');
    await telephone.submit('#allow');
    expect(telephone.heading).toBe('Go back to your device');
  });

  it('say from where and when the device has asked', async () => {
    const { user_code: code } = await begin();
    const browser = await enterCode(new PageBrowser(app), code, 'alice');
    expect(browser.text).toContain('It asked just now, from 127.0.0.1.');
    app.clock.advance(125);
    await browser.open(browser.url);
    expect(browser.text).toContain('It asked 2 minutes ago');
  });

  it('are framed by nobody and kept by nobody (SES-10, SES-18)', async () => {
    const { user_code: code } = await begin();
    const browser = await enterCode(new PageBrowser(app), code, 'alice');
    const { headers } = browser.answer;
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('with device authorization switched off', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '-device_authorization' } });
  });

  afterAll(() => app.close());

  it('there is no endpoint, no page, no metadata and no grant', async () => {
    const metadata = (await app.get('/.well-known/oauth-authorization-server')).body as Record<string, unknown>;
    expect(metadata).not.toHaveProperty('device_authorization_endpoint');
    expect(metadata['grant_types_supported']).not.toContain(DEVICE_GRANT);
    const { id } = await aPublicClient(app, { redirect_uris: [], grant_types: [DEVICE_GRANT] });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answers = [
      await app.get('/device'),
      await app.post('/device', 'user_code=WDJB-MJHT', form),
      await app.post('/device/decision', 'decision=allow', form),
      await app.post('/oauth/device_authorization', `client_id=${id}`, form),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const body = new URLSearchParams({ grant_type: DEVICE_GRANT, client_id: id, device_code: 'x' });
    const answer = await app.post('/oauth/token', body.toString(), form);
    expect([answer.status, answer.body.error]).toEqual([400, 'unsupported_grant_type']);
  });
});
