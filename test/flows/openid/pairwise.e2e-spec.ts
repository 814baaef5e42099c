import { decodeJwt } from 'jose';
import { UserStore } from '../../../src/users/user.store';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { aCode, redeemCode, refreshAs, sendAs, signedIn } from '../../support/hand-made-flow';
import type { PageBrowser } from '../../support/page-browser';
import { anInitialToken, REGISTRATION_ON, selfRegister } from '../../support/self-registration';
import { StrangersWeb } from '../../support/strangers-web';
import { aClient, CALLBACK, type TestOAuthClient } from '../../support/test-clients';
import { aResourceServer } from '../../support/test-resource-servers';

const SCOPE = 'openid notes:read';
const ELSEWHERE = 'https://other.example/callback';
const SECTOR = 'https://sector.example/redirects.json';

describe('pairwise subjects (OpenID Connect Core §8)', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let browser: PageBrowser;
  let alice: string;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web, env: REGISTRATION_ON });
    await app.register('alice');
    alice = (await app.resolve(UserStore).findByUsername('alice'))!.id;
    browser = await signedIn(app, 'alice');
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const pairwise = (metadata: Readonly<Record<string, unknown>> = {}) =>
    aClient(app, { scope: SCOPE, subject_type: 'pairwise', skip_consent: true, ...metadata });

  async function known(made: TestOAuthClient, redirectUri = CALLBACK) {
    const changes = { scope: SCOPE, redirect_uri: redirectUri };
    const { body } = await redeemCode(app, made, await aCode(browser, made, changes), { redirect_uri: redirectUri });
    const { sub, sid } = decodeJwt(body.id_token as string);
    const authorization = `Bearer ${body.access_token as string}`;
    const told = await app.get('/oauth/userinfo', { authorization });
    return { sub, sid, told: told.body.sub as string, body: body as Record<string, string>, authorization };
  }

  it('DCR-08: differ between sectors, are the same in all that one client is told, and lead nobody to the person', async () => {
    const [one, sibling] = [await pairwise(), await pairwise()];
    const other = await pairwise({ redirect_uris: [ELSEWHERE] });
    const open = await aClient(app, { scope: SCOPE, skip_consent: true });
    const [first, again, second, third] = [await known(one), await known(one), await known(sibling), await known(open)];
    const far = await known(other, ELSEWHERE);
    expect(first.sub).toMatch(/^[\w-]{43}$/);
    expect([first.told, again.sub, second.sub]).toEqual([first.sub, first.sub, first.sub]);
    expect([third.sub, third.told]).toEqual([alice, alice]);
    expect(new Set([first.sub, far.sub, alice]).size).toBe(3);
    // What names the session would tell as much.
    expect(new Set([first.sid, far.sid, third.sid]).size).toBe(3);
    expect(second.sid).toBe(first.sid);
    for (const { body } of [first, far]) expect(JSON.stringify(body)).not.toContain(alice);
  });

  it('DCR-08: are not given away by access tokens, which open this API nevertheless', async () => {
    const made = await pairwise();
    const { body, authorization } = await known(made);
    expect(body.access_token).toMatch(/^gha_/);
    expect((await app.get('/notes', { authorization })).status).toBe(200);
    expect((await app.get('/notes', { authorization: `${authorization}x` })).status).toBe(401);
    const refreshed = (await refreshAs(app, made, body.refresh_token!)).body;
    expect([decodeJwt(refreshed.id_token as string).sub, refreshed.access_token]).toEqual([
      decodeJwt(body.id_token!).sub,
      expect.stringMatching(/^gha_/),
    ]);
    await sendAs(app, made, { token: body.access_token }, '/oauth/revoke');
    expect((await app.get('/notes', { authorization })).status).toBe(401);
  });

  it('do not open this API with a token that is for another, and hide nobody from resource servers', async () => {
    const files = 'https://files.example.com';
    await aResourceServer(app, files, ['files:read'], { introspectionClients: ['files-api'] });
    const service = await aClient(app, { redirect_uris: [], grant_types: ['client_credentials'] }, 'files-api');
    const made = await pairwise({ scope: 'openid files:read' });
    const code = await aCode(browser, made, { scope: 'openid files:read', resource: files });
    const token = (await redeemCode(app, made, code)).body.access_token as string;
    expect((await app.get('/notes', { authorization: `Bearer ${token}` })).status).toBe(401);
    // The resource server has to know whose files they are; it is told by an answer that the client never sees.
    const { body } = await sendAs(app, service, { token }, '/oauth/introspect');
    expect(body).toMatchObject({ active: true, sub: alice });
  });

  it('are shared by those whom one document names (OpenID Connect Core §8.1)', async () => {
    web.json(SECTOR, [CALLBACK, ELSEWHERE, 'https://third.example/cb']);
    const both = await pairwise({ redirect_uris: [CALLBACK, ELSEWHERE], sector_identifier_uri: SECTOR });
    const one = await pairwise({ redirect_uris: [ELSEWHERE], sector_identifier_uri: SECTOR });
    const [first, second] = [await known(both), await known(one, ELSEWHERE)];
    expect(second.sub).toBe(first.sub);
    expect((await known(await pairwise())).sub).not.toBe(first.sub);
  });

  it.each([
    [{ redirect_uris: [CALLBACK, ELSEWHERE] }],
    [{ redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }],
    [{ redirect_uris: ['com.example.app:/cb'], application_type: 'native' }],
    [{ redirect_uris: [CALLBACK, 'com.example.app:/cb'], application_type: 'native' }],
  ])('DCR-08: need a sector where the redirect URIs do not say one: %j', async (metadata) => {
    const { status, body } = await selfRegister(app, { subject_type: 'pairwise', ...metadata });
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
    expect(body.error_description).toContain('sector_identifier_uri is needed');
  });

  it('exclude the account, which tells the identifier that all others know (OpenID Connect Core §8.1)', async () => {
    await expect(pairwise({ scope: `${SCOPE} account` })).rejects.toThrow('must not have account');
    expect((await pairwise({ scope: `${SCOPE} account`, subject_type: 'public' })).id).not.toBe('');
  });

  describe('DCR-08: a sector that does not name the client', () => {
    const claim = async (url: string) => {
      const { status, text, body } = await selfRegister(app, {
        subject_type: 'pairwise',
        redirect_uris: [CALLBACK, ELSEWHERE],
        sector_identifier_uri: url,
      });
      expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
      return text;
    };

    it('is refused in the same words, whatever is the matter with it', async () => {
      const bad: readonly (readonly [string, unknown])[] = [
        ['lacks-one', [CALLBACK]],
        ['no-list', { redirect_uris: [CALLBACK, ELSEWHERE] }],
        ['nested', [[CALLBACK, ELSEWHERE]]],
        ['mixed', [CALLBACK, ELSEWHERE, 7]],
        ['no-json', undefined],
        ['large', [CALLBACK, ELSEWHERE, 'x'.repeat(10 * 1_048_576)]],
        ['many', [CALLBACK, ELSEWHERE, ...Array.from({ length: 2_000 }, (_, index) => `https://a/${index}`)]],
      ];
      const words = new Set<string>();
      for (const [name, document] of bad) {
        const url = `https://${name}.example/sector.json`;
        web.serve(url, document === undefined ? 'nothing' : JSON.stringify(document));
        words.add(await claim(url));
      }
      web.serve('https://moved.example/', '', { location: SECTOR }, 302);
      for (const url of ['https://moved.example/', 'https://nowhere.example/']) words.add(await claim(url));
      expect(words.size).toBe(1);
    });

    it('DCR-02: is never asked for at a neighbour', async () => {
      web.point('inside.example', ['10.0.0.1']);
      web.host('inside.example', (_request, response) => response.end(JSON.stringify([CALLBACK, ELSEWHERE])));
      const before = web.connections.length;
      const urls = ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '2130706433', '[fd00::1]', 'inside.example'];
      for (const host of urls) await claim(`https://${host}/sector.json`);
      expect(web.connections.length).toBe(before);
    });

    it('is no use to whoever wants to be answered elsewhere than there: no code of a device', async () => {
      const token = await anInitialToken(app);
      const grants = ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'];
      const victim = { redirect_uris: ['https://victim.example/cb'], subject_type: 'pairwise' };
      const { status, body } = await selfRegister(app, { ...victim, grant_types: grants }, token);
      expect([status, body.grant_types]).toEqual([201, ['authorization_code']]);
      expect((await selfRegister(app, { ...victim, grant_types: grants.slice(1) }, token)).body.error).toBe(
        'invalid_client_metadata',
      );
    });
  });

  it('are looked at again where the client changes (OpenID Connect Registration §5)', async () => {
    const url = 'https://changing.example/sector.json';
    web.json(url, [CALLBACK, ELSEWHERE]);
    const about = { subject_type: 'pairwise', sector_identifier_uri: url };
    const { body } = await selfRegister(app, { ...about, redirect_uris: [CALLBACK] });
    const change = (token: string, redirects: readonly string[]) =>
      app.withToken(token).request('PUT', `/oauth/register/${String(body.client_id)}`, {
        ...{ ...about, client_id: body.client_id as string, token_endpoint_auth_method: 'none' },
        redirect_uris: redirects,
      });
    const changed = await change(body.registration_access_token as string, [CALLBACK, ELSEWHERE]);
    expect(changed.body).toMatchObject({ redirect_uris: [CALLBACK, ELSEWHERE], ...about });
    const refused = await change(changed.body.registration_access_token as string, ['https://evil.example/cb']);
    expect(refused.body.error).toBe('invalid_client_metadata');
    web.json(url, [CALLBACK]);
    app.clock.advance(61);
    const later = await change(changed.body.registration_access_token as string, [CALLBACK, ELSEWHERE]);
    expect(later.body.error).toBe('invalid_client_metadata');
  });

  it('are announced beside public ones', async () => {
    const { body } = await app.get('/.well-known/oauth-authorization-server');
    expect(body.subject_types_supported).toEqual(['public', 'pairwise']);
  });
});
