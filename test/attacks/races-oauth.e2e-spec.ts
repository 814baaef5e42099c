import { decodeJwt } from 'jose';
import {
  type ArmedClient,
  anArmedClient,
  anAssertion,
  ASSERTION_TYPE,
  basicHeader,
} from '../support/client-credentials';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { KeyHolder } from '../support/dpop-proof';
import { FakeClock } from '../support/fake-clock';
import {
  aCode,
  authorizationParameters,
  authorizationPath,
  redeemCode,
  refreshAs,
  sendAs,
  VERIFIER,
} from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import { raceRounds } from '../support/race-rounds';
import { report } from '../support/report';
import { endLimitWindows, ROOMY_LIMITS } from '../support/roomy-limits';
import { aDescription, anInitialToken, REGISTRATION_ON } from '../support/self-registration';
import { ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { aClient, aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';
import { type PreparedRequest, volley, type VolleyAnswer } from '../support/volley';

const ROUNDS = raceRounds(20);
const TEN = raceRounds(10);
const FIVE = raceRounds(5);
const THREE = raceRounds(3);
const TWO = raceRounds(2);
const AT_ONCE = 30;

describe('what is good once, on two processes', () => {
  let app: TestApp;
  let nodes: readonly ServerProcess[];
  let rows: DatabaseRows;
  let browser: PageBrowser;
  let open: TestOAuthClient;
  let confidential: TestOAuthClient;
  let machine: ArmedClient;

  beforeAll(async () => {
    // The processes tell the time by the system's clock, and so does whoever prepares things for them.
    const env = { ...REGISTRATION_ON, TRUSTED_PROXIES: '127.0.0.1' };
    app = await createTestApp({ clock: new FakeClock(Date.now()), env });
    const start = () => ServerProcess.start(app.database.url, env);
    nodes = await Promise.all([start(), start()]);
    rows = await openRows(app.database);
    await app.register('alice');
    open = await aPublicClient(app, { skip_consent: true });
    confidential = await aClient(app, { skip_consent: true });
    const grants = { grant_types: ['client_credentials'], redirect_uris: [] };
    machine = await anArmedClient(app, 'private_key_jwt', grants);
    browser = await signedInBy(nodes[0]!);
  }, 60_000);

  afterAll(async () => {
    await rows.close();
    await ServerProcess.killAll();
    await app.close();
  });

  const nextRound = () => {
    app.clock.follow();
    return endLimitWindows(rows);
  };

  /** A browser that comes to both processes in turns, as behind a load balancer, or to one of them. */
  async function signedInBy(...of: readonly ServerProcess[]): Promise<PageBrowser> {
    const clients = of.map(({ url }) => new TestClient(url));
    let turn = 0;
    const balanced = Object.assign(new TestClient(of[0]!.url), {
      clock: app.clock,
      request: (...request: Parameters<TestClient['request']>) => clients[turn++ % clients.length]!.request(...request),
    });
    const came = await new PageBrowser(balanced).open('/sign-in');
    return came.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
  }

  const node = (index: number) => new TestClient(nodes[index % 2]!.url);
  const cookieOf = (of: PageBrowser) =>
    [...of.cookies.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');

  /** The same request many times, half of them to each process, at one moment, each from an address of its own. */
  const overBoth = (request: Omit<PreparedRequest, 'url'>, count = AT_ONCE): Promise<VolleyAnswer[]> =>
    volley(
      Array.from({ length: count }, (_, index) => {
        const headers = { ...request.headers, 'X-Forwarded-For': `203.0.113.${index}` };
        return { ...request, headers, url: nodes[index % 2]!.url };
      }),
    );

  const tokenRequest = (form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => ({
    path: '/oauth/token',
    body: new URLSearchParams(form).toString(),
    headers,
  });

  const outcomes = (answers: readonly VolleyAnswer[]) =>
    answers.map(({ status, body }) => (status < 300 ? 'success' : `${status} ${body.error ?? body.code}`)).sort();

  /** Of pages: one that leads back with a code is a success, whatever its status. */
  const codesOrRefusals = (answers: readonly VolleyAnswer[]) =>
    answers
      .map(({ status, headers }) => (/[?&]code=/.test(headers.get('location') ?? '') ? 'success' : String(status)))
      .sort();

  const oneOf = (count: number, refusal: string) => [...Array<string>(count - 1).fill(refusal), 'success'];

  async function liveFamilies({ id }: TestOAuthClient): Promise<number> {
    return (await rows.query(`SELECT id FROM token_families WHERE revoked_at IS NULL AND client_id = '${id}'`)).length;
  }

  it(`RAC-01: of 50 redemptions of a code one gets tokens, which the others take back, ${ROUNDS} times (RFC 6749 §4.1.2)`, async () => {
    const began = performance.now();
    for (let round = 0; round < ROUNDS; round++) {
      await nextRound();
      const client = round % 2 === 0 ? open : confidential;
      const code = await aCode(browser, client);
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
        client_id: client.id,
      };
      const headers: Record<string, string> =
        client.secret === '' ? {} : { Authorization: basicHeader(client.id, client.secret) };
      const answers = await overBoth(tokenRequest(form, headers), 50);
      expect(outcomes(answers)).toEqual(oneOf(50, '400 invalid_grant'));
      const { access_token: token } = answers.find(({ status }) => status === 200)!.body;
      // On the process that took it back this is known at once, on the other within a second.
      const statuses = [await node(0).withToken(token).get('/notes'), await node(1).withToken(token).get('/notes')];
      expect(statuses.map(({ status }) => status)).toContain(401);
      expect(await liveFamilies(client)).toBe(0);
    }
    report({ rounds: ROUNDS, seconds: Math.round(performance.now() - began) / 1_000 });
  });

  it(`RAC-02: of 50 refreshes all within the leeway get the same successor, and one family lives, ${TEN} times (RFC 9700 §4.14.2)`, async () => {
    for (let round = 0; round < TEN; round++) {
      await nextRound();
      const client = round % 2 === 0 ? open : confidential;
      const first = (await redeemCode(node(round), client, await aCode(browser, client))).body;
      const before = await liveFamilies(client);
      const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token as string, client_id: client.id };
      const headers: Record<string, string> =
        client.secret === '' ? {} : { Authorization: basicHeader(client.id, client.secret) };
      const answers = await overBoth(tokenRequest(form, headers), 50);
      expect(outcomes(answers)).toEqual(Array(50).fill('success'));
      const successors = [...new Set(answers.map(({ body }) => body.refresh_token as string))];
      expect([successors.length, await liveFamilies(client)]).toEqual([1, before]);
      for (const index of [0, 1, 0]) {
        const next = await refreshAs(node(index), client, successors[0]!);
        expect(next.status).toBe(200);
        successors[0] = next.body.refresh_token as string;
      }
    }
  });

  it(`RAC-04: of 30 browsers that bring a pushed request one comes away with a code, ${ROUNDS} times (RFC 9126 §4)`, async () => {
    const Cookie = cookieOf(browser);
    for (let round = 0; round < ROUNDS; round++) {
      await nextRound();
      const pushed = Object.fromEntries(authorizationParameters(open.id));
      const { request_uri } = (await sendAs(node(round), open, pushed, '/oauth/par')).body;
      const path = authorizationPath([
        ['client_id', open.id],
        ['request_uri', request_uri as string],
      ]);
      const answers = await overBoth({ method: 'GET', path, body: '', headers: { Cookie } });
      expect(codesOrRefusals(answers)).toEqual(oneOf(AT_ONCE, '400'));
    }
  });

  it(`RAC-04: of 30 browsers that bring a signed request one comes away with a code, ${TWO} times (FAPI 2.0 Message Signing §5.3.1)`, async () => {
    const Cookie = cookieOf(browser);
    const signer = await anArmedClient(app, 'private_key_jwt', { skip_consent: true });
    for (let round = 0; round < TWO; round++) {
      await nextRound();
      const claims = { ...Object.fromEntries(authorizationParameters(signer.id)), sub: undefined };
      const request = await anAssertion(app, signer, { claims, header: { typ: 'oauth-authz-req+jwt' } });
      const path = authorizationPath([
        ['client_id', signer.id],
        ['request', request],
      ]);
      const answers = await overBoth({ method: 'GET', path, body: '', headers: { Cookie } });
      expect(codesOrRefusals(answers)).toEqual(oneOf(AT_ONCE, '400'));
    }
  });

  it(`RAC-04: of 30 presses of the button one is a consent, ${TEN} times`, async () => {
    const asker = await aPublicClient(app, { client_name: 'Asker' });
    for (let round = 0; round < TEN; round++) {
      await nextRound();
      const asked = authorizationParameters(asker.id, { prompt: 'consent' });
      await browser.open(authorizationPath(asked));
      const form = browser.find('#allow')!.closest('form')!;
      const fields = form
        .querySelectorAll('input')
        .map((input): [string, string] => [input.getAttribute('name')!, input.getAttribute('value')!]);
      const body = new URLSearchParams([...fields, ['decision', 'allow']]).toString();
      const answers = await overBoth({ path: '/consent', body, headers: { Cookie: cookieOf(browser) } });
      expect(codesOrRefusals(answers)).toEqual(oneOf(AT_ONCE, '400'));
    }
  });

  it(`RAC-04, TOK-03: of 30 uses of a client assertion one lets its client in, ${ROUNDS} times (RFC 7523 §3)`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await nextRound();
      const form = {
        grant_type: 'client_credentials',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await anAssertion(app, machine),
      };
      expect(outcomes(await overBoth(tokenRequest(form)))).toEqual(oneOf(AT_ONCE, '401 invalid_client'));
    }
  });

  it(`RAC-04, DPP-03: of 30 uses of a proof one counts, at the token endpoint and at a guarded route, ${TEN} times (RFC 9449 §11.1)`, async () => {
    const holder = await KeyHolder.make(app);
    const robot = await aClient(app, { grant_types: ['client_credentials'], redirect_uris: [] });
    const Authorization = basicHeader(robot.id, robot.secret);
    for (let round = 0; round < TEN; round++) {
      await nextRound();
      const form = { grant_type: 'client_credentials', scope: 'notes:read' };
      const answers = await overBoth(tokenRequest(form, { Authorization, DPoP: await holder.proof() }));
      expect(outcomes(answers)).toEqual(oneOf(AT_ONCE, '400 invalid_dpop_proof'));
      const code = await aCode(browser, open);
      const redeem = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
      const { access_token: token } = (await sendAs(node(round), open, redeem, '/oauth/token', await holder.header()))
        .body;
      expect(decodeJwt(token as string).iss).toBe(TEST_ISSUER);
      const DPoP = await holder.proof({ method: 'GET', path: '/notes', accessToken: token as string });
      const headers = { Authorization: `DPoP ${token}`, DPoP };
      const read = await overBoth({ method: 'GET', path: '/notes', body: '', headers });
      expect(outcomes(read)).toEqual(oneOf(AT_ONCE, '401 invalid_dpop_proof'));
    }
  });

  it(`RAC-04, DCR-04: of 30 registrations with a token for three there are three, ${FIVE} times`, async () => {
    for (let round = 0; round < FIVE; round++) {
      await nextRound();
      const token = await anInitialToken(app, { uses: 3 });
      const request = { path: '/oauth/register', body: aDescription(), headers: { Authorization: `Bearer ${token}` } };
      const answers = await overBoth(request);
      expect(answers.map(({ status }) => status).sort()).toEqual([
        201,
        201,
        201,
        ...Array<number>(AT_ONCE - 3).fill(401),
      ]);
      const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.client_id as string);
      expect(new Set(ids).size).toBe(3);
    }
  });

  it(`RAC-08: ${ROUNDS} flows go their whole way from process to process, each step on the other one`, async () => {
    const asker = await aPublicClient(app, {
      client_name: 'Wanderer',
      redirect_uris: ['http://127.0.0.1/cb'],
      application_type: 'native',
    });
    for (let round = 0; round < ROUNDS; round++) {
      await nextRound();
      const wandering = await signedInBy(nodes[round % 2]!, nodes[(round + 1) % 2]!);
      const redirect_uri = 'http://127.0.0.1:4711/cb';
      const code = await aCode(wandering, asker, { redirect_uri });
      const first = await redeemCode(node(round), asker, code, { redirect_uri });
      expect(first.status).toBe(200);
      expect(
        (
          await node(round + 1)
            .withToken(first.body.access_token as string)
            .get('/notes')
        ).status,
      ).toBe(200);
      const second = await refreshAs(node(round + 1), asker, first.body.refresh_token as string);
      expect(second.status).toBe(200);
      await wandering.open('/account');
      await wandering.submit('#sign-out');
      expect((await refreshAs(node(round), asker, second.body.refresh_token as string)).body.error).toBe(
        'invalid_grant',
      );
      expect((await wandering.open('/account')).path).toBe('/sign-in');
    }
  });
});

