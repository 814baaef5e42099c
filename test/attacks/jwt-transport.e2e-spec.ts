import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { type RawAnswer, rawRequest } from '../support/raw-http';
import { complaints, faultOf, notInvalidToken } from '../support/verdicts';

type Header = readonly [name: string, value: string];

describe('malformed credentials', () => {
  let app: TestApp;
  let token: string;
  let cookies: Readonly<Record<string, string>>;

  beforeAll(async () => {
    app = await createTestApp({ env: { TOKEN_COOKIES: 'on' } });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
    const login = { username: 'alice', password: GOOD_PASSWORD, cookies: true };
    const set = (await app.post('/auth/login', login)).headers.getSetCookie();
    cookies = Object.fromEntries(
      set.map((cookie) => cookie.split(';')[0]!.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
  });

  afterAll(() => app.close());

  const call = (headers: readonly Header[], target = '/protected', method = 'GET') =>
    rawRequest(app.url, { method, target, headers });

  /** A refusal of any kind; what matters is that nobody gets in and nothing breaks. */
  const shut = (statuses: readonly number[]) => (answer: RawAnswer) => {
    if (answer.text.includes('This is a protected route')) return 'let in';
    return faultOf(answer) ?? (statuses.includes(answer.status) ? null : `${answer.status} ${answer.text}`);
  };

  it('lets in the header and the cookie from which the others are made', async () => {
    expect((await call([['Authorization', `Bearer ${token}`]])).status).toBe(200);
    expect((await call([['Authorization', `bEaReR   ${token}  `]])).status).toBe(200);
    expect((await call([['Cookie', `access_token=${cookies.access_token}`]])).status).toBe(200);
  });

  it('JWT-24: answers a Bearer header that holds no token with invalid_token, in whatever form it comes', async () => {
    const values = [
      ...[
        'Bearer',
        'bearer',
        'Bearer %',
        'Bearer a.b',
        'Bearer a.b.c',
        'Bearer a.b.c.d',
        'Bearer .',
        'Bearer ..',
        'Bearer ...',
      ],
      ...[
        'Bearer =',
        'Bearer ==',
        'Bearer null',
        'Bearer undefined',
        'Bearer [object Object]',
        'Bearer {}',
        'Bearer ""',
      ],
      ...['Bearer \xff\xfe', 'Bearer \xc3\x28', 'Bearer \xe2\x80\xa8', `Bearer ${token} x`, `Bearer x ${token}`],
      ...[`Bearer ${token}, Bearer ${token}`, `Bearer ${token};`, `Bearer <${token}>`, `Bearer token="${token}"`],
      ...[
        `Bearer\t${token}`,
        `Bearer \t${token}`,
        `Bearer,${token}`,
        `Bearer:${token}`,
        `Bearer=${token}`,
        `Bearer"${token}"`,
      ],
      ...[
        `Bearer ${'a'.repeat(8_193)}`,
        `Bearer ${'.'.repeat(8_000)}`,
        `Bearer${' '.repeat(8_000)}!`,
        `Bearer ${'='.repeat(8_000)}`,
      ],
      ...['Bearer __proto__', 'Bearer eyJ.eyJ.x', `Bearer ${'eyJ'.repeat(2_000)}.e30.AA`],
    ];
    const cases = values.map((value) => [value.slice(0, 80), value] as const);
    const verdict = async (value: string) => notInvalidToken(await call([['Authorization', value]]));
    expect(await complaints(cases, verdict)).toEqual([]);
  });

  it('JWT-24: takes no other scheme for Bearer', async () => {
    const values = [
      ...[
        '',
        ' ',
        token,
        `Basic ${token}`,
        'Basic Bearer x',
        `Basic Bearer ${token}`,
        `DPoP ${token}`,
        `Token ${token}`,
      ],
      ...[
        `JWT ${token}`,
        `XBearer ${token}`,
        `BearerX ${token}`,
        `Bearer-${token}`,
        `Digest ${token}`,
        `"Bearer" ${token}`,
      ],
      ...['Basic %%%', 'Basic Og==', 'Negotiate AA==', `access_token=${token}`, '\xff', `b\xe9arer ${token}`],
    ];
    const cases = values.map((value) => [value.slice(0, 80), value] as const);
    expect(await complaints(cases, async (value) => shut([401])(await call([['Authorization', value]])))).toEqual([]);
  });

  it('JWT-24: takes one Authorization header and one token', async () => {
    const bad = 'Bearer a.b.c';
    const pairs: readonly (readonly Header[])[] = [
      [
        ['Authorization', `Bearer ${token}`],
        ['Authorization', bad],
      ],
      [
        ['Authorization', bad],
        ['Authorization', `Bearer ${token}`],
      ],
      [
        ['authorization', `Bearer ${token}`],
        ['AUTHORIZATION', `Bearer ${token}`],
      ],
      [
        ['Authorization', `Bearer ${token}`],
        ['Cookie', 'access_token=a.b.c'],
      ],
      [
        ['Authorization', bad],
        ['Cookie', `access_token=${cookies.access_token}`],
      ],
    ];
    const cases = pairs.map((headers) => [JSON.stringify(headers).slice(0, 90), headers] as const);
    expect(await complaints(cases, async (headers) => shut([400, 401])(await call(headers)))).toEqual([]);
  });

  it('JWT-24: refuses what no header may hold before anything looks at it', async () => {
    const headers: readonly Header[] = [
      ['Authorization', `Bearer \0${token}`],
      ['Authorization', `Bearer ${token}\0`],
      ['Authorization', `Bearer ${token}\x01`],
      ['Authorization', `Bearer ${token}\x7f`],
      ['Authorization', `Bearer ${token}\n x: y`],
      ['Authorization', `Bearer ${token}\r x`],
      ['Authorization', `Bearer ${'a'.repeat(65_536)}`],
      ['Authorization ', `Bearer ${token}`],
      ['Authorization\0', `Bearer ${token}`],
      ['Author\xefzation', `Bearer ${token}`],
      ['Cookie', `access_token=${'a'.repeat(65_536)}`],
      ['Cookie', 'access_token=\0'],
    ];
    const cases = headers.map((header) => [JSON.stringify(header).slice(0, 90), header] as const);
    expect(await complaints(cases, async (header) => shut([400, 401, 431])(await call([header])))).toEqual([]);
  });

  it('JWT-24: takes the token from the places that are documented, and from no other', async () => {
    const { access_token } = cookies;
    const targets = [
      ...[`?access_token=${token}`, `?access_token[]=${token}`, `?token=${token}`, `?authorization=Bearer%20${token}`],
      ...[
        `?bearer=${token}`,
        `?jwt=${token}`,
        `?auth_token=${token}`,
        `?%61ccess_token=${token}`,
        `#access_token=${token}`,
      ],
    ].map((end) => `/protected${end}`);
    const headers: readonly Header[] = [
      ['X-Access-Token', token],
      ['X-Authorization', `Bearer ${token}`],
      ['X-Forwarded-Authorization', `Bearer ${token}`],
      ['Proxy-Authorization', `Bearer ${token}`],
      ['Authentication', `Bearer ${token}`],
      ['X-Forwarded-User', 'alice'],
      ['X-Remote-User', 'alice'],
      ['Remote-User', 'alice'],
      ['Sec-WebSocket-Protocol', `bearer, ${token}`],
      ['Cookie', `token=${access_token}`],
      ['Cookie', `Access_Token=${access_token}`],
      ['Cookie', `__Host-access_token=${access_token}`],
      ['Cookie', `jwt=${access_token}; session=${access_token}; authorization=Bearer ${access_token}`],
      ['Cookie2', `access_token=${access_token}`],
    ];
    const verdict = shut([400, 401]);
    expect(
      await complaints(
        targets.map((one) => [one.slice(0, 60), one] as const),
        async (one) => verdict(await call([], one)),
      ),
    ).toEqual([]);
    expect(
      await complaints(
        headers.map((one) => [one.join(), one] as const),
        async (one) => verdict(await call([one])),
      ),
    ).toEqual([]);
    const form = await rawRequest(app.url, {
      method: 'POST',
      target: '/notes',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: `access_token=${token}&title=x&body=y`,
    });
    expect([401, 415]).toContain(form.status);
  });

  it('JWT-24: answers malformed cookies like missing ones, or with invalid_token', async () => {
    const values = [
      ...[
        'access_token=%',
        'access_token=%zz',
        'access_token="',
        'access_token=""',
        'access_token=\x80',
        'access_token=\xff\xfe',
      ],
      ...[
        'access_token',
        'access_token=',
        '=',
        ';',
        ';;;;',
        '=;=',
        '=access_token',
        'access_token==',
        'access_token=a.b.c',
      ],
      ...['__proto__=x', 'constructor=x', '__proto__=x; access_token=%E0%A4%A', 'access_token=%00', 'access_token[]=x'],
      ...[`access_token="${cookies.access_token}`, `access_token=${cookies.access_token}%0a`, 'a=b; '.repeat(2_000)],
      ...[`access_token=a.b.c; access_token=${cookies.access_token}`, `access_token=${cookies.refresh_token}`],
    ];
    const cases = values.map((value) => [value.slice(0, 60), value] as const);
    expect(await complaints(cases, async (value) => shut([401])(await call([['Cookie', value]])))).toEqual([]);
  });

  it('JWT-24: takes a credential cookie for a change only together with the token of its session', async () => {
    const cookie: Header = ['Cookie', `access_token=${cookies.access_token}; csrf_token=${cookies.csrf_token}`];
    const values = [
      '',
      ' ',
      'null',
      'undefined',
      cookies.csrf_token!.slice(0, -1),
      `${cookies.csrf_token}=`,
      `${cookies.csrf_token}A`,
    ];
    const verdict = async (headers: readonly Header[]) =>
      shut([403])(await call([cookie, ['Content-Length', '0'], ...headers], '/auth/logout-all', 'POST'));
    const cases = values.map((value) => [value, [['X-CSRF-Token', value]]] as const);
    expect(await complaints(cases as readonly (readonly [string, readonly Header[]])[], verdict)).toEqual([]);
    expect(await verdict([])).toBeNull();
    const twice: readonly Header[] = [
      ['X-CSRF-Token', cookies.csrf_token!],
      ['X-CSRF-Token', 'x'],
    ];
    expect(await verdict(twice)).toBeNull();
    expect((await call([cookie])).status).toBe(200);
  });

  it('JWT-24: refuses a malformed credential at a route that would do without one', async () => {
    for (const value of [`Bearer\t${token}`, 'Bearer', 'Bearer %', `Bearer,${token}`, 'Bearer a.b.c']) {
      const answer = await call(
        [
          ['Authorization', value],
          ['Content-Length', '0'],
        ],
        '/auth/logout',
        'POST',
      );
      expect([value, notInvalidToken(answer)]).toEqual([value, null]);
    }
  });
});
