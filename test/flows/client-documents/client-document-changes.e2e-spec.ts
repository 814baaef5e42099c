import * as oauth from 'oauth4webapi';
import { ClientStore } from '../../../src/clients/client.store';
import { Reader } from '../../../src/database/reader';
import { Sweeper } from '../../../src/database/sweeper';
import { ClientRegistrations } from '../../../src/oauth/client-registration/client-registrations';
import { aDescribedApplication, arrive, DOCUMENT, DOCUMENT_CALLBACK, publish } from '../../support/client-documents';
import type { ForeignApplication } from '../../support/code-flow';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { ecKeyPair } from '../../support/client-credentials';
import type { PageBrowser } from '../../support/page-browser';
import { StrangersWeb } from '../../support/strangers-web';
import { within } from '../../support/within';

const DAY = 86_400;
const SECOND_CALLBACK = 'https://agent.example/second';

describe('a document that changes', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let agent: ForeignApplication;
  let browser: PageBrowser;
  let tokens: oauth.TokenEndpointResponse;

  beforeEach(async () => {
    web = await StrangersWeb.open();
    publish(web);
    app = await createTestApp({ network: web, env: { REFRESH_TOKEN_ABSOLUTE_LIFETIME: '365d' } });
    await app.register('alice');
    agent = aDescribedApplication(app);
    browser = await arrive(app, agent, { scope: 'notes:read offline_access' });
    await browser.submit('#allow');
    tokens = await agent.redeem(browser);
    // By now its server has to be asked again.
    app.clock.advance(120);
  });

  afterEach(async () => {
    await app.close();
    await web.close();
  });

  const refresh = async () => {
    tokens = { ...tokens, ...(await agent.refresh(tokens.refresh_token!)) };
    return tokens.access_token;
  };

  const isServed = async () => {
    try {
      await refresh();
      return true;
    } catch (error) {
      expect(error).toMatchObject({ error: 'invalid_client' });
      return false;
    }
  };

  const row = async (columns = 'metadata, revision, expires_at') => {
    const [found] = await app
      .resolve(Reader)
      .query<Record<string, number | string>>(`SELECT ${columns} FROM clients WHERE id = '${DOCUMENT}'`);
    return found;
  };

  const events = async () => {
    const sql = `SELECT type, detail FROM audit_events WHERE client_id = '${DOCUMENT}' ORDER BY seq`;
    return (await app.resolve(Reader).query<{ type: string }>(sql)).map(({ type }) => type);
  };

  it('is noticed at the next use, once its freshness is over, by whoever uses it', async () => {
    publish(web, { client_name: 'Renamed Agent' });
    await refresh();
    expect(await row()).toMatchObject({ revision: 2, metadata: expect.stringContaining('Renamed Agent') });
    expect(await events()).toEqual(expect.arrayContaining(['client.described', 'client.changed']));
    await arrive(app, agent, {}, browser);
    expect(browser.isAway).toBe(true);
  });

  it('is not looked at while it is fresh', async () => {
    publish(web, {}, { 'cache-control': 'max-age=3600', etag: '"1"' });
    await refresh();
    const before = web.count(DOCUMENT);
    app.clock.advance(3_599);
    await refresh();
    expect(web.count(DOCUMENT)).toBe(before);
    app.clock.advance(1);
    await refresh();
    expect(web.count(DOCUMENT)).toBe(before + 1);
    expect(web.requests.at(-1)?.headers['if-none-match']).toBe('"1"');
  });

  it('has people asked anew where answers can go to another place (draft §8.4)', async () => {
    publish(web, { redirect_uris: [DOCUMENT_CALLBACK, SECOND_CALLBACK] });
    const second = aDescribedApplication(app, DOCUMENT, { redirectUri: SECOND_CALLBACK });
    await arrive(app, second, {}, browser);
    expect(browser.path).toBe('/consent');
    expect(await refresh()).toEqual(expect.any(String));
  });

  it('takes an address back: answers and codes for it are refused (RFC 9700 §2.1)', async () => {
    await arrive(app, agent, {}, browser);
    expect(browser.isAway).toBe(true);
    publish(web, { redirect_uris: [SECOND_CALLBACK] });
    await lookOnAnotherNode();
    await expect(agent.redeem(browser)).rejects.toMatchObject({ error: 'invalid_grant' });
    await arrive(app, agent, {}, browser);
    expect([browser.isAway, browser.answer.status]).toEqual([false, 400]);
  });

  /** Another node looks at the document, which is fresh on this one yet, and tells all others. */
  async function lookOnAnotherNode(): Promise<void> {
    app.clock.advance(1);
    const { database, clock } = app;
    const before = Number((await row())?.['revision']);
    const other = await createTestApp({ network: web, database, clock });
    await other.get((await agent.authorizationUrl()).replace('http://localhost:3000', ''));
    await other.stop();
    await within(5_000, async () => ((await app.resolve(ClientStore).find(DOCUMENT))?.revision ?? 0) > before);
  }

  it('takes back all that was given where the client needs no key any more (draft §8.4)', async () => {
    const id = 'https://keyed.example/client.json';
    const { privateKey, jwk } = ecKeyPair('k');
    publish(web, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }, {}, id);
    const { subtle } = globalThis.crypto;
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    const key = await subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const authentication = oauth.PrivateKeyJwt(
      { key, kid: 'k' },
      {
        [oauth.modifyAssertion]: (_header, payload) => {
          const now = Math.floor(app.clock.now() / 1_000);
          Object.assign(payload, { iat: now, nbf: now, exp: now + 60 });
        },
      },
    );
    const keyed = aDescribedApplication(app, id, { authentication });
    const visit = await arrive(app, keyed, {}, browser);
    await visit.submit('#allow');
    const given = await keyed.redeem(visit);
    publish(web, { token_endpoint_auth_method: 'none' }, {}, id);
    app.clock.advance(61);
    const thief = aDescribedApplication(app, id);
    await expect(thief.refresh(given.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await app.withToken(given.access_token).get('/notes')).status).toBe(401);
    await arrive(app, thief, {}, browser);
    expect(browser.path).toBe('/consent');
  });

  it('may be away for a day: what was granted goes on, and nothing new begins unseen', async () => {
    web.serve(DOCUMENT, '', {}, 503);
    app.clock.advance(DAY - 300);
    expect(await isServed()).toBe(true);
    app.clock.advance(301);
    expect(await isServed()).toBe(false);
    publish(web);
    app.clock.advance(11);
    expect(await isServed()).toBe(true);
  });

  it.each<[string, () => void]>([
    ['is taken away', () => web.serve(DOCUMENT, '', {}, 404)],
    ['becomes another’s', () => publish(web, { client_id: 'https://x.example/' })],
    ['leads inside', () => web.point('agent.example', ['10.0.0.1'])],
  ])('is no document any more where it %s', async (_what, change) => {
    // What is kept in memory is used for half an hour where that may pass.
    app.clock.advance(1_800);
    change();
    expect(await isServed()).toBe(false);
    await arrive(app, agent, {}, browser);
    expect(browser.answer.status).toBe(400);
  });

  it('is kept as long as something lives that was given to its client, and forgotten afterwards', async () => {
    const sweep = () => app.resolve(Sweeper).sweep();
    const end = Number((await row())?.['expires_at']);
    expect(end).toBeGreaterThan(app.clock.now() + 89 * DAY * 1_000);
    while (app.clock.now() < end) {
      app.clock.advance(7 * DAY);
      await refresh();
      await sweep();
    }
    // Nobody has asked for two days, and the tokens live yet.
    app.clock.advance(2 * DAY);
    await sweep();
    expect(Number((await row())?.['expires_at'])).toBeLessThan(app.clock.now());
    app.clock.advance(30 * DAY);
    // Once for the tokens, and once for what they held.
    await sweep();
    await sweep();
    expect(await row()).toBeUndefined();
  });

  it('does not bring back a client that was disabled, however long ago', async () => {
    await app.resolve(ClientRegistrations).setDisabled(DOCUMENT, true, { address: null, requestId: null, by: 'test' });
    await expect(agent.refresh(tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_client' });
    app.clock.advance(200 * DAY);
    await app.resolve(Sweeper).sweep();
    await app.resolve(Sweeper).sweep();
    const visit = await arrive(app, agent);
    expect([visit.isAway, visit.answer.status]).toEqual([false, 400]);
  });

  it('is not turned back by a node that has looked at it earlier', async () => {
    publish(web, {}, { 'cache-control': 'max-age=86400' });
    await refresh();
    publish(web, { client_name: 'Renamed Agent' }, { 'cache-control': 'max-age=86400' });
    await lookOnAnotherNode();
    await refresh();
    await refresh();
    expect(await row()).toMatchObject({ revision: 2, metadata: expect.stringContaining('Renamed Agent') });
  });
});
