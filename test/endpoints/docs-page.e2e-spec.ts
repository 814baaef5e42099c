import { createTestApp, type TestApp } from '../support/create-test-app';
import { rawRequest } from '../support/raw-http';

const PRODUCTION = { NODE_ENV: 'production', ISSUER: 'https://id.example.com' };
const PATHS = ['/docs', '/docs/', '/docs/page.js', '/docs/swagger-ui-bundle.js', '/docs-json'];

/** The addresses in the attributes of a page. */
const linksIn = (html: string) => [...html.matchAll(/(?:href|src|data-document)="([^"]*)"/g)].map(([, link]) => link!);

describe('the page of the API documentation', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  it.each(['/docs', '/docs/'])(
    'is at %s, and all of its links hold behind a proxy that takes a prefix away',
    async (path) => {
      const page = await app.get(path);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const links = linksIn(page.text);
      expect(links.length).toBeGreaterThanOrEqual(6);
      for (const link of links) {
        expect(link).not.toMatch(/^\/|^\w+:/);
        const seen = new URL(link, `https://example.com/some/prefix${path}`);
        expect(seen.pathname).toMatch(/^\/some\/prefix\/docs/);
        expect((await app.get(seen.pathname.replace('/some/prefix', '') + seen.search)).status).toBe(200);
      }
    },
  );

  it('has a policy of its own that allows no inline script or style and no other server', async () => {
    const page = await app.get('/docs');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(page.text).not.toMatch(/<style|style=|<script>|\son\w+=/);
    expect((await app.get('/docs-json')).headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await app.get('/docs-json')).headers.get('content-security-policy')).not.toContain('script-src');
  });

  it('has files that are cached for good by their version, and asked for again without it', async () => {
    for (const link of linksIn((await app.get('/docs')).text).filter((one) => one.includes('?v='))) {
      const file = await app.get(`/${link}`);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const etag = file.headers.get('etag') ?? '';
      expect((await app.get(`/${link}`, { 'if-none-match': etag })).status).toBe(304);
      const bare = await app.get(`/${link.split('?')[0]}`);
      expect([bare.headers.get('cache-control'), bare.headers.get('etag')]).toEqual(['no-cache', etag]);
      expect((await app.get(`/${link}x`)).headers.get('cache-control')).toBe('no-cache');
    }
  });

  it.each([
    'package.json',
    'index.html',
    'swagger-initializer.js',
    'swagger-ui-bundle.js.map',
    'swagger-ui-dist/swagger-ui.css',
    '../../package.json',
    '../docs/page.js',
    '..%2f..%2fpackage.json',
    '%2e%2e/%2e%2e/package.json',
    '..\\page.js',
    '__proto__',
    'constructor',
    'PAGE.JS',
    '/page.js',
  ])('INJ-15: serves its own files and not %s', async (name) => {
    const { status, body } = await rawRequest(app.url, { target: `/docs/${name}` });
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it('is for reading', async () => {
    const answer = await app.post('/docs', {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD as GET without the body (RFC 9110 §9.3.2)', async () => {
    for (const path of PATHS) {
      const [get, head] = [await app.get(path), await app.request('HEAD', path)];
      expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')]);
    }
  });
});

describe('the API documentation in production', () => {
  it('INJ-16: is absent', async () => {
    const app = await createTestApp({ env: PRODUCTION });
    for (const path of PATHS) {
      const answer = await app.get(path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
    }
    await app.close();
  });

  it('INJ-16: is there where API_DOCS=on asks for it, and absent in development where API_DOCS=off does', async () => {
    const open = await createTestApp({ env: { ...PRODUCTION, API_DOCS: 'on' } });
    expect((await open.get('/docs')).status).toBe(200);
    expect((await open.get('/docs-json')).body.openapi).toBe('3.1.0');
    await open.close();
    const closed = await createTestApp({ env: { NODE_ENV: 'development', API_DOCS: 'off' } });
    expect((await closed.get('/docs')).status).toBe(404);
    await closed.close();
  });
});
