import { Accounts } from '../../src/auth/accounts';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { basicHeader } from '../support/client-credentials';
import { OpenidApplication } from '../support/openid-application';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import type { TestClient } from '../support/test-client';
import { aClient, type TestOAuthClient } from '../support/test-clients';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const XSS = [
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  '{{7*7}}',
  ['$', '{7*7}'].join(''),
  '</script>',
];

describe('what applications are told about people, attacked', () => {
  let app: TestApp;
  let alice: TestClient;
  let aliceId: string;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
    aliceId = (await app.register('alice')).body.id as string;
    alice = app.withToken((await app.login('alice')).body.access_token as string);
    await alice.patch('/auth/me', { claims: { birthdate: '1998-05-04' } });
  });

  afterAll(() => app.close());

  const userinfo = (token: string) => app.get('/oauth/userinfo', { authorization: `Bearer ${token}` });
  const application = async (metadata: object = {}) =>
    OpenidApplication.open(app, await aClient(app, { scope: 'openid profile email notes:read', ...metadata }));
  const token = async (client: TestOAuthClient, form: Record<string, string>) =>
    app.request('POST', '/oauth/token', new URLSearchParams(form).toString(), {
      ...FORM,
      authorization: basicHeader(client.id, client.secret),
    });

  it('SES-18: nothing of it is kept by a cache', async () => {
    const library = await application();
    const { access_token: good } = await library.signIn({ scope: 'openid email' });
    for (const answer of [await userinfo(good), await userinfo('nonsense'), await app.get('/oauth/userinfo')]) {
      expect(answer.headers.get('cache-control')).toContain('no-store');
    }
  });

  it('TOK-07: a client that acts for itself is told of nobody, be it called like a person', async () => {
    const metadata = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'notes:read openid' };
    // Ids of clients begin with a letter or a digit, those of people may begin otherwise.
    let person = aliceId;
    for (let turn = 0; !/^[A-Za-z0-9]/.test(person); turn++) {
      person = (await app.register(`alice-${turn}`)).body.id as string;
    }
    for (const client of [await aClient(app, metadata), await aClient(app, metadata, person)]) {
      for (const scope of ['notes:read', 'openid']) {
        const { body } = await token(client, { grant_type: 'client_credentials', scope });
        expect(body).not.toHaveProperty('id_token');
        const answer = await userinfo(body.access_token as string);
        expect(answer.status).toBe(403);
        expect(answer.text).not.toContain('alice');
      }
    }
  });

  it('JWT-08: an ID token is no access token', async () => {
    const tokens = await (await application()).signIn({ scope: 'openid email' });
    expect((await userinfo(tokens.id_token!)).status).toBe(401);
  });

  it('SES-07: whoever is kept out is told of nobody, by any token', async () => {
    const registered = await app.register('carol');
    const tokens = await (await application()).signIn({ scope: 'openid email offline_access' }, 'carol');
    expect((await userinfo(tokens.access_token)).status).toBe(200);
    await app.resolve(Accounts).mark(registered.body.id as string, 'disabled', true);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });

  it.each(XSS)('INJ-02: %s in the parameter claims is shown on no page', async (payload) => {
    const library = await application();
    const claims = { userinfo: { [payload]: { value: payload }, birthdate: { value: payload } } };
    await library.go({ scope: 'openid', claims: JSON.stringify(claims) });
    await library.browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(library.browser.answer.text).not.toContain(payload);
    expect(library.browser.findAll('input[name="claim"]')).toHaveLength(1);
  });

  it.each(XSS)('INJ-03: %s in a profile is text, and no address', async (payload) => {
    const pages = await alice.patch('/auth/me', { claims: { picture: payload, website: `javascript:${payload}` } });
    expect(pages.status).toBe(400);
    expect((await alice.patch('/auth/me', { claims: { nickname: payload } })).status).toBe(200);
    const tokens = await (await application()).signIn({ scope: 'openid profile' });
    const answer = await userinfo(tokens.access_token);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.body.nickname).toBe(payload);
  });

  it('INJ-13: no prototype is reached through the parameter claims, nor through a profile', async () => {
    const library = await application();
    const claims =
      '{"userinfo":{"__proto__":{"value":"x"},"constructor":{"value":{"prototype":{"polluted":1}}},"toString":null},"__proto__":{"polluted":1}}';
    const tokens = await library.signIn({ scope: 'openid', claims });
    expect(await library.userinfo(tokens)).toEqual({ sub: aliceId });
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const answer = await alice.request('PATCH', '/auth/me', `{"claims":{"${key}":{"polluted":1}}}`);
      expect(answer.status).toBe(400);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('DOS-04: a huge or deep parameter claims is refused at once', async () => {
    const library = await application();
    const deep = `{"userinfo":${'{"a":'.repeat(750)}null${'}'.repeat(750)}}`;
    const wide = JSON.stringify({
      userinfo: Object.fromEntries(Array.from({ length: 350 }, (_, i) => [`c${i}`, null])),
    });
    for (const claims of [deep, wide]) {
      await library.go({ scope: 'openid', claims });
      expect(library.browser.parameters.get('error')).toBe('invalid_request');
    }
  });
});
