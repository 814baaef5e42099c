import * as oauth from 'oauth4webapi';
import { arrive, publish } from '../../support/client-documents';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../../support/device-flow';
import { PageBrowser } from '../../support/page-browser';
import { REGISTRATION_ON, selfRegister } from '../../support/self-registration';
import { StrangersWeb } from '../../support/strangers-web';
import { aPublicClient } from '../../support/test-clients';
import { faultOf } from '../../support/verdicts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const JPEG = Buffer.from('ffd8ffe000104a464946000101000001', 'hex');
const WEBP = Buffer.from('524946461a000000574542505650384c', 'hex');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describe('the logo of an application', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let count = 0;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web, env: REGISTRATION_ON });
    await app.register('alice');
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  /** A client whose logo is on a host of its own. */
  const clientWith = async (body: string | Buffer, type: string) => {
    const logo = `https://l${count++}.example/logo`;
    web.serve(logo, body, { 'content-type': type });
    return { logo, client: await aPublicClient(app, { logo_uri: logo }) };
  };
  const read = (id: string) => app.get(`/assets/logos/${encodeURIComponent(id)}`);

  it('is shown from our own origin, and fetched once for all who see it (RFC 7591 §5)', async () => {
    const { logo, client } = await clientWith(PNG, 'image/png');
    const browser = await arrive(app, new ForeignApplication(app, client, oauth.None()));
    expect(browser.path).toBe('/consent');
    const sources = browser.findAll('img').map((image) => image.getAttribute('src'));
    expect(sources).toEqual([`${TEST_ISSUER}/assets/logos/${client.id}?v=1`]);
    const answer = await app.get(sources[0]!.replace(TEST_ISSUER, ''));
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/png',
      'nosniff',
    ]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    await read(client.id);
    expect(web.count(logo)).toBe(1);
    expect(web.requests.at(-1)?.headers).not.toHaveProperty('cookie');
  });

  it('is shown to whoever lets a device in, too', async () => {
    const { logo } = await clientWith(WEBP, 'image/webp');
    const device = { logo_uri: logo, redirect_uris: [], grant_types: [DEVICE_GRANT], scope: 'notes:read' };
    const television = new ForeignDevice(app, await aPublicClient(app, device));
    const { user_code: code } = await television.begin({ scope: 'notes:read' });
    const browser = await enterCode(new PageBrowser(app), code, 'alice');
    expect([browser.path, browser.findAll('img').length]).toEqual(['/device', 1]);
  });

  it.each<[string, string | Buffer, string]>([
    ['a PNG', PNG, 'image/png'],
    ['a JPEG', JPEG, 'image/jpeg'],
    ['a WebP', WEBP, 'image/webp; q=1'],
  ])('can be %s', async (_what, body, type) => {
    const { client } = await clientWith(body, type);
    expect((await read(client.id)).status).toBe(200);
  });

  it.each<[string, string | Buffer, string]>([
    ['INJ-01: an SVG', SVG, 'image/svg+xml'],
    ['INJ-01: an SVG that is called a PNG', SVG, 'image/png'],
    ['INJ-01: a PNG that is called a page', PNG, 'text/html'],
    ['a JPEG that is called a PNG', JPEG, 'image/png'],
    ['a GIF', 'GIF89a', 'image/gif'],
    ['nothing', '', 'image/png'],
    ['more than 128 kB', Buffer.concat([PNG, Buffer.alloc(131_072)]), 'image/png'],
  ])('cannot be %s: the page does without', async (_what, body, type) => {
    const { client } = await clientWith(body, type);
    const browser = await arrive(app, new ForeignApplication(app, client, oauth.None()));
    expect([browser.path, browser.findAll('img').length, browser.find('.mark')?.textContent.trim()]).toEqual([
      '/consent',
      0,
      'P',
    ]);
    const answer = await read(client.id);
    expect([answer.status, faultOf(answer)]).toEqual([404, null]);
  });

  it('DCR-02: is not fetched from inside, nor behind a redirect', async () => {
    web.point('inside.example', ['10.0.0.1']);
    const inside = await aPublicClient(app, { logo_uri: 'https://inside.example/logo' });
    const before = web.connections.length;
    expect((await read(inside.id)).status).toBe(404);
    expect(web.connections).toHaveLength(before);
    const { logo: elsewhere } = await clientWith(PNG, 'image/png');
    web.serve('https://moved.example/logo', '', { location: elsewhere }, 302);
    const moved = await aPublicClient(app, { logo_uri: 'https://moved.example/logo' });
    expect((await read(moved.id)).status).toBe(404);
    expect(web.count(elsewhere)).toBe(0);
  });

  it('DCR-09: is not shown of an application that has registered itself, where nobody says otherwise', async () => {
    const logo_uri = 'https://itself.example/logo';
    web.serve(logo_uri, PNG, { 'content-type': 'image/png' });
    const { status, body } = await selfRegister(app, { logo_uri, token_endpoint_auth_method: 'none' });
    expect(status).toBe(201);
    const id = String(body.client_id);
    const browser = await arrive(app, new ForeignApplication(app, { id, secret: '' }, oauth.None()));
    expect([browser.path, browser.findAll('img').length]).toEqual(['/consent', 0]);
    expect([(await read(id)).status, web.count(logo_uri)]).toEqual([404, 0]);
  });

  it('DCR-09: is not shown of an application that nobody has admitted', async () => {
    const id = 'https://stranger.example/client.json';
    const logo_uri = 'https://stranger.example/logo';
    web.serve(logo_uri, PNG, { 'content-type': 'image/png' });
    publish(web, { logo_uri }, {}, id);
    const redirectUri = 'https://stranger.example/callback';
    const stranger = new ForeignApplication(app, { id, secret: '' }, oauth.None(), { redirectUri });
    const browser = await arrive(app, stranger);
    expect([browser.path, browser.findAll('img').length]).toEqual(['/consent', 0]);
    await browser.submit('#allow');
    expect([(await read(id)).status, (await read('nobody')).status, web.count(logo_uri)]).toEqual([404, 404, 0]);
  });
});