describe('refresh tokens without a leeway, on two nodes', () => {
  it(`RAC-02: of 50 refreshes one succeeds, the others give the token away, and its family ends, ${THREE} times`, async () => {
    const env = { ...ROOMY_LIMITS, REFRESH_REUSE_LEEWAY: '0' };
    const app = await createTestApp({ env });
    const neighbour = await createTestApp({ env, database: app.database, clock: app.clock });
    const nodes = [app, neighbour];
    try {
      await app.register('alice');
      const client = await aPublicClient(app, { skip_consent: true });
      const rows = await openRows(app.database);
      const came = await new PageBrowser(app).open('/sign-in');
      const browser = await came.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      for (let round = 0; round < THREE; round++) {
        await endLimitWindows(rows);
        const first = (await redeemCode(app, client, await aCode(browser, client))).body;
        const form = {
          grant_type: 'refresh_token',
          refresh_token: first.refresh_token as string,
          client_id: client.id,
        };
        const request = { path: '/oauth/token', body: new URLSearchParams(form).toString() };
        const answers = await volley(
          Array.from({ length: 50 }, (_, index) => ({ ...request, url: nodes[index % 2]!.url })),
        );
        const told = answers.map(({ status, body }) => (status === 200 ? 'success' : `${status} ${body.error}`)).sort();
        expect(told).toEqual([...Array<string>(49).fill('400 invalid_grant'), 'success']);
        const live = await rows.query(
          `SELECT id FROM token_families WHERE revoked_at IS NULL AND client_id = '${client.id}'`,
        );
        expect(live).toEqual([]);
      }
      await rows.close();
    } finally {
      await neighbour.stop();
      await app.close();
    }
  });
});
