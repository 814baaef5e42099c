import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { rawRequest } from '../support/raw-http';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { complaints, faultOf } from '../support/verdicts';

/** Content types that are not exactly JSON in UTF-8. */
const OTHERS = [
  ...[
    'application/json\ta',
    'application/json;',
    'application/json; ',
    'application/json ;charset=utf-8',
    'application/json;;charset=utf-8',
  ],
  ...[
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json; charset=',
    'application/json; charset',
  ],
  ...[
    'application/json; charset=utf-8; x=y',
    'application/json; charset=utf-8, text/plain',
    'application/json, text/plain',
    'text/plain, application/json',
  ],
  ...[
    'application/json; boundary=x',
    'application/json; q=1',
    'application/json/x',
    'application/json+x',
    'application/jsonx',
    'xapplication/json',
    'application /json',
  ],
  ...[
    'application/vnd.api+json',
    'application/problem+json',
    'application/merge-patch+json',
    'application/json5',
    'application/x-json',
    'text/json',
    'text/x-json',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; x',
    'application/x-www-form-urlencoded; charset=utf-8',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
  ],
  ...[
    'text/plain',
    'text/html',
    'application/xml',
    'application/javascript',
    'application/octet-stream',
    'application/x-ndjson',
    'application/cbor',
    'application/jwt',
  ],
  ...[
    '',
    ';',
    '/',
    '*/*',
    'application/*',
    'json',
    'application',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    '\xffapplication/json',
    '"application/json"',
  ],
];

