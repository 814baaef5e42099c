import { Reader } from '../../src/database/reader';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { RouteTable } from '../../src/http/route-table';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { encode, takeApart } from '../support/forged-jwt';
import { type RawAnswer, rawRequest } from '../support/raw-http';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { complaints, faultOf } from '../support/verdicts';

const BODY_LIMIT = 65_536;

/** Processor time that one request may take, in milliseconds; usual are 1 to 10. A quadratic reader of 64 kB takes a multiple. */
const MOST_WORK = 100;

describe('requests that are small and want to make much work', () => {
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    app = await createTestApp({ env: { ...ROOMY_LIMITS, TOKEN_COOKIES: 'on' } });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
  });

  afterAll(() => app.close());

  const bearer = () => ['Authorization', `Bearer ${token}`] as const;
  const JSON_TYPE = ['Content-Type', 'application/json'] as const;

  const posts = () =>
    app
      .resolve(RouteTable)
      .all()
      .filter(({ methods }) => methods.includes('POST'))
      .map(({ pattern }) => pattern);

  it('DOS-03, INJ-14: answers bodies that are deep or have many parts with 400, after work in proportion to their size', async () => {
    const fill = (part: string, before = '', after = '') =>
      before + part.repeat(Math.floor((BODY_LIMIT - before.length - after.length) / part.length)) + after;
    const names = Array.from({ length: 9_000 }, (_none, index) => `"${index.toString(36)}":1`);
    const bodies: readonly (readonly [string, string])[] = [
      ['lists, open', fill('[')],
      ['lists', '['.repeat(32_000) + ']'.repeat(32_000)],
      ['objects', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
      ['objects in a field', `{"username":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
      ['lists in a field', `{"username":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
      ['many names', `{${names.join()}}`.slice(0, BODY_LIMIT)],
      ['many different fields', `{${names.slice(0, 7_000).join()}}`],
      ['many fields in a field', `{"username":{${names.slice(0, 7_000).join()}}}`],
      ['the same field again and again', fill('"a":1,', '{', '"a":1}')],
      ['many items', fill('1,', '[', '1]')],
      ['many items in a field', fill('1,', '{"username":[', '1]}')],
      ['a long number', fill('9', '{"username":', '}')],
      ['spaces', fill(' ', '', '{}')],
      ['poison, deep', `{"username":${'{"a":'.repeat(8_000)}{"__proto__":1}${'}'.repeat(8_000)}}`],
    ];
    const cases = [...bodies].flatMap(([name, body]) =>
      posts().map((target) => [`${name} to ${target}`, { target, body }] as const),
    );
    const verdict = ({ target, body }: { target: string; body: string }) =>
      costOf(() => rawRequest(app.url, { method: 'POST', target, headers: [bearer(), JSON_TYPE], body }));
    await verdict({ target: '/auth/login', body: '{}' });
    expect(await complaints(cases, verdict)).toEqual([]);
  }, 20_000);

  it('INJ-14: reads texts made for backtracking in time in proportion to their length, in every field and header', async () => {
    const patterns = [
      'a',
      ' ',
      '(',
      '@',
      '"',
      '.',
      '=',
      'a@',
      'a.',
      '=?',
      '%',
      '\u00e9',
      'ﬁ',
      '../',
      'Bearer ',
      ';',
      ',',
      '-',
      '1',
    ];
    const texts = patterns.flatMap((pattern) =>
      [1_000, 10_000, 50_000].map((length) => `${pattern.repeat(length / pattern.length)}!`),
    );
    const fields: readonly (readonly [string, string, string])[] = [
      ...['username', 'password'].map((field) => ['POST', '/auth/login', field] as const),
      ...['username', 'email', 'password', 'displayName'].map((field) => ['POST', '/auth/register', field] as const),
      ...['displayName', 'email'].map((field) => ['PATCH', '/auth/me', field] as const),
      ['POST', '/auth/refresh', 'refresh_token'],
    ];
    const base = { username: 'new', email: 'new@example.com', password: 'short' };
    const inField = async ([method, target, field, text]: readonly string[]) => {
      const whole = target === '/auth/register' ? { ...base, [field!]: text } : { username: 'x', [field!]: text };
      const body = Buffer.from(
        JSON.stringify(
          target === '/auth/login'
            ? { password: '', ...whole }
            : target === '/auth/refresh' || method === 'PATCH'
              ? { [field!]: text }
              : whole,
        ),
      );
      return costOf(() =>
        rawRequest(app.url, { method: method!, target: target!, headers: [bearer(), JSON_TYPE], body }),
      );
    };
    const inHeader = async ([name, text]: readonly string[]) =>
      costOf(() => rawRequest(app.url, { target: '/jwks.json', headers: [[name!, text!]] }));
    const headers = [
      'Authorization',
      'Cookie',
      'User-Agent',
      'X-Request-Id',
      'Accept',
      'If-None-Match',
      'Content-Type',
      'Host',
      'Origin',
    ];
    const cases = [
      ...texts.flatMap((text) =>
        fields.map(
          ([method, target, field]) =>
            [
              `${target} ${field} ${text.slice(0, 6)} ${text.length}`,
              () => inField([method, target, field, text]),
            ] as const,
        ),
      ),
      ...texts
        .filter((text) => text.length < 15_000 && /^[ -~]*$/.test(text))
        .flatMap((text) =>
          headers.map((name) => [`${name} ${text.slice(0, 6)} ${text.length}`, () => inHeader([name, text])] as const),
        ),
    ];
    expect(await complaints(cases, (call) => call())).toEqual([]);
  }, 30_000);

  it('DOS-10: garbage tokens and unknown keys cost no statement, no rotation and no look for keys', async () => {
    const good = takeApart(token);
    const tokens = Array.from({ length: 200 }, (_none, index) => {
      const header = [{ ...good.header, kid: `unknown-${index}` }, { ...good.header, alg: 'ES512' }, good.header][
        index % 3
      ];
      return `${encode(header)}.${encode({ ...good.payload, jti: String(index) })}.${encode(Buffer.alloc(index % 2 ? 64 : 132, index))}`;
    });
    const refreshTokens = Array.from({ length: 50 }, (_none, index) => `ghr_${encode(Buffer.alloc(64, index + 1))}`);
    const read = jest.spyOn(app.resolve(Reader), 'query');
    const written = jest.spyOn(app.resolve(UnitOfWork), 'run');
    try {
      for (const garbage of tokens) expect((await app.withToken(garbage).get('/protected')).status).toBe(401);
      const follows = /FROM (changes|revocations|signing_keys|server_secrets|logout_notices)\b/;
      const statements = () => read.mock.calls.map(([sql]) => sql).filter((sql) => !follows.test(sql));
      expect([statements(), written.mock.calls.length]).toEqual([[], 0]);
      // Refresh tokens count against the address; points for that are leased many at a time, so few statements are needed.
      for (const garbage of refreshTokens) {
        expect((await app.post('/auth/refresh', { refresh_token: garbage })).status).toBe(401);
      }
      expect(statements()).toEqual([]);
      expect(written.mock.calls.length).toBeLessThan(2 * refreshTokens.length);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('DOS-06, DOS-10: addresses that nobody has do not grow what the server remembers or shows', async () => {
    const admin = await app.asUser({ roles: ['admin'] });
    const metrics = async () =>
      (await admin.get('/metrics')).text.split('\n').filter((line) => line.startsWith('http_'));
    await app.get('/first-of-its-kind');
    await app.withToken(token).get('/notes/first');
    await metrics();
    const before = await metrics();
    for (let index = 0; index < 200; index++) {
      await rawRequest(app.url, {
        target: `/x${index}?y=${index}`,
        headers: [
          ['X-Request-Id', `r${index}`],
          ['User-Agent', `u${index}`],
        ],
      });
    }
    for (let index = 0; index < 20; index++) await app.withToken(token).get(`/notes/n${index}`);
    expect(before.length).toBeGreaterThan(20);
    const known = new Set(before.map((line) => line.replace(/ [\d.e+-]+$/, '')));
    expect((await metrics()).map((line) => line.replace(/ [\d.e+-]+$/, '')).filter((line) => !known.has(line))).toEqual(
      [],
    );
  });
});

/**
 * What is wrong with an answer to a costly request, or null. The cost is the processor time of client and server together, which
 * does not depend on how busy the machine is; what seems too much is tried again, since a collection of garbage may have come between.
 */
async function costOf(call: () => Promise<RawAnswer>, attempts = 10): Promise<string | null> {
  const begun = process.cpuUsage();
  const answer = await call();
  const { user, system } = process.cpuUsage(begun);
  const milliseconds = (user + system) / 1_000;
  if (milliseconds > MOST_WORK) return attempts > 1 ? costOf(call, attempts - 1) : `${milliseconds} ms`;
  return faultOf(answer) ?? (answer.text.length > 8_192 ? `an answer of ${answer.text.length} characters` : null);
}
