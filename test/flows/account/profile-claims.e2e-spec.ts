import { AccountChanges } from '../../../src/auth/account-changes';
import { UnitOfWork } from '../../../src/database/unit-of-work';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { EVERYTHING_SAID } from '../../support/everything-about-alice';
import type { Answer, TestClient } from '../../support/test-client';

describe('what people say of themselves', () => {
  let app: TestApp;
  let alice: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    const { body } = await app.login('alice');
    alice = app.withToken(body.access_token as string);
  });

  afterAll(() => app.close());

  const say = (claims: unknown) => alice.patch('/auth/me', { claims });
  const pointersOf = ({ body }: Answer) => ((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);

  it('is every standard claim that is theirs to say, and is shown to them (OpenID Connect Core §5.1)', async () => {
    const answer = await say(EVERYTHING_SAID);
    expect([answer.status, answer.body.claims]).toEqual([200, EVERYTHING_SAID]);
    expect((await alice.get('/auth/me')).body).toMatchObject({ claims: EVERYTHING_SAID, phoneNumberVerified: false });
  });

  it('stays where it is left out, and goes where it is null', async () => {
    await say(EVERYTHING_SAID);
    const { nickname: _nickname, ...others } = EVERYTHING_SAID;
    expect((await say({ nickname: null, gender: 'other' })).body.claims).toEqual({ ...others, gender: 'other' });
    expect((await alice.patch('/auth/me', { displayName: 'Alice' })).body.claims).toMatchObject({ gender: 'other' });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ birthdate: '1998-02-30' }, '#/claims/birthdate'],
    [{ birthdate: 'yesterday' }, '#/claims/birthdate'],
    [{ zoneinfo: 'Middle/Earth' }, '#/claims/zoneinfo'],
    [{ zoneinfo: '+01:00' }, '#/claims/zoneinfo'],
    [{ locale: 'a b' }, '#/claims/locale'],
    [{ phone_number: '276150' }, '#/claims/phone_number'],
    [{ nickname: 'x'.repeat(101) }, '#/claims/nickname'],
    [{ nickname: 'evil\u202egnp' }, '#/claims/nickname'],
    [{ nickname: 5 }, '#/claims/nickname'],
    [{ address: { planet: 'Earth' } }, '#/claims/address'],
    [{ address: { country: 7 } }, '#/claims/address/country'],
    [{ address: 'Oxford' }, '#/claims/address'],
    [{ email_verified: true }, '#/claims/email_verified'],
    [{ phone_number_verified: true }, '#/claims/phone_number_verified'],
    [{ sub: 'bob' }, '#/claims/sub'],
    [{ 'a/b~': 1 }, '#/claims/a~1b~0'],
  ])('is refused with the place where it is wrong: %j', async (claims, pointer) => {
    const answer = await say(claims);
    expect([answer.status, answer.body.code, pointersOf(answer)]).toEqual([400, 'validation_failed', [pointer]]);
  });

  it.each(['nickname', ['nickname'], 5, true])('is an object, and not %j', async (claims) => {
    expect((await say(claims)).status).toBe(400);
  });

  it('can be dates without a year or with nothing but one, and languages in any spelling of their tag', async () => {
    expect((await say({ birthdate: '0000-02-29' })).status).toBe(200);
    expect((await say({ birthdate: '1998', locale: 'EN-gb' })).body.claims).toMatchObject({
      birthdate: '1998',
      locale: 'en-GB',
    });
  });

  it('loses nothing where two things are said at the same moment', async () => {
    await Promise.all([say({ given_name: 'Ally' }), say({ family_name: 'Hargreaves' }), say({ website: null })]);
    const { claims } = (await alice.get('/auth/me')).body;
    expect(claims).toMatchObject({ given_name: 'Ally', family_name: 'Hargreaves' });
    expect(claims).not.toHaveProperty('website');
  });

  it('is noted by its names, and never by its values', async () => {
    await say({ nickname: 'Secret Nickname', gender: null });
    const rows = await openRows(app.database);
    const events = await rows.query<{ detail: string }>("SELECT detail FROM audit_events WHERE type = 'user.changed'");
    await rows.close();
    const noted = events.map(({ detail }) => (JSON.parse(detail) as { claims: string }).claims);
    expect(noted).toContain('nickname gender');
    expect(JSON.stringify(events)).not.toContain('Secret');
  });

  it('goes with the person', async () => {
    const rows = await openRows(app.database);
    const { body } = await app.register('gone');
    const login = await app.login('gone', GOOD_PASSWORD);
    await app.withToken(login.body.access_token as string).patch('/auth/me', { claims: { nickname: 'Gone' } });
    const count = async () => {
      const sql = `SELECT COUNT(*) AS n FROM user_profiles WHERE user_id = '${body.id as string}'`;
      return Number((await rows.query<{ n: number }>(sql))[0]!.n);
    };
    expect(await count()).toBe(1);
    await app.resolve(UnitOfWork).run((work) => app.resolve(AccountChanges).remove(work, body.id as string));
    expect(await count()).toBe(0);
    await rows.close();
  });
});