describe('content types that are written to mislead', () => {
  let app: TestApp;
  let token: string;
  let count = 0;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
  });

  afterAll(() => app.close());

  const send = (target: string, body: string | Buffer, types: readonly string[], method = 'POST') =>
    rawRequest(app.url, {
      method,
      target,
      headers: [['Authorization', `Bearer ${token}`], ...types.map((type) => ['Content-Type', type] as const)],
      body,
    });

  const registration = (extra: object = {}) => {
    const username = `person-${count++}`;
    return JSON.stringify({ username, email: `${username}@example.com`, password: GOOD_PASSWORD, ...extra });
  };

  const named = (types: readonly string[]) => types.map((type) => [type, type] as const);

  it('FRW-03: reads a body of no other type than JSON, whatever is in it', async () => {
    const bodies = [
      registration({ roles: ['admin'] }),
      registration(),
      'username=x&password=y&roles=admin',
      '--x\r\n\r\n--x--',
    ];
    const verdict = async (type: string) => {
      for (const body of bodies) {
        const answer = await send('/auth/register', body, [type]);
        if (answer.status !== 415) return faultOf(answer) ?? `${answer.status} ${answer.text}`;
        if (answer.headers.get('accept') !== 'application/json') return 'does not say what it takes';
      }
      return null;
    };
    expect(await complaints(named(OTHERS), verdict)).toEqual([]);
  });

  it('FRW-03: does so at every route that reads a body', async () => {
    const routes = [
      ...['/auth/login', '/auth/refresh', '/auth/password', '/notes', '/auth/logout', '/auth/logout-all'].map(
        (path) => ['POST', path] as const,
      ),
      ...[
        ['PATCH', '/auth/me'],
        ['PATCH', '/notes/x'],
        ['DELETE', '/notes/x'],
        ['OPTIONS', '/notes'],
        ['POST', '/nowhere'],
      ].map(([method, path]) => [method!, path!] as const),
    ];
    const types = [
      'text/plain',
      'application/json;',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ];
    const cases = routes.flatMap(([method, path]) =>
      types.map((type) => [`${method} ${path} ${type}`, [method, path, type]] as const),
    );
    const verdict = async ([method, path, type]: readonly string[]) => {
      const answer = await send(path!, '{"title":"x","body":"x","roles":["admin"]}', [type!], method);
      return faultOf(answer) ?? ([415, 404, 405].includes(answer.status) ? null : `${answer.status} ${answer.text}`);
    };
    expect(await complaints(cases, verdict)).toEqual([]);
  });

  it('FRW-03: validates every spelling that it takes in the same way', async () => {
    const taken = [
      'application/json',
      'Application/JSON',
      'APPLICATION/JSON',
      ' application/json',
      'application/json ',
      '\tapplication/json\t',
      'application/json;charset=utf-8',
      'application/json; charset=UTF-8',
      'application/json; charset="utf-8"',
    ];
    for (const type of taken) {
      expect([type, (await send('/auth/register', registration(), [type])).status]).toEqual([type, 201]);
      const refused = await send('/auth/register', registration({ roles: ['admin'] }), [type]);
      expect([type, refused.status, refused.body.code]).toEqual([type, 400, 'validation_failed']);
    }
  });

  it('FRW-03: of two types neither leads around the rules', async () => {
    const pairs = [
      ['application/json', 'text/plain'],
      ['text/plain', 'application/json'],
      ['application/json', 'application/json'],
      ['application/json', 'application/json; x'],
    ];
    const verdict = async (types: readonly string[]) => {
      const answer = await send('/auth/register', registration({ roles: ['admin'] }), types);
      return faultOf(answer) ?? ([400, 415].includes(answer.status) ? null : `${answer.status} ${answer.text}`);
    };
    expect(
      await complaints(
        pairs.map((pair) => [pair.join(' and '), pair] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('FRW-03: guesses no type where none is named', async () => {
    expect((await send('/auth/register', registration(), [])).status).toBe(415);
    expect((await send('/auth/login', registration(), [])).status).toBe(415);
    expect((await send('/notes', '{"title":"x","body":"x"}', [])).status).toBe(415);
  });

  it('FRW-03: reads JSON in one way only', async () => {
    const person = registration().slice(1, -1);
    const texts: readonly (string | Buffer)[] = [
      ...[
        `{${person},}`,
        `{${person}}x`,
        `{${person}}{}`,
        `{${person}}\0`,
        `//x\n{${person}}`,
        `{/**/${person}}`,
        `{${person.replaceAll('"', "'")}}`,
      ],
      ...[
        `)]}'\n{${person}}`,
        `while(1);{${person}}`,
        `{${person},"x":NaN}`,
        `{${person},"x":01}`,
        `{${person},"x":+1}`,
        `{${person},"x":.5}`,
        `{${person},"x":"\t"}`,
      ],
      ...['', ' ', '{', '{"', 'nul', 'undefined', '\0', '\xff\xfe{\0}\0'],
      Buffer.from(`{${person}}`, 'utf16le'),
    ];
    const verdict = async (body: string | Buffer) => {
      const answer = await send('/auth/register', body, ['application/json']);
      return faultOf(answer) ?? (answer.status === 400 ? null : `${answer.status} ${answer.text}`);
    };
    expect(
      await complaints(
        texts.map((text) => [JSON.stringify(text.toString()).slice(0, 60), text] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('FRW-03: never signs in by a form that a page of another site can post without asking', async () => {
    const body = JSON.stringify({ username: 'alice', password: GOOD_PASSWORD });
    // Fetch standard §2.2.2: these three types need no preflight.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await send('/auth/login', body, [type]);
      expect([answer.status, answer.body.access_token]).toEqual([415, undefined]);
    }
  });

  it('INJ-02: answers in JSON that no browser takes for a page, whatever is asked for and whatever is in it', async () => {
    const html = '<script>alert(1)</script>';
    const accepts = [
      'text/html',
      'text/html;q=1, */*;q=0',
      'application/xhtml+xml',
      'image/svg+xml',
      'text/javascript',
      '',
      '*',
      'x/y;;',
      html,
    ];
    const targets = [
      `/${html}`,
      `/x?q=${html}`,
      `/protected?error=${html}&error_description=${html}`,
      `/notes/${html}`,
      `/notes?cursor=${html}`,
      `/protected?callback=alert`,
      `/%zz${html}`,
    ];
    for (const target of targets) {
      for (const accept of accepts) {
        const headers = [
          ['Accept', accept],
          ['Authorization', `Bearer ${token}`],
          ['Referer', html],
          ['User-Agent', html],
        ] as const;
        const answer = await rawRequest(app.url, { target, headers });
        expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
        expect(answer.text.startsWith('{')).toBe(true);
      }
    }
  });

  it('INJ-03: gives stored markup back as data, in JSON that no browser takes for a page', async () => {
    const html = `"><svg/onload=alert(1)>'\`{{7*7}}\${7*7}</script>=cmd|' /C calc'!A0`;
    const made = await app.withToken(token).post('/notes', { title: html, body: html });
    const profile = await app.withToken(token).patch('/auth/me', { displayName: html });
    for (const answer of [made, await app.withToken(token).get(`/notes/${made.body.id as string}`), profile]) {
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(Object.values(answer.body as object)).toContain(html);
    }
  });
});
