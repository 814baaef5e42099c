import { createTestApp, type TestApp } from '../support/create-test-app';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../support/device-flow';
import { FakeClock } from '../support/fake-clock';
import { PageBrowser } from '../support/page-browser';
import { raceRounds } from '../support/race-rounds';
import { report } from '../support/report';
import { endLimitWindows } from '../support/roomy-limits';
import { ServerProcess } from '../support/server-process';
import { aPublicClient } from '../support/test-clients';
import { TestClient } from '../support/test-client';
import { volley, type VolleyAnswer } from '../support/volley';

const ROUNDS = raceRounds(20);
const TEN = raceRounds(10);
const POLLS = 30;

describe('device codes on two processes', () => {
  let app: TestApp;
  let nodes: readonly ServerProcess[];
  let rows: DatabaseRows;
  let clientId: string;
  let television: ForeignDevice;
  let browser: PageBrowser;

  beforeAll(async () => {
    // The processes tell the time by the system's clock, and so does whoever prepares the codes for them.
    app = await createTestApp({ clock: new FakeClock(Date.now()) });
    nodes = await Promise.all([ServerProcess.start(app.database.url), ServerProcess.start(app.database.url)]);
    rows = await openRows(app.database);
    await app.register('alice');
    const metadata = { client_name: 'TV', redirect_uris: [], grant_types: [DEVICE_GRANT, 'refresh_token'] };
    const made = await aPublicClient(app, metadata);
    clientId = made.id;
    television = new ForeignDevice(app, made);
    browser = new PageBrowser(app);
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

  /** Half of the requests to each process, at one moment. */
  const overBoth = (count: number, path: string, form: Readonly<Record<string, string>>): Promise<VolleyAnswer[]> =>
    volley(
      Array.from({ length: count }, (_, index) => ({
        url: nodes[index % 2]!.url,
        path,
        body: new URLSearchParams(form).toString(),
      })),
    );

  it(`RAC-04: of 30 polls over two processes exactly one gets tokens, ${ROUNDS} times, and one family is left of each`, async () => {
    const began = performance.now();
    for (let round = 0; round < ROUNDS; round++) {
      await nextRound();
      const codes = await television.begin({ scope: 'notes:read' });
      await (await enterCode(browser, codes.user_code, 'alice')).submit('#allow');
      const form = { grant_type: DEVICE_GRANT, device_code: codes.device_code, client_id: clientId };
      const answers = await overBoth(POLLS, '/oauth/token', form);
      const outcomes = answers.map(({ status, body }) => (status === 200 ? 'tokens' : `${status} ${body.error}`));
      expect(outcomes.sort()).toEqual([...Array<string>(POLLS - 1).fill('400 invalid_grant'), 'tokens']);
      // The rule for a code that is used twice holds for whoever won, the same every time.
      const { access_token: token } = answers.find(({ status }) => status === 200)!.body;
      expect((await new TestClient(nodes[0]!.url).withToken(token).get('/notes')).status).toBe(401);
    }
    report({ rounds: ROUNDS, seconds: Math.round(performance.now() - began) / 1_000 });
    const families = await rows.query<{ live: number }>(
      "SELECT CASE WHEN revoked_at IS NULL THEN 1 ELSE 0 END AS live FROM token_families WHERE client_id <> 'first-party'",
    );
    expect(families.map(({ live }) => Number(live))).toEqual(Array(ROUNDS).fill(0));
  });

  it('RAC-18: of 20 polls at one moment over two processes one is in time, and each other one raises the interval', async () => {
    const codes = await television.begin({ scope: 'notes:read' });
    const form = { grant_type: DEVICE_GRANT, device_code: codes.device_code, client_id: clientId };
    const answers = await overBoth(20, '/oauth/token', form);
    const told = answers.map(({ body }) => body.error as string);
    expect(told.filter((error) => error === 'authorization_pending')).toHaveLength(1);
    expect(told.filter((error) => error === 'slow_down')).toHaveLength(19);
    const [row] = await rows.query<{ poll_interval: number | string }>(
      'SELECT poll_interval FROM device_codes ORDER BY created_at DESC, poll_interval DESC LIMIT 1',
    );
    expect(Number(row!.poll_interval)).toBe(5_000 + 19 * 5_000);
  });

  it(`EXT-01: of two decisions at one moment on two processes one counts, ${TEN} times`, async () => {
    const decisions = () =>
      rows.query<{ type: string }>(
        "SELECT type FROM audit_events WHERE type IN ('consent.granted', 'consent.refused') ORDER BY seq",
      );
    const before = (await decisions()).length;
    for (let round = 0; round < TEN; round++) {
      await nextRound();
      const codes = await television.begin({ scope: 'notes:read' });
      await enterCode(browser, codes.user_code, 'alice');
      const hidden = browser
        .findAll('form[action$="/device/decision"] input[type=hidden]')
        .map((input): [string, string] => [input.getAttribute('name')!, input.getAttribute('value')!]);
      const cookie = [...browser.cookies.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
      const decide = (decision: string, node: ServerProcess) => ({
        url: node.url,
        path: '/device/decision',
        body: new URLSearchParams([...hidden, ['decision', decision], ['scope', 'notes:read']]).toString(),
        headers: { Cookie: cookie },
      });
      const answers = await volley([decide('allow', nodes[0]!), decide('deny', nodes[1]!)]);
      expect(answers.map(({ status }) => status)).toEqual([303, 303]);
      const events = await decisions();
      expect(events).toHaveLength(before + round + 1);
      const outcome = events.at(-1)!.type === 'consent.granted' ? 'tokens' : 'access_denied';
      expect(await television.refusal(codes)).toBe(outcome);
    }
  });

  it(`RAC-04: a disconnection that meets a redemption on the other process leaves nothing alive, ${ROUNDS} times`, async () => {
    const outcomes: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await nextRound();
      const codes = await television.begin({ scope: 'notes:read' });
      await (await enterCode(browser, codes.user_code, 'alice')).submit('#allow');
      await browser.open('/account');
      const hidden = browser
        .find('button[aria-label="Remove access of TV"]')!
        .closest('form')!
        .querySelectorAll('input')
        .map((input): [string, string] => [input.getAttribute('name')!, input.getAttribute('value')!]);
      const cookie = [...browser.cookies.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
      const redeem = { grant_type: DEVICE_GRANT, device_code: codes.device_code, client_id: clientId };
      const [redeemed, disconnected] = await volley([
        { url: nodes[0]!.url, path: '/oauth/token', body: new URLSearchParams(redeem).toString() },
        {
          url: nodes[1]!.url,
          path: '/account/disconnect',
          body: new URLSearchParams(hidden).toString(),
          headers: { Cookie: cookie },
        },
      ]);
      expect(disconnected!.status).toBe(200);
      outcomes.push(redeemed!.status);
      expect(['200', '400 invalid_grant']).toContain(`${redeemed!.status} ${redeemed!.body.error ?? ''}`.trim());
      const live = await rows.query(
        "SELECT id FROM token_families WHERE revoked_at IS NULL AND client_id <> 'first-party'",
      );
      expect(live).toEqual([]);
      if (redeemed!.status !== 200) continue;
      const { access_token: token } = redeemed!.body;
      expect((await new TestClient(nodes[1]!.url).withToken(token).get('/notes')).status).toBe(401);
    }
    report({ redeemedFirst: outcomes.filter((status) => status === 200).length, of: outcomes.length });
  });
});
