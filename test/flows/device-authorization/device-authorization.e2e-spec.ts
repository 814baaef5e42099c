import { decodeJwt } from 'jose';
import { UserStore } from '../../../src/users/user.store';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { createTestApp, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../../support/device-flow';
import { openidConfiguration } from '../../support/openid-config';
import { PageBrowser } from '../../support/page-browser';
import { aClient, aPublicClient } from '../../support/test-clients';

const TELEVISION = { client_name: 'Living Room TV', redirect_uris: [], grant_types: [DEVICE_GRANT, 'refresh_token'] };

describe('letting in a device without a browser (RFC 8628)', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('gives a device that knows the issuer alone tokens with which it reads the notes and refreshes', async () => {
    const television = new ForeignDevice(app, await aPublicClient(app, TELEVISION));
    const codes = await television.begin({ scope: 'notes:read notes:write' });
    expect(codes).toEqual({
      device_code: expect.stringMatching(/^ghd_[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${TEST_ISSUER}/device`,
      verification_uri_complete: `${TEST_ISSUER}/device?user_code=${codes.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    expect(await television.refusal(codes)).toBe('authorization_pending');

    const browser = new PageBrowser(app);
    await browser.open(codes.verification_uri);
    expect(browser.heading).toBe('Connect a device');
    await browser.submit('#continue', { user_code: codes.user_code.toLowerCase().replace('-', ' ') });
    expect([browser.path, browser.text]).toEqual(['/sign-in', expect.stringContaining('Living Room TV')]);
    await enterCode(browser, codes.user_code, 'alice');
    expect([browser.path, browser.heading]).toEqual(['/device', 'Living Room TV']);
    expect(browser.find('#user-code')?.textContent.trim()).toBe(codes.user_code);
    expect(browser.text).toContain('Signed in as alice');
    expect(browser.text).toContain('If somebody has sent you the code or a link, refuse');
    await browser.submit('#allow');
    expect([browser.path, browser.heading, browser.answer.status]).toEqual(['/device', 'Go back to your device', 200]);

    app.clock.advance(5);
    const tokens = await television.poll(codes);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 900, scope: 'notes:read notes:write' });
    const notes = app.withToken(tokens.access_token);
    expect((await notes.post('/notes', { title: 'From the sofa', body: 'hello' })).status).toBe(201);
    const renewed = await television.refresh(tokens.refresh_token!);
    expect((await app.withToken(renewed.access_token).get('/notes')).status).toBe(200);
  });

  it('lets in a confidential client of another library, by its link', async () => {
    const made = await aClient(app, { ...TELEVISION, client_name: 'Printer', scope: 'notes:read' });
    const config = await openidConfiguration(app, made);
    const codes = await openid.initiateDeviceAuthorization(config, { scope: 'notes:read' });
    const browser = await new PageBrowser(app).open(codes.verification_uri_complete!);
    // RFC 8628 §3.3.1, §5.4: filled in, and not sent.
    expect([browser.heading, browser.find('#user_code')?.getAttribute('value')]).toEqual([
      'Connect a device',
      codes.user_code,
    ]);
    await enterCode(browser, codes.user_code, 'alice');
    await browser.submit('#allow');
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...codes, interval: 0.01 });
    expect(tokens.scope).toBe('notes:read');
    expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(200);
  });

  it('gives the scopes that the person has ticked, and remembers them, and asks the next time all the same', async () => {
    const television = new ForeignDevice(
      app,
      await aPublicClient(app, { ...TELEVISION, client_name: 'Kitchen Radio' }),
    );
    const codes = await television.begin({ scope: 'notes:read notes:write' });
    const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
    await browser.submit('#allow', { scope: [] });
    expect([browser.answer.status, browser.text]).toEqual([422, expect.stringContaining('Choose what')]);
    await browser.submit('#allow', { scope: ['notes:read'] });
    expect((await television.poll(codes)).scope).toBe('notes:read');
    await browser.open('/account');
    expect(browser.text).toMatch(/Kitchen Radiosince \S+Read your notesRemove/);

    const again = await television.begin({ scope: 'notes:read' });
    await enterCode(browser, again.user_code, 'alice');
    expect(browser.find('#allow')).not.toBeNull();
    expect(await television.refusal(again)).toBe('authorization_pending');
  });

  it('tells a device that its person has refused, as often as it asks (RFC 8628 §3.5)', async () => {
    const television = new ForeignDevice(app, await aPublicClient(app, TELEVISION));
    const codes = await television.begin();
    const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
    await browser.submit('#deny');
    expect([browser.heading, browser.answer.status]).toEqual(['Refused', 200]);
    expect([await television.refusal(codes), await television.refusal(codes)]).toEqual([
      'access_denied',
      'access_denied',
    ]);
  });

  it('goes on after sign-in, sign-up and a change of account on the way', async () => {
    const television = new ForeignDevice(app, await aPublicClient(app, TELEVISION));
    const codes = await television.begin({ scope: 'notes:read' });
    const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
    await app.register('bruno');
    await browser.follow('#switch');
    await browser.submit('#sign-in', { username: 'bruno', password: 'violet-harbour-9-lantern' });
    expect(browser.text).toContain('Signed in as bruno');
    await browser.submit('#allow');
    const { access_token } = await television.poll(codes);
    const bruno = await app.resolve(UserStore).findForSignIn('bruno');
    expect(decodeJwt(access_token).sub).toBe(bruno!.user.id);

    const other = await television.begin({ scope: 'notes:read' });
    const stranger = await new PageBrowser(app).open('/device');
    await stranger.submit('#continue', { user_code: other.user_code });
    await stranger.follow('#to-sign-up');
    const filled = { username: 'carla', email: 'carla@example.com', password: 'violet-harbour-9-lantern' };
    await stranger.submit('#sign-up', filled);
    expect([stranger.path, stranger.heading]).toEqual(['/device', 'Living Room TV']);
  });

  it('outlives the session where offline access was allowed, and ends with it where not (OpenID Connect Core §11)', async () => {
    const television = new ForeignDevice(app, await aPublicClient(app, TELEVISION));
    for (const [scope, told] of [
      ['notes:read offline_access', 'tokens'],
      ['notes:read', 'invalid_grant'],
    ] as const) {
      const codes = await television.begin({ scope });
      const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
      await browser.submit('#allow');
      await browser.open('/account');
      await browser.submit('#sign-out');
      expect([scope, await television.refusal(codes)]).toEqual([scope, told]);
    }
  });

  it('takes a part of the resources for the first token (RFC 8707 §2.2), and none that were not granted', async () => {
    const television = new ForeignDevice(app, await aPublicClient(app, TELEVISION));
    const codes = await television.begin({ scope: 'notes:read', resource: TEST_ISSUER });
    await (await enterCode(new PageBrowser(app), codes.user_code, 'alice')).submit('#allow');
    await expect(television.poll(codes, { resource: 'https://other.example.com' })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    // A refusal uses nothing up.
    expect((await television.poll(codes, { resource: TEST_ISSUER })).scope).toBe('notes:read');
  });

  it.each([
    [
      'a client that is not registered for it (RFC 6749 §5.2)',
      { grant_types: ['authorization_code'] },
      {},
      'unauthorized_client',
    ],
    ['a scope that nobody knows', TELEVISION, { scope: 'no:such' }, 'invalid_scope'],
    [
      'a scope that the client may not have',
      { ...TELEVISION, scope: 'notes:read' },
      { scope: 'notes:write' },
      'invalid_scope',
    ],
    ['a resource that nobody knows', TELEVISION, { resource: 'https://other.example.com' }, 'invalid_target'],
  ])('refuses %s', async (_what, metadata, parameters, error) => {
    const made = await aPublicClient(app, { redirect_uris: ['https://app.example.com/callback'], ...metadata });
    await expect(new ForeignDevice(app, made).begin(parameters)).rejects.toMatchObject({ error });
  });

  it('lets in only clients that authenticate as they are registered', async () => {
    const made = await aClient(app, TELEVISION);
    const codes = new ForeignDevice(
      app,
      made,
      oauth.ClientSecretBasic('wrong-secret-wrong-secret-wrong-secret'),
    ).begin();
    await expect(codes).rejects.toMatchObject({ status: 401 });
    await expect(new ForeignDevice(app, made).begin()).rejects.toMatchObject({ error: 'invalid_client' });
    await new ForeignDevice(app, made, oauth.ClientSecretBasic(made.secret)).begin();
  });
});
