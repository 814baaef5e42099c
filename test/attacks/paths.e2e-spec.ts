import { createTestApp, type TestApp } from '../support/create-test-app';
import { rawRequest } from '../support/raw-http';
import { complaints, faultOf } from '../support/verdicts';

/** Ways to write a path that some router, proxy or guard takes for another one. */
function disguises(path: string): string[] {
  const parts = path.slice(1).split('/');
  const last = parts.at(-1)!;
  const parent = path.slice(0, -last.length);
  const hex = (text: string) => `%${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
  return [
    ...[
      path,
      `${path}?`,
      `${path}?x`,
      `${path}??`,
      `${path}?x=/health/live`,
      `${path}#x`,
      `${path}?%00`,
      `${path}&x=1`,
    ],
    ...[
      `${path}/`,
      `${path}//`,
      `${path}/.`,
      `${path}/..`,
      `${path}/./`,
      `${path}/x/..`,
      `${path}%2f`,
      `${path}%2F`,
      `${path}/%2e`,
    ],
    ...[
      `/${path}`,
      `//${path}`,
      `/./${path.slice(1)}`,
      `/.${path}`,
      `/x/..${path}`,
      `/health/..${path}`,
      `/health/live/../..${path}`,
    ],
    ...[
      `/%2e${path}`,
      `/%2e%2e${path}`,
      `/x/%2e%2e${path}`,
      `/health/%2e%2e${path}`,
      `/health%2f..${path}`,
      `/%2f${path.slice(1)}`,
    ],
    ...[
      `${path};x`,
      `${path};x=y`,
      `/;x${path}`,
      `/x;${path}`,
      `${path}%3bx`,
      `${path},`,
      `${path}.`,
      `${path}..`,
      `${path}.json`,
    ],
    ...[
      `${path}%20`,
      `${path}%09`,
      `${path}%00`,
      `${path}%0a`,
      `${path}%0d%0a`,
      `${path}%ff`,
      `${path}%c0%af`,
      `${path}%u002f`,
      `${path}\\`,
    ],
    ...[
      `\\${path.slice(1)}`,
      `/\\${path.slice(1)}`,
      `${parent}%5c${last}`,
      `${parent}${hex(last)}`,
      `${parent}%25${hex(last).slice(1)}`,
    ],
    ...[
      path.toUpperCase(),
      `${parent}${last.charAt(0).toUpperCase()}${last.slice(1)}`,
      `${parent}${last}%E2%80%8B`,
      `${parent}${last}%EF%BC%8F`,
    ],
    ...[
      `http://localhost${path}`,
      `HTTP://x${path}`,
      `https://evil.example:99${path}`,
      `http://x@y${path}`,
      `http://${path}`,
      `http:${path}`,
      `//x${path}`,
    ],
    ...[
      `/*${path}`,
      `${path}*`,
      `/:x${path}`,
      `${path}:x`,
      `/health/live${path}`,
      `/jwks.json${path}`,
      `/docs/..${path}`,
      `/docs/%2e%2e${path}`,
    ],
  ];
}

/** Routes that need a token, and one that needs a role on top. */
const GUARDED = ['/protected', '/auth/me', '/notes', '/notes/everyone'];

const FILES = [
  ...[
    '/..%2f..%2fetc/passwd',
    '/../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/....//....//etc/passwd',
    '/..%5c..%5cetc/passwd',
  ],
  ...[
    '/%c0%ae%c0%ae/etc/passwd',
    '/..%252f..%252fetc/passwd',
    '/etc/passwd',
    '/proc/self/environ',
    '/file:///etc/passwd',
  ],
  ...[
    '/.env',
    '/.env.production',
    '/package.json',
    '/package-lock.json',
    '/.git/config',
    '/.git/HEAD',
    '/.npmrc',
    '/Dockerfile',
  ],
  ...[
    '/dist/main.js',
    '/dist/src/main.js',
    '/dist/src/main.js.map',
    '/src/main.ts',
    '/tsconfig.json',
    '/ormconfig.ts',
    '/node_modules/',
  ],
  ...[
    '/data.sqlite',
    '/data/gatehouse.sqlite',
    '/gatehouse.sqlite',
    '/gatehouse.sqlite-wal',
    '/data/gatehouse.key',
    '/gatehouse.key',
  ],
  ...[
    '/uploads/..',
    '/static/..%2f..%2fpackage.json',
    '/public/',
    '/assets/',
    '/backup.zip',
    '/dump.sql',
    '/.DS_Store',
    '/.well-known/../package.json',
  ],
  ...[
    '/docs/..%2f..%2fpackage.json',
    '/docs/../../package.json',
    '/docs/%2e%2e/package.json',
    '/docs//etc/passwd',
    '/docs/..%5cpackage.json',
  ],
  ...[
    '/docs/.env',
    '/docs/index.js',
    '/docs/absolute-path.js',
    '/docs/package.json',
    '/docs/swagger-ui.css.map',
    '/docs/swagger-ui-bundle.js.map',
  ],
];

