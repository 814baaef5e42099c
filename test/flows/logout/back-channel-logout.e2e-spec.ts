import { decodeJwt } from 'jose';
import { AccountChanges } from '../../../src/auth/account-changes';
import { MOST_ACCOUNTS } from '../../../src/auth/browser-sessions';
import type { Transaction } from '../../../src/database/transaction';
import { UnitOfWork } from '../../../src/database/unit-of-work';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { commandLineOn } from '../../support/command-line';
import { type DatabaseRows, openRows } from '../../support/database-rows';
import { LogoutDeliveries } from '../../../src/oidc/back-channel-logout/logout-deliveries';
import { FakeClock } from '../../support/fake-clock';
import { refreshAs } from '../../support/hand-made-flow';
import {
  AFTER_LOGOUT,
  anOpenidClient,
  enter,
  LogoutReceiver,
  verifiedLogoutToken,
} from '../../support/logout-receivers';
import { PageBrowser } from '../../support/page-browser';
import { StrangersWeb } from '../../support/strangers-web';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import { onPostgres } from '../../support/test-database';
import type { TestOAuthClient } from '../../support/test-clients';
import { SOON, within } from '../../support/within';

describe('applications are told that a session has ended', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let receiver: LogoutReceiver;
  let client: TestOAuthClient;
  let who: string;
  let arrivals = 0;
  let rows: DatabaseRows;

  const open = async () => {
    web = await StrangersWeb.open();
    // The command line goes by the clock of the machine.
    app = await createTestApp({ network: web, clock: new FakeClock(Date.now()), env: ROOMY_LIMITS });
    rows = await openRows(app.database);
  };

  /** Those who do not answer go first: a server that stops waits for them. */
  const close = async () => {
    await web.close();
    await rows.close();
    await app.close();
  };

  const arrive = async () => {
    receiver = new LogoutReceiver(web);
    who = `alice${++arrivals}`;
    await app.register(who);
    client = await anOpenidClient(app, { backchannel_logout_uri: receiver.uri });
  };

  const browse = async (by = client) => {
    const browser = new PageBrowser(app);
    const tokens = await enter(app, by, browser, who);
    return { browser, tokens, claims: decodeJwt(tokens.id_token!) };
  };

  const cli = async (words: string) => {
    const { code, stderr } = await commandLineOn(app.database)(words);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    app.clock.advance(60);
  };

  const told = (count: number) => within(SOON, async () => receiver.tokens.length >= count);
  const waiting = () => rows.query<{ attempts: number | string }>('SELECT attempts FROM logout_notices');
  const settled = () => within(SOON, async () => (await waiting()).length === 0);

  describe('by a server that goes on', () => {
    beforeAll(open);
    afterAll(close);
    beforeEach(arrive);

    it.each([
      ['RS256', 'RS256', {}],
      ['ES256', 'ES256', { id_token_signed_response_alg: 'ES256' }],
      ['EdDSA', 'EdDSA', { id_token_signed_response_alg: 'EdDSA' }],
      [
        'RS256 where its ID tokens are not signed',
        'RS256',
        { id_token_signed_response_alg: 'none', profile: 'compat' },
      ],
    ])(
      'by a logout token that says who and what, signed with %s (Back-Channel Logout §2.4)',
      async (_which, alg, more) => {
        const made = await anOpenidClient(app, { backchannel_logout_uri: receiver.uri, ...more });
        const { browser, claims } = await browse(made);
        await browser.open('/account');
        await browser.submit('#sign-out');
        await told(1);
        const { payload, protectedHeader } = await verifiedLogoutToken(app, receiver.tokens[0]!, {
          audience: made.id,
          alg,
        });
        const now = Math.floor(app.clock.now() / 1_000);
        expect(payload).toEqual({
          iss: TEST_ISSUER,
          aud: made.id,
          sub: claims.sub,
          sid: claims.sid,
          iat: now,
          exp: now + 120,
          jti: expect.any(String) as string,
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        });
        expect(protectedHeader).toMatchObject({ alg, typ: 'logout+jwt' });
        await settled();
        expect(receiver.tokens).toHaveLength(1);
      },
    );

    /** Every way in which a session ends. */
    const WAYS: readonly (readonly [
      string,
      (browser: PageBrowser, hint: string, access: string) => Promise<unknown>,
    ])[] = [
      ['the button of the account', async (browser) => (await browser.open('/account')).submit('#sign-out')],
      ['all devices', async (browser) => (await browser.open('/account')).submit('#sign-out-everywhere')],
      ['an application', (browser, hint) => browser.open(`/oauth/logout?id_token_hint=${hint}`)],
      [
        'more people who sign in there than a browser holds',
        async (browser) => {
          for (let count = 0; count < MOST_ACCOUNTS; count++) {
            await app.register(`guest${count}`);
            await browser.open('/sign-in?switch=1');
            await browser.submit('#sign-in', { username: `guest${count}`, password: GOOD_PASSWORD });
          }
        },
      ],
      [
        'another password',
        async () => {
          const { access_token: token } = (await app.login(who)).body as Record<string, string>;
          const change = { currentPassword: GOOD_PASSWORD, newPassword: 'amber-lighthouse-7-meadow' };
          expect((await app.withToken(token!).post('/auth/password', change)).status).toBeLessThan(300);
        },
      ],
      ['the command line, which disables the account', () => cli(`user disable ${who}`)],
      ['the command line, which locks the account', () => cli(`user lock ${who}`)],
      [
        'the removal of the account',
        async (_browser, hint) => {
          const remove = (transaction: Transaction) =>
            app.resolve(AccountChanges).remove(transaction, decodeJwt(hint).sub!);
          expect(await app.resolve(UnitOfWork).run(remove)).toBe('changed');
        },
      ],
    ];

    it.each(WAYS)('whatever it ends by: %s (Back-Channel Logout §2.5)', async (_way, end) => {
      const { browser, tokens, claims } = await browse();
      await end(browser, tokens.id_token!, tokens.access_token);
      await told(1);
      expect(decodeJwt(receiver.tokens[0]!)).toMatchObject({ sid: claims.sid, sub: claims.sub });
      await settled();
    });

    it('each that takes part, once, and no other', async () => {
      const others = ['one.example', 'two.example'].map((host) => new LogoutReceiver(web, host));
      const clients = [
        client,
        ...(await Promise.all(others.map(({ uri }) => anOpenidClient(app, { backchannel_logout_uri: uri })))),
      ];
      const browser = new PageBrowser(app);
      // The last of them has nobody in this session.
      for (const each of clients.slice(0, 2)) await enter(app, each, browser, who);
      const { refresh_token: refresh } = await enter(app, client, browser, who);
      await refreshAs(app, client, refresh!);
      await browse(clients[2]);
      await browser.open('/account');
      await browser.submit('#sign-out');
      await told(1);
      await settled();
      expect([receiver, ...others].map(({ tokens }) => tokens.length)).toEqual([1, 1, 0]);
      expect(decodeJwt(others[0]!.tokens[0]!).aud).toBe(clients[1]!.id);
    });

    it('again, for as long as they do not answer well, and with another token each time (SES-16)', async () => {
      receiver.answer = 500;
      const { browser } = await browse();
      await browser.open('/account');
      await browser.submit('#sign-out');
      await told(1);
      for (const [count, pause] of [15, 60, 300, 1_800, 7_200].entries()) {
        await within(SOON, async () => Number((await waiting())[0]?.attempts) === count + 1);
        app.clock.advance(pause);
        app.resolve(LogoutDeliveries).wake();
        await told(count + 2);
      }
      await settled();
      app.clock.advance(80_000);
      const ids = receiver.tokens.map((token) => decodeJwt(token).jti);
      expect([ids.length, new Set(ids).size]).toEqual([6, 6]);
      const events = await rows.query<{ client_id: string }>(
        `SELECT client_id FROM audit_events WHERE type = 'client.logout-undelivered'`,
      );
      expect(events).toEqual([{ client_id: client.id }]);
    });

    it('once, however many servers there are', async () => {
      const nodes = await Promise.all(
        [1, 2].map(() => createTestApp({ network: web, database: app.database, clock: app.clock })),
      );
      const sessions = await Promise.all(Array.from({ length: 6 }, () => browse()));
      await sessions[0]!.browser.open('/account');
      await sessions[0]!.browser.submit('#sign-out-everywhere');
      await told(6);
      await settled();
      for (const node of nodes) await node.stop();
      const sids = receiver.tokens.map((token) => decodeJwt(token).sid).sort();
      expect(sids).toEqual(sessions.map(({ claims }) => claims.sid).sort());
    });

    it('not of a session that nobody has used for long', async () => {
      const { browser } = await browse();
      app.clock.advance(86_400 * 40);
      expect((await browser.open('/account')).path).toBe('/sign-in');
      expect(await waiting()).toEqual([]);
    });
  });

  describe('by a server that stops', () => {
    beforeEach(async () => {
      await open();
      await arrive();
    });

    afterEach(close);

    it('and whoever signs out does not wait for them, be they as slow as they like (SES-16)', async () => {
      receiver.answer = () => undefined;
      const { browser, tokens } = await browse();
      const begun = performance.now();
      await browser.open(`/oauth/logout?id_token_hint=${tokens.id_token!}&post_logout_redirect_uri=${AFTER_LOGOUT}`);
      expect(browser.url).toBe(AFTER_LOGOUT);
      expect(performance.now() - begun).toBeLessThan(4_000);
      await told(1);
      // What fails is tried again later; a server that stops waits for it to fail.
      await web.close();
      await app.stop();
      const [{ attempts }] = (await waiting()) as [{ attempts: number | string }];
      expect(Number(attempts)).toBe(1);
    });

    it('by the next server where this one has stopped before, though the account is gone by then', async () => {
      const { claims } = await browse();
      await app.stop();
      // A command ends the session and leaves the rest to the servers: as if the server had died right after the commit.
      await cli(`user disable ${who}`);
      expect((await waiting()).map(({ attempts }) => Number(attempts))).toEqual([0]);
      if (!onPostgres) await rows.query('PRAGMA foreign_keys = ON');
      await rows.query(`DELETE FROM users WHERE username = '${who}'`);
      const next = await createTestApp({ network: web, database: app.database, clock: app.clock });
      await told(1);
      expect(decodeJwt(receiver.tokens[0]!)).toMatchObject({ sid: claims.sid, sub: claims.sub });
      await next.stop();
      expect(await waiting()).toEqual([]);
    });
  });
});
