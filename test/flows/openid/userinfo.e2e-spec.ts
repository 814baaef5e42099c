import { createTestApp, type TestApp } from '../../support/create-test-app';
import { EVERYTHING_SAID } from '../../support/everything-about-alice';
import { OpenidApplication } from '../../support/openid-application';
import { aClient } from '../../support/test-clients';

const SCOPES = 'openid profile email address phone';

describe('UserInfo', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice', { displayName: 'Alice Liddell' });
    const { body } = await app.login('alice');
    const said = await app.withToken(body.access_token as string).patch('/auth/me', { claims: EVERYTHING_SAID });
    expect(said.status).toBe(200);
    await app.register('bob');
  });

  afterAll(() => app.close());

  const application = async (metadata: object = {}) =>
    OpenidApplication.open(app, await aClient(app, { scope: SCOPES, ...metadata }));

  const { address, phone_number: phoneNumber, ...profile } = EVERYTHING_SAID;
  const OF_SCOPES = {
    profile: {
      name: 'Alice Liddell',
      preferred_username: 'alice',
      updated_at: expect.any(Number) as number,
      ...profile,
    },
    email: { email: 'alice@example.com', email_verified: false },
    address: { address },
    phone: { phone_number: phoneNumber, phone_number_verified: false },
  };

  it.each(Object.entries(OF_SCOPES))(
    'tells with the scope %s the claims that it asks for, and no others (OpenID Connect Core §5.4)',
    async (scope, claims) => {
      const library = await application();
      const tokens = await library.signIn({ scope: `openid ${scope}` });
      expect(await library.userinfo(tokens)).toEqual({ sub: tokens.claims()!.sub, ...claims });
    },
  );

  it('tells all of them together, and who it is with openid alone', async () => {
    const library = await application();
    const all = await library.signIn({ scope: SCOPES });
    const { profile: ofProfile, email, ...others } = OF_SCOPES;
    const { sub } = all.claims()!;
    expect(await library.userinfo(all)).toEqual({ sub, ...ofProfile, ...email, ...others.address, ...others.phone });
    const bare = await application();
    const tokens = await bare.signIn({ scope: 'openid' });
    expect(await bare.userinfo(tokens)).toEqual({ sub });
  });

  it('leaves out what is not known (OpenID Connect Core §5.3.2)', async () => {
    const library = await application();
    const tokens = await library.signIn({ scope: SCOPES }, 'bob');
    expect(await library.userinfo(tokens)).toEqual({
      sub: tokens.claims()!.sub,
      preferred_username: 'bob',
      updated_at: expect.any(Number) as number,
      email: 'bob@example.com',
      email_verified: false,
    });
  });

  it('tells nothing that the person has kept from the client, whatever it asked for', async () => {
    const library = await application();
    const claims = JSON.stringify({ userinfo: { email: null }, id_token: { email: null } });
    const tokens = await library.signIn({ scope: SCOPES, claims }, 'bob', { scope: ['openid', 'profile'] });
    expect(Object.keys(await library.userinfo(tokens)).sort()).toEqual(['preferred_username', 'sub', 'updated_at']);
    expect(tokens.claims()).not.toHaveProperty('email');
  });

  it('tells less to a token of fewer scopes (RFC 6749 §6)', async () => {
    const library = await application();
    const tokens = await library.signIn({ scope: `${SCOPES} offline_access` });
    const { body } = await app.get('/oauth/userinfo', { authorization: `Bearer ${tokens.access_token}` });
    expect(body).toHaveProperty('email');
    const narrowed = await library.refresh(tokens, { scope: 'openid profile' });
    expect(await library.userinfo(narrowed)).not.toHaveProperty('email');
  });

  it('says the same by GET and by POST, with the token in the header or in the form (OpenID Connect Core §5.3.1)', async () => {
    const library = await application();
    const tokens = await library.signIn({ scope: SCOPES });
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answers = [
      await app.get('/oauth/userinfo', bearer),
      await app.request('POST', '/oauth/userinfo', '', { ...bearer, ...form }),
      await app.request('POST', '/oauth/userinfo', `access_token=${tokens.access_token}`, form),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('leaves the profile to UserInfo, unless an administrator has said that the ID token is all that a client reads', async () => {
    const plain = await application();
    expect((await plain.signIn({ scope: SCOPES })).claims()).not.toHaveProperty('email');
    const framework = await application({ id_token_profile_claims: true });
    const tokens = await framework.signIn({ scope: `${SCOPES} offline_access` });
    const told = await framework.userinfo(tokens);
    expect(tokens.claims()).toMatchObject(told);
    expect((await framework.refresh(tokens)).claims()).toMatchObject(told);
  });
});