describe('paths that are written to mislead', () => {
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
    await app.withToken(token).post('/notes', { title: 'secret of alice', body: '' });
    await (await app.asUser({ roles: ['admin'] })).post('/notes', { title: 'secret of others', body: '' });
  });

  afterAll(() => app.close());

  const get = (target: string, headers: readonly (readonly [string, string])[] = []) =>
    rawRequest(app.url, { target, headers });

  it('FRW-02: no spelling of a guarded path is open', async () => {
    const verdict = async (target: string) => {
      const answer = await get(target);
      const open = /This is a protected route|secret of|alice@/.test(answer.text);
      return (
        faultOf(answer) ??
        (!open && [400, 401, 403, 404, 414].includes(answer.status) ? null : `${answer.status} ${answer.text}`)
      );
    };
    const targets = GUARDED.flatMap(disguises);
    expect(targets.length).toBeGreaterThan(250);
    expect(
      await complaints(
        targets.map((target) => [target, target] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('FRW-02: no spelling of a path leads around its role or scope', async () => {
    const withoutScopes = await app.asUser({ scopes: [] });
    expect((await withoutScopes.get('/notes')).status).toBe(403);
    const verdict = async (target: string) => {
      const answer = await get(target, [['Authorization', `Bearer ${token}`]]);
      return faultOf(answer) ?? (answer.text.includes('secret of others') ? `${answer.status} ${answer.text}` : null);
    };
    const targets = disguises('/notes/everyone');
    expect(
      await complaints(
        targets.map((target) => [target, target] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('FRW-02: a path has one spelling: of all others, only encoded letters and absolute addresses lead to its route', async () => {
    const led: string[] = [];
    for (const target of disguises('/protected')) {
      const answer = await get(target, [['Authorization', `Bearer ${token}`]]);
      if (answer.status === 200 && answer.text.includes('This is a protected route')) led.push(target);
    }
    const [plain] = ['/protected'];
    expect(led.filter((target) => !target.replace(/[?#].*/, '').endsWith(plain))).toEqual(['/%70rotected']);
    expect(led.filter((target) => /^\/[./\\x;]|^\/health|^\/docs/.test(target))).toEqual([]);
  });

  it('FRW-02: methods are told apart before tokens, and neither tells what is behind the guard', async () => {
    for (const target of ['/notes/x', '/notes/everyone', '/notes/%27']) {
      const [known, unknown] = [await get(target), await get('/notes/unknown')];
      expect([known.status, known.headers.get('www-authenticate')]).toEqual([
        unknown.status,
        unknown.headers.get('www-authenticate'),
      ]);
    }
  });

  it('INJ-15: serves no file of its own, of the database or of the system', async () => {
    const verdict = async (target: string) => {
      for (const headers of [[], [['Authorization', `Bearer ${token}`]], [['Accept', 'text/html']]] as const) {
        const answer = await get(target, headers);
        if (![404, 400].includes(answer.status)) return `${answer.status} ${answer.text.slice(0, 200)}`;
        const fault = faultOf(answer) ?? (/root:|SQLite format|"dependencies"/.test(answer.text) ? answer.text : null);
        if (fault !== null) return fault;
      }
      return null;
    };
    expect(
      await complaints(
        FILES.map((target) => [target, target] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('INJ-15: takes no path from a parameter', async () => {
    const values = ['../../etc/passwd', '..%2f..%2fetc/passwd', '/etc/passwd', 'file:///etc/passwd', '....//'];
    const names = [
      'lang',
      'locale',
      'ui_locales',
      'theme',
      'file',
      'path',
      'template',
      'view',
      'page',
      'include',
      'url',
      'redirect',
    ];
    for (const path of ['/problems', '/health/live', '/jwks.json', '/docs', '/docs-json']) {
      const plain = await get(path);
      for (const value of values) {
        const answer = await get(`${path}?${names.map((name) => `${name}=${value}`).join('&')}`, [
          ['Accept-Language', value],
        ]);
        expect([path, answer.status]).toEqual([path, plain.status]);
        expect(answer.text).not.toMatch(/root:|etc\/passwd/);
      }
    }
  });
});
