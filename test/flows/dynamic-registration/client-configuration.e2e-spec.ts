import * as oauth from 'oauth4webapi';
import { ClientStore } from '../../../src/clients/client.store';
import { Sweeper } from '../../../src/database/sweeper';
import { UnitOfWork } from '../../../src/database/unit-of-work';
import { ClientRegistrations } from '../../../src/oauth/client-registration/client-registrations';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { PageBrowser } from '../../support/page-browser';
import { raceRounds } from '../../support/race-rounds';
import { aDescription, REGISTRATION_ON, selfRegister } from '../../support/self-registration';
import type { Answer } from '../../support/test-client';
import { aClient, CALLBACK } from '../../support/test-clients';

const ROUNDS = raceRounds(1);
const DAY = 86_400;

/** What a client knows of its registration. */
interface Registration {
  readonly id: string;
  readonly token: string;
  readonly secret: string;
}

describe('a client that has registered itself', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: REGISTRATION_ON });
    await app.register('alice');
  });

  beforeEach(() => {
    app.clock.advance(3_600);
  });

  afterAll(() => app.close());

  const made = async (overrides: Readonly<Record<string, unknown>> = {}): Promise<Registration> => {
    const { body } = await selfRegister(app, overrides);
    return { id: body.client_id, token: body.registration_access_token, secret: body.client_secret ?? '' };
  };
  const pathOf = ({ id }: Registration) => `/oauth/register/${id}`;
  const read = (one: Registration, token = one.token) => app.withToken(token).get(pathOf(one));
  const change = (one: Registration, overrides: Readonly<Record<string, unknown>>, token = one.token) =>
    app.withToken(token).put(pathOf(one), aDescription({ client_id: one.id, ...overrides }));
  const remove = (one: Registration, token = one.token) => app.withToken(token).delete(pathOf(one));
  const verdictOf = ({ status, body }: Answer) => [status, body.error];
  const UNKNOWN = [401, 'invalid_token'];

  /** Somebody lets the client have tokens, if they are asked. */
  const visit = async (one: Registration, redirectUri = CALLBACK, browser = new PageBrowser(app)) => {
    const application = new ForeignApplication(app, one, oauth.None(), { redirectUri });
    await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
    if (browser.path === '/sign-in') await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    return { application, browser };
  };
  const granted = async (one: Registration) => {
    const { application, browser } = await visit(one);
    await browser.submit('#allow');
    return { application, browser, tokens: await application.redeem(browser) };
  };

  it('reads its registration, without its secret (RFC 7592 §2.1)', async () => {
    const one = await made({ token_endpoint_auth_method: 'client_secret_basic' });
    const { status, body } = await read(one);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...aDescription({ token_endpoint_auth_method: 'client_secret_basic' }),
      client_id: one.id,
      registration_access_token: one.token,
      registration_client_uri: `${TEST_ISSUER}${pathOf(one)}`,
    });
    expect(body).not.toHaveProperty('client_secret');
  });

  it('replaces its registration: what it leaves out is gone (RFC 7592 §2.2)', async () => {
    const one = await made({ client_uri: 'https://app.example.com/', contacts: ['me@app.example.com'] });
    const { status, body } = await change(one, { client_name: 'Renamed Printer', scope: 'notes:read' });
    expect([status, body.client_name, body.scope]).toEqual([200, 'Renamed Printer', 'notes:read']);
    expect([body.client_uri, body.contacts]).toEqual([undefined, undefined]);
  });

  it('is given another token with each change, and the one before is good no more (DCR-06)', async () => {
    const one = await made();
    const { body } = await change(one, {});
    expect(body.registration_access_token).toMatch(/^ghr_[\w-]{43}$/);
    expect(body.registration_access_token).not.toBe(one.token);
    expect(verdictOf(await read(one))).toEqual(UNKNOWN);
    expect((await read(one, body.registration_access_token)).status).toBe(200);
  });

  it('is changed once by those who come at the same time with one token', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const one = await made();
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, n) => change(one, { client_name: `Printer ${n}` })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
      const winner = answers.find(({ status }) => status === 200)!.body;
      expect((await read(one, winner.registration_access_token)).body.client_name).toBe(winner.client_name);
      app.clock.advance(3_600);
    }
  });

  it('keeps its token where a change is refused', async () => {
    const one = await made();
    expect(verdictOf(await change(one, { redirect_uris: ['http://evil.example/'] }))).toEqual([
      400,
      'invalid_redirect_uri',
    ]);
    expect((await read(one)).status).toBe(200);
  });

  it('is given a secret when it wants to have one, and keeps it afterwards', async () => {
    const one = await made();
    const { body } = await change(one, { token_endpoint_auth_method: 'client_secret_post' });
    expect(body).toMatchObject({ client_secret: expect.stringMatching(/^[\w-]{43}$/), client_secret_expires_at: 0 });
    const method = { token_endpoint_auth_method: 'client_secret_post', client_secret: body.client_secret };
    const again = await change(one, method, body.registration_access_token);
    expect([again.status, again.body.client_secret]).toEqual([200, undefined]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another id', { client_id: 'chosen' }],
    ['no id', { client_id: undefined }],
    ['a secret of its choice', { client_secret: 'x'.repeat(43) }],
    ['a secret that is none', { client_secret: 1 }],
    ['a token of its choice', { registration_access_token: 'ghr_x' }],
    ['another address of its registration', { registration_client_uri: 'https://evil.example/' }],
    ['another end of its secret', { client_secret_expires_at: 0 }],
    ['no grant that it can have', { grant_types: ['client_credentials'] }],
  ])('DCR-06: cannot give itself %s', async (_what, changes) => {
    const one = await made();
    expect(verdictOf(await change(one, changes))).toEqual([400, 'invalid_client_metadata']);
  });

  it('DCR-06: opens its own registration with its token, and nothing else', async () => {
    const [one, other] = [await made(), await made()];
    const registered = await aClient(app);
    for (const id of [other.id, registered.id, 'first-party', 'nobody', `https://agent.example/${one.id}`]) {
      const target = { ...one, id: encodeURIComponent(id) };
      expect(verdictOf(await read(target))).toEqual(UNKNOWN);
      expect(verdictOf(await change(target, { client_id: id }))).toEqual(UNKNOWN);
      expect(verdictOf(await remove(target))).toEqual(UNKNOWN);
    }
    const holder = app.withToken(one.token);
    for (const path of ['/notes', '/auth/me', '/protected']) expect((await holder.get(path)).status).toBe(401);
    expect((await holder.post('/oauth/register', aDescription())).status).toBe(401);
    const silent = await app.get(pathOf(one));
    expect([silent.status, silent.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await app.get(`${pathOf(one)}?access_token=${one.token}`)).status).toBe(401);
    const { tokens } = await granted(one);
    expect(verdictOf(await read(one, tokens.access_token))).toEqual(UNKNOWN);
    expect((await read(one)).status).toBe(200);
  });

  it('removes itself, and its tokens end (RFC 7592 §2.3, DCR-06)', async () => {
    const one = await made();
    const { application, tokens } = await granted(one);
    const answer = await remove(one);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(401);
    await expect(application.refresh(tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_client' });
    expect(verdictOf(await read(one))).toEqual(UNKNOWN);
    expect((await visit(one)).browser.answer.status).toBe(400);
  });

  it('is kept out when it is disabled, and cannot change that', async () => {
    const one = await made();
    await app.resolve(ClientRegistrations).setDisabled(one.id, true, { address: null, requestId: null, by: 'test' });
    expect(verdictOf(await change(one, {}))).toEqual(UNKNOWN);
    expect(verdictOf(await remove(one))).toEqual(UNKNOWN);
  });

  it('has people asked anew where answers can go to another place than they agreed to (RFC 9700 §2.1)', async () => {
    const one = await made({ token_endpoint_auth_method: 'client_secret_basic' });
    const { browser } = await visit(one);
    await browser.submit('#allow');
    expect((await visit(one, CALLBACK, browser)).browser.isAway).toBe(true);
    const elsewhere = 'https://evil.example/callback';
    const method = { token_endpoint_auth_method: 'client_secret_basic' };
    expect((await change(one, { ...method, redirect_uris: [CALLBACK, elsewhere] })).status).toBe(200);
    expect((await visit(one, elsewhere, browser)).browser.path).toBe('/consent');
  });

  it('keeps what an administrator has decided for it, whatever it says', async () => {
    const one = await made();
    const client = await app.resolve(ClientStore).read(one.id);
    const decided = { ...client!.metadata, access_token_lifetime: 60 };
    await app.resolve(UnitOfWork).run((transaction) => app.resolve(ClientStore).change(transaction, one.id, decided));
    expect((await change(one, { access_token_lifetime: 86_400 })).status).toBe(200);
    expect((await app.resolve(ClientStore).read(one.id))!.metadata.access_token_lifetime).toBe(60);
    const { tokens } = await granted(one);
    expect(tokens.expires_in).toBe(60);
  });

  it('DOS-06: does not look at its registration without end', async () => {
    const one = await made();
    const statuses: number[] = [];
    for (let number = 0; number < 122; number++) statuses.push((await read(one)).status);
    expect([statuses.indexOf(429), statuses.at(-1)]).toEqual([120, 429]);
  });

  describe('is forgotten', () => {
    const sweep = () => app.resolve(Sweeper).sweep();
    const isKnown = async (one: Registration) => (await app.resolve(ClientStore).read(one.id)) !== null;

    it('after a week where it is never used', async () => {
      const one = await made();
      app.clock.advance(7 * DAY - 60);
      await sweep();
      expect(await isKnown(one)).toBe(true);
      app.clock.advance(61);
      await sweep();
      expect(await isKnown(one)).toBe(false);
    });

    it('only when no live token depends on it, and it serves until then', async () => {
      const one = await made();
      const { application, browser } = await visit(one);
      await browser.submit('#allow');
      await application.redeem(browser);
      expect((await app.resolve(ClientStore).read(one.id))!.expiresAt).toBeGreaterThan(
        app.clock.now() + 89 * DAY * 1_000,
      );
      const offline = await visit(one);
      await offline.browser.open(await offline.application.authorizationUrl({ scope: 'notes:read offline_access' }));
      await offline.browser.submit('#allow');
      const tokens = await offline.application.redeem(offline.browser);
      // As if it had been granted for the last time long ago.
      await app.resolve(UnitOfWork).run(async (transaction) => {
        const sql = 'UPDATE clients SET expires_at = ? WHERE id = ?';
        await transaction.change(sql, [app.clock.now() - 1, one.id]);
        await app.resolve(ClientStore).touch(transaction, one.id);
      });
      await sweep();
      expect(await isKnown(one)).toBe(true);
      await offline.application.refresh(tokens.refresh_token!);
      expect((await app.resolve(ClientStore).read(one.id))!.expiresAt).toBeGreaterThan(
        app.clock.now() + 6 * DAY * 1_000,
      );
      app.clock.advance(400 * DAY);
      // Once for the tokens, and once for what they held.
      await sweep();
      await sweep();
      expect(await isKnown(one)).toBe(false);
    });
  });
});
