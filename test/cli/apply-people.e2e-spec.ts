import { stringify } from 'yaml';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { EVERYTHING_SAID } from '../support/everything-about-alice';
import { openConfiguration } from '../support/open-configuration';

const ALICE = {
  preferred_username: 'alice',
  email: 'alice@example.com',
  email_verified: true,
  name: 'Alice Liddell',
  ...EVERYTHING_SAID,
  phone_number_verified: true,
  roles: ['admin'],
  password: GOOD_PASSWORD,
};

describe('the people of a file', () => {
  let app: TestApp;
  let setUp: Awaited<ReturnType<typeof openConfiguration>>;

  beforeAll(async () => {
    app = await createTestApp();
    setUp = await openConfiguration(app.database);
  });

  afterAll(async () => {
    await setUp.close();
    await app.close();
  });

  const apply = (...users: object[]) =>
    setUp.configuration.apply(stringify({ users }), { prune: false, dryRun: false });
  const changed = async (user: object) =>
    (await apply(user)).changes.flatMap(({ fields }) => fields.map(({ name }) => name)).sort();
  const alice = async () => {
    const { body } = await app.login('alice');
    return app.withToken(body.access_token as string);
  };

  it('have every standard claim, and are exported with all of them (OpenID Connect Core §5.1)', async () => {
    await apply(ALICE);
    expect((await (await alice()).get('/auth/me')).body).toMatchObject({
      displayName: 'Alice Liddell',
      emailVerified: true,
      phoneNumberVerified: true,
      claims: EVERYTHING_SAID,
    });
    const { password: _password, ...said } = ALICE;
    const exported = (await setUp.configuration.export()) as { users: object[] };
    expect(exported.users[0]).toMatchObject(said);
    expect((await apply(ALICE)).changes).toEqual([]);
    expect((await apply(...exported.users)).changes).toEqual([]);
  });

  it('lose a claim that the file does not say any more, and keep what was confirmed', async () => {
    await apply(ALICE);
    const { nickname: _nickname, email_verified: _verified, ...less } = ALICE;
    expect(await changed(less)).toEqual(['nickname']);
    expect((await (await alice()).get('/auth/me')).body).toMatchObject({ emailVerified: true });
    expect(await changed({ ...less, email_verified: false })).toEqual(['email_verified']);
    expect((await (await alice()).get('/auth/me')).body).toMatchObject({ emailVerified: false });
  });

  it('have an unconfirmed address or number once it is another one, whoever changes it, and still where it is changed back', async () => {
    await apply(ALICE);
    const own = await alice();
    await own.patch('/auth/me', { claims: { phone_number: '+44 20 7946 0018' } });
    await own.patch('/auth/me', { email: 'other@example.com', currentPassword: GOOD_PASSWORD });
    const expected = { emailVerified: false, phoneNumberVerified: false };
    expect((await own.get('/auth/me')).body).toMatchObject(expected);
    await own.patch('/auth/me', { claims: { phone_number: ALICE.phone_number } });
    await own.patch('/auth/me', { email: ALICE.email, currentPassword: GOOD_PASSWORD });
    expect((await own.get('/auth/me')).body).toMatchObject(expected);
    await apply(ALICE);
    const { email_verified: _email, phone_number_verified: _phone, ...silent } = ALICE;
    await apply({ ...silent, email: 'third@example.com', phone_number: '+44 20 7946 0999' });
    expect((await own.get('/auth/me')).body).toMatchObject(expected);
  });

  it('are refused with the place of each fault', async () => {
    const faulty = {
      ...ALICE,
      birthdate: 'soon',
      address: { planet: 'Earth' },
      picture: 'http://alice.example.com/me.png',
    };
    const failure = await apply(faulty).then(
      () => '',
      (error: unknown) => String((error as Error).message) + JSON.stringify(error),
    );
    for (const name of ['birthdate', 'address', 'picture']) expect(failure).toContain(name);
    const { phone_number: _number, ...without } = ALICE;
    await expect(apply(without)).rejects.toThrow();
  });
});
