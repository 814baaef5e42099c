import { Accounts } from '../../../src/auth/accounts';
import { SetUp } from '../../../src/auth/set-up';
import { Sweeper } from '../../../src/database/sweeper';
import { UserStore } from '../../../src/users/user.store';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { PageBrowser } from '../../support/page-browser';
import { raceRounds } from '../../support/race-rounds';
import { endLimitWindows } from '../../support/roomy-limits';
import { aClient } from '../../support/test-clients';

const ROUNDS = raceRounds(1);
const ROOT = { username: 'root', email: 'root@example.com', password: GOOD_PASSWORD };

/** Longer than a link is good, in milliseconds. */
const TOO_LONG = 60 * 60_000 + 1;

describe('the first start of a server in development', () => {
  let app: TestApp;
  let links: readonly [string, string, string];
  let node: TestApp;
  let winner: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp({ env: { NODE_ENV: 'development' } });
    links = await newLinks();
  });

  afterAll(async () => {
    await node.stop();
    await app.close();
  });

  const newLinks = async () => {
    const setUp = app.resolve(SetUp);
    return [(await setUp.begin())!, (await setUp.begin())!, (await setUp.begin())!] as const;
  };
  const browserAt = async (link: string, at = app) => new PageBrowser(at).open(link);
  const administrators = () => app.resolve(UserStore).countWithRole('admin');

  it('gives a link of 256 random bits, of which the database knows the digest alone', async () => {
    expect(links[0]).toMatch(/^http:\/\/localhost:3000\/set-up\?link=[\w-]{43}$/);
    expect(new Set(links).size).toBe(3);
    const rows = await openRows(app.database);
    const stored = JSON.stringify(await rows.query('SELECT * FROM set_up_links'));
    await rows.close();
    for (const link of links) expect(stored).not.toContain(link.split('=')[1]);
  });

  it('lets nobody in without the link, nor with one that is made up, and is quiet in any other mode', async () => {
    for (const link of ['/set-up', '/set-up?link=', `/set-up?link=${'x'.repeat(43)}`, '/set-up?link=a&link=b']) {
      const browser = await browserAt(link);
      expect([link, browser.answer.status, browser.find('form')]).toEqual([link, 410, null]);
    }
    const home = await browserAt('/');
    expect([home.answer.status, home.text]).toEqual([200, expect.stringContaining('Nobody is an administrator yet')]);
    const other = await createTestApp({ database: app.database });
    expect(await other.resolve(SetUp).begin()).toBeNull();
    expect((await other.get('/set-up')).status).toBe(404);
    expect((await browserAt('/', other)).text).not.toContain('administrator');
    await other.stop();
  });

  it('says what is wrong with an account, and the link stays good', async () => {
    await app.register('alice');
    const browser = await browserAt(links[0]);
    await browser.submit('#set-up', { ...ROOT, password: 'password' });
    expect([browser.answer.status, browser.find('#password-fault') === null]).toEqual([400, false]);
    expect(browser.find('#email')?.getAttribute('value')).toBe(ROOT.email);
    await browser.submit('#set-up', { ...ROOT, email: 'alice@example.com' });
    expect([browser.answer.status, browser.path]).toEqual([409, '/set-up']);
    expect((await browserAt(links[0])).answer.status).toBe(200);
    expect(await administrators()).toBe(0);
  });

  it('takes the form from its own page alone (CWE-352)', async () => {
    const browser = await browserAt(links[0]);
    await browser.post('/set-up', new URLSearchParams({ ...ROOT, link: links[0].split('=')[1]! }).toString());
    expect([browser.answer.status, await administrators()]).toEqual([403, 0]);
  });

  it('ends after an hour', async () => {
    const late = (await app.resolve(SetUp).begin())!;
    app.clock.advance(TOO_LONG / 1_000);
    expect((await browserAt(late)).answer.status).toBe(410);
    await app.resolve(Sweeper).sweep();
    const rows = await openRows(app.database);
    expect(await rows.query('SELECT * FROM set_up_links')).toEqual([]);
    await rows.close();
    links = await newLinks();
  });

  it('makes one administrator, of all who use the same link or another at the same moment', async () => {
    node = await createTestApp({ env: { NODE_ENV: 'development' }, database: app.database, clock: app.clock });
    const rows = await openRows(app.database);
    for (let round = 1; round <= ROUNDS; round++) {
      const browsers = await Promise.all([
        browserAt(links[0]),
        browserAt(links[0], node),
        browserAt(links[1]),
        browserAt(links[2], node),
      ]);
      await Promise.all(
        browsers.map((browser, index) => {
          const name = `root-${round}-${index}`;
          return browser.submit('#set-up', { ...ROOT, username: name, email: `${name}@example.com` });
        }),
      );
      expect(browsers.map(({ answer }) => answer.status).sort()).toEqual([200, 410, 410, 410]);
      expect(await administrators()).toBe(1);
      const events = await rows.query<{ detail: string }>(
        `SELECT detail FROM audit_events WHERE type = 'user.registered' AND detail LIKE '%set-up%'`,
      );
      expect(events.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual(
        Array(round).fill({ roles: 'admin', by: 'set-up' }),
      );
      winner = browsers.find(({ answer }) => answer.status === 200)!;
      if (round === ROUNDS) break;
      // As before anybody was an administrator.
      await rows.query(`UPDATE users SET roles = ''`);
      await endLimitWindows(rows);
      links = await newLinks();
    }
    await rows.close();
  });

  it('leads the administrator to what is next', async () => {
    expect([winner.path, winner.heading]).toEqual(['/set-up/checklist', 'You are the administrator']);
    expect(winner.text).toContain('npm run cli -- client create');
    expect(winner.findAll('.tick.done')).toHaveLength(1);
    await aClient(app);
    await winner.open('/set-up/checklist');
    expect(winner.findAll('.tick.done')).toHaveLength(2);
    await winner.open('/account');
    await winner.follow('#to-checklist');
    expect(winner.heading).toBe('You are the administrator');
    await winner.open('/');
    expect([winner.find('#to-account') === null, winner.find('#to-docs') === null]).toEqual([false, false]);
  });

  it('is over as soon as there is an administrator, however they came to be it, and whether they are kept out or not', async () => {
    expect(await app.resolve(SetUp).begin()).toBeNull();
    for (const link of links) expect((await browserAt(link)).answer.status).toBe(410);
    const fresh = await createTestApp({ env: { NODE_ENV: 'development' } });
    const link = (await fresh.resolve(SetUp).begin())!;
    const id = await fresh.resolve(Accounts).create({ ...ROOT, roles: ['admin'] });
    await fresh.resolve(Accounts).mark(id, 'locked', true);
    expect((await browserAt(link, fresh)).answer.status).toBe(410);
    await fresh.close();
  });

  it('shows what is next to administrators alone', async () => {
    const stranger = await browserAt('/set-up/checklist');
    expect(stranger.path).toBe('/sign-in');
    await stranger.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await stranger.open('/set-up/checklist');
    expect([stranger.path, stranger.find('#to-checklist')]).toEqual(['/account', null]);
  });
});
