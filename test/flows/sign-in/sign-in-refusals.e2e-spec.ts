import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer } from '../../support/test-client';

describe('signing in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    await app.register('alice', { email: 'Alice.Liddell@example.com' });
    await app.register('ñandú', { email: 'nandu@example.com', password: 'Ünïcödé-häuser-9' });
  });

  afterAll(() => app.close());

  const withoutRequest = ({ status, headers, body }: Answer) => {
    const { requestId, ...rest } = body as Record<string, unknown>;
    expect(requestId).toEqual(expect.any(String));
    return { status, challenge: headers.get('www-authenticate'), body: rest };
  };

  describe('takes', () => {
    it.each([
      ['the user name', 'alice'],
      ['the user name in another case', 'ALICE'],
      ['the user name in full-width letters', 'ａｌｉｃｅ'],
      ['the e-mail address', 'Alice.Liddell@example.com'],
      ['the e-mail address in another case', 'alice.LIDDELL@EXAMPLE.com'],
    ])('%s', async (_case, username) => {
      const answer = await app.login(username);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('set-cookie')).toBeNull();
    });

    it('a password however its accents were typed', async () => {
      for (const form of ['NFC', 'NFD'] as const) {
        const answer = await app.login('ñandú'.normalize(form), 'Ünïcödé-häuser-9'.normalize(form));
        expect(answer.status).toBe(200);
      }
    });
  });

  it('answers a second click with a second session, and the first goes on', async () => {
    const [first, second] = [await app.login('alice'), await app.login('alice')];
    expect(second.body.access_token).not.toBe(first.body.access_token);
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
    for (const { body } of [first, second]) {
      expect((await app.withToken(body.access_token as string).get('/auth/me')).status).toBe(200);
    }
  });

  it('gives one and the same answer whatever was wrong (AUT-01)', async () => {
    const wrong = withoutRequest(await app.login('alice', 'not-the-password-1'));
    expect(wrong).toEqual({
      status: 401,
      challenge: 'Bearer',
      body: {
        type: 'http://localhost:3000/problems#invalid_credentials',
        title: 'Wrong user name or password',
        status: 401,
        instance: '/auth/login',
        code: 'invalid_credentials',
      },
    });
    for (const [username, password] of [
      ['nobody', GOOD_PASSWORD],
      ['nobody@example.com', GOOD_PASSWORD],
      ['alice@elsewhere.example', GOOD_PASSWORD],
      ['not a name', GOOD_PASSWORD],
      ['@', GOOD_PASSWORD],
      ['alice\ud800', GOOD_PASSWORD],
      ['x'.repeat(320), GOOD_PASSWORD],
      ['alice', `${GOOD_PASSWORD} `],
      ['alice', GOOD_PASSWORD.toUpperCase()],
      ['alice', `${GOOD_PASSWORD}\ud800`],
      ['alice', 'p'.repeat(1_024)],
      ['alice', '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA'],
      [`alice' OR '1'='1`, `' OR '1'='1`],
    ]) {
      expect(withoutRequest(await app.login(username!, password))).toEqual(wrong);
    }
  });

  describe('points at', () => {
    const good = { username: 'alice', password: GOOD_PASSWORD };

    it.each<[string, unknown, string[]]>([
      ['a missing user name', { password: GOOD_PASSWORD }, ['#/username']],
      ['a missing password', { username: 'alice' }, ['#/password']],
      ['both', {}, ['#/username', '#/password']],
      ['an empty user name', { ...good, username: '' }, ['#/username']],
      ['an empty password', { ...good, password: '' }, ['#/password']],
      ['a null password', { ...good, password: null }, ['#/password']],
      ['a password that is true', { ...good, password: true }, ['#/password']],
      ['a user name that is a list', { ...good, username: ['alice'] }, ['#/username']],
      ['a user name that is an object', { ...good, username: { alice: 1 } }, ['#/username']],
      ['a user name of 321 characters', { ...good, username: 'x'.repeat(321) }, ['#/username']],
      ['a password of 1,025 characters', { ...good, password: 'x'.repeat(1_025) }, ['#/password']],
      ['a user name with NUL', { ...good, username: 'alice\u0000' }, ['#/username']],
      ['cookies that are a text', { ...good, cookies: 'yes' }, ['#/cookies']],
      ['cookies that are null', { ...good, cookies: null }, ['#/cookies']],
      ['a field that does not exist', { ...good, scope: 'admin' }, ['#/scope']],
      ['a list', [good], ['#']],
      ['no body', undefined, ['#']],
    ])('%s', async (_case, body, pointers) => {
      const answer = await app.post('/auth/login', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect((answer.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
      expect(answer.text).not.toContain(GOOD_PASSWORD);
    });
  });

  it('refuses what is no JSON, a form, and another method', async () => {
    const broken = await app.post('/auth/login', '{');
    expect([broken.status, broken.body.code]).toEqual([400, 'malformed_json']);
    const form = await app.post('/auth/login', `username=alice&password=${GOOD_PASSWORD}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([form.status, form.body.code]).toEqual([415, 'unsupported_media_type']);
    expect((await app.get('/auth/login')).status).toBe(405);
  });

  it('takes no name and password out of the query string', async () => {
    const answer = await app.post(`/auth/login?username=alice&password=${GOOD_PASSWORD}`, {});
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.text).not.toContain(GOOD_PASSWORD);
  });
});
