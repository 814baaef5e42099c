import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer } from '../../support/test-client';

const pointersOf = ({ body }: Answer) => (body.errors as { pointer: string }[]).map(({ pointer }) => pointer);

describe('registering', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
  });

  afterAll(() => app.close());

  const register = (fields: Readonly<Record<string, unknown>>) =>
    app.post('/auth/register', {
      username: 'somebody',
      email: 'somebody@example.com',
      password: GOOD_PASSWORD,
      ...fields,
    });

  const accounts = async () => {
    const rows = await openRows(app.database);
    const users = await rows.query<{ username: string; email: string }>('SELECT username, email FROM users');
    await rows.close();
    return users;
  };

  it('makes an account, says where it is, and shows it without the password', async () => {
    const answer = await register({ username: 'alice', email: 'Alice@Example.com', displayName: '  Alice Liddell ' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/auth/me');
    expect(answer.body).toEqual({
      id: expect.any(String) as string,
      username: 'alice',
      email: 'Alice@Example.com',
      displayName: 'Alice Liddell',
      roles: [],
      emailVerified: false,
      phoneNumberVerified: false,
      claims: {},
    });
    expect(answer.text).not.toContain(GOOD_PASSWORD);
  });

  it('stores the password as an argon2id hash with its parameters, and nowhere in clear', async () => {
    await app.register('hashed');
    const rows = await openRows(app.database);
    const [stored] = await rows.query<{ hash: string }>(
      `SELECT hash FROM password_credentials WHERE user_id = (SELECT id FROM users WHERE username = 'hashed')`,
    );
    await rows.close();
    expect(stored!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(stored!.hash).not.toContain(GOOD_PASSWORD);
  });

  it('answers a second click with 409 and leaves the first account as it is', async () => {
    expect((await app.register('twice')).status).toBe(201);
    const second = await app.register('twice', { password: 'another-harbour-7-candle' });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'identity_taken', status: 409 });
    expect((await app.login('twice')).status).toBe(200);
    expect((await app.login('twice', 'another-harbour-7-candle')).status).toBe(401);
  });

  describe('finds an identity taken, and does not say which of the two it is, where', () => {
    beforeAll(async () => {
      await register({ username: 'Bob.Straße', email: 'bob.builder@bücher.example' });
      await register({ username: 'сосо', email: 'coco@example.com' });
    });

    it.each([
      ['the user name is the same', { username: 'Bob.Straße', email: 'x1@example.com' }],
      ['the user name has another case', { username: 'BOB.STRASSE', email: 'x2@example.com' }],
      ['the user name is in full-width letters', { username: 'Ｂｏｂ.Ｓｔｒａｓｓｅ', email: 'x3@example.com' }],
      ['the user name looks the same in another script', { username: 'coco', email: 'x4@example.com' }],
      ['the e-mail address is the same', { username: 'free1', email: 'bob.builder@bücher.example' }],
      ['the e-mail address has another case', { username: 'free2', email: 'BOB.Builder@BÜCHER.example' }],
      ['the domain is written in its ASCII form', { username: 'free3', email: 'bob.builder@xn--bcher-kva.example' }],
      ['both belong to two people', { username: 'bob.strasse', email: 'coco@example.com' }],
    ])('%s', async (_case, fields) => {
      const before = await accounts();
      const answer = await register(fields);
      expect(answer.status).toBe(409);
      expect(answer.body.code).toBe('identity_taken');
      expect(answer.body.errors).toBeUndefined();
      expect(answer.body.detail).toBeUndefined();
      expect(await accounts()).toHaveLength(before.length);
    });
  });

  describe('points at', () => {
    it.each<[string, Readonly<Record<string, unknown>>, string[]]>([
      ['a missing user name', { username: undefined }, ['#/username']],
      ['an empty user name', { username: '' }, ['#/username']],
      ['a user name that is a number', { username: 7 }, ['#/username']],
      ['a user name that is a list', { username: ['dave'] }, ['#/username']],
      ['a user name that is null', { username: null }, ['#/username']],
      ['a user name of 65 characters', { username: 'a'.repeat(65) }, ['#/username']],
      ['a user name of 10,000 characters', { username: 'a'.repeat(10_000) }, ['#/username']],
      ['a user name with a space', { username: 'dave jones' }, ['#/username']],
      ['a user name with an invisible character', { username: 'da\u200bve' }, ['#/username']],
      ['a user name with half a character', { username: 'dave\ud800' }, ['#/username']],
      ['a user name with NUL', { username: 'dave\u0000' }, ['#/username']],
      ['a user name of mixed scripts', { username: 'dаve' }, ['#/username']],
      ['a user name that is an e-mail address', { username: 'dave@example.com' }, ['#/username']],
      ['a user name that speaks for the service', { username: 'Support' }, ['#/username']],
      ['an e-mail address without a domain', { email: 'dave' }, ['#/email']],
      ['an e-mail address that is an object', { email: { $ne: null } }, ['#/email']],
      ['an e-mail address of 300 characters', { email: `${'d'.repeat(300)}@example.com` }, ['#/email']],
      ['a short password', { password: 'a8!kd2x' }, ['#/password']],
      ['a password of 257 characters', { password: 'xk4!'.repeat(64) + 'z' }, ['#/password']],
      ['a password of 2,000 characters', { password: 'xk4!'.repeat(500) }, ['#/password']],
      ['a common password', { password: 'password1' }, ['#/password']],
      ['a password made of the user name', { username: 'somebodyelse', password: 'somebodyelse1' }, ['#/password']],
      ['a password that is true', { password: true }, ['#/password']],
      ['a display name of 101 characters', { displayName: 'd'.repeat(101) }, ['#/displayName']],
      ['a display name with a line break', { displayName: 'Dave\nJones' }, ['#/displayName']],
      ['a display name that turns the text round', { displayName: 'Dave \u202eevaD' }, ['#/displayName']],
      ['a display name that is a number', { displayName: 5 }, ['#/displayName']],
      ['roles, which nobody gives themselves', { roles: ['admin'] }, ['#/roles']],
      ['a field that does not exist', { 'is/admin~': 1 }, ['#/is~1admin~0']],
      [
        'all faults at once',
        { username: 'a b', email: 'x', password: 'short', displayName: 'a\u0007' },
        ['#/username', '#/email', '#/displayName', '#/password'],
      ],
    ])('%s', async (_case, fields, pointers) => {
      const answer = await register(fields);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(pointersOf(answer)).toEqual(pointers);
      const { password } = fields;
      if (typeof password === 'string') expect(answer.text).not.toContain(password);
    });

    it.each<[string, unknown]>([
      ['a list', []],
      ['a text', '"alice"'],
      ['null', 'null'],
      ['nothing', undefined],
    ])('the whole body where it is %s', async (_case, body) => {
      const answer = await app.post('/auth/register', body);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(pointersOf(answer)).toEqual(['#']);
    });
  });

  it('takes no display name, null, and an empty one as none', async () => {
    for (const [index, displayName] of [undefined, null, '', '   '].entries()) {
      const answer = await app.register(`nameless${index}`, { displayName });
      expect(answer.status).toBe(201);
      expect(answer.body.displayName).toBeNull();
    }
  });

  it('takes a user name of 64 characters and a password of 256 of any kind', async () => {
    const username = 'w'.repeat(64);
    const password = Array.from({ length: 256 }, (_, index) =>
      String.fromCodePoint(0x1f300 + ((index * 37) % 250)),
    ).join('');
    const answer = await register({ username, email: 'long@example.com', password });
    expect(answer.status).toBe(201);
    expect((await app.login(username, password)).status).toBe(200);
  });

  it('refuses what is no JSON, and a form', async () => {
    const broken = await app.post('/auth/register', '{"username":');
    expect([broken.status, broken.body.code]).toEqual([400, 'malformed_json']);
    const form = await app.post('/auth/register', 'username=alice', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([form.status, form.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('is a POST and nothing else', async () => {
    const answer = await app.get('/auth/register');
    expect([answer.status, answer.body.code]).toEqual([405, 'method_not_allowed']);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});
