import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../src/config/clock';
import { aCheckout } from '../support/checkout';
import { GOOD_PASSWORD, TEST_ISSUER } from '../support/create-test-app';
import { expectPromised, type RunnableBlock, runnableBlocks, savedFiles, Shell } from '../support/documentation';
import { freePort } from '../support/free-port';
import { PageBrowser } from '../support/page-browser';
import { ensureBuilt, ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';

const DOCUMENT = 'docs/first-hour.md';

/** How long one block may take, in milliseconds: it may build, or run tests of its own. */
const PATIENCE = 180_000;

describe(DOCUMENT, () => {
  const blocks = runnableBlocks(DOCUMENT);
  let folder: string;
  let env: Record<string, string>;
  let issuer: string;
  let server: ServerProcess | undefined;
  let shell: Shell;

  beforeAll(async () => {
    await ensureBuilt();
    folder = aCheckout('dist', 'tsconfig.build.json');
    // A newcomer has no settings. Only the port is another one, so that the test disturbs nobody.
    env = { PORT: String(await freePort()) };
    issuer = `http://localhost:${env['PORT']}`;
    shell = new Shell({ cwd: folder, env: { PATH: process.env['PATH'], ...env } });
    for (const [name, text] of savedFiles(DOCUMENT)) writeFileSync(join(folder, name), here(text));
  }, PATIENCE);

  afterAll(async () => {
    shell.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const here = (text: string) => text.replaceAll(TEST_ISSUER, issuer);
  const aBrowser = () =>
    new PageBrowser(Object.assign(new TestClient(server!.url), { clock: new SystemClock() }), issuer);

  const RUN: Readonly<Record<RunnableBlock['kind'], (commands: string) => Promise<string>>> = {
    run: (commands) => shell.run(commands),
    open: async (commands) => {
      const output = shell.run(commands);
      const [, address] = await shell.seen(/^Open (http\S+)\n/m);
      await signIn(address!);
      return output;
    },
    start: async (commands) => {
      expect(commands).toContain('npm start');
      await server?.stop();
      // What is built is built anew where it has changed, and only there.
      await promisify(execFile)('npm', ['run', '--silent', 'build:stale'], { cwd: folder });
      const isFirst = server === undefined;
      server = await ServerProcess.startWith({ cwd: folder, checkout: folder, env });
      const link = /http:\S+\/set-up\?link=\S+/.exec(server.stdout)?.[0];
      expect(link !== undefined).toBe(isFirst);
      if (link !== undefined) await becomeAdministrator(link);
      return server.stdout;
    },
  };

  async function becomeAdministrator(link: string): Promise<void> {
    const browser = await aBrowser().open(link);
    await browser.submit('#set-up', { username: 'root', email: 'root@example.com', password: GOOD_PASSWORD });
    expect(browser.heading).toBe('You are the administrator');
  }

  /** Signs alice in, lets the application have what it asks for, and goes back to it. */
  async function signIn(address: string): Promise<void> {
    const browser = await aBrowser().open(address);
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect([browser.path, browser.heading]).toEqual(['/consent', 'Notebook']);
    await browser.submit('#allow');
    expect(await (await fetch(browser.url)).text()).toContain('Allowed: notes:read notes:write');
  }

  it.each(blocks.map((block, index) => [index + 1, block] as const))(
    'block %i does what it says',
    async (_number, block) => {
      const promised = { ...block, expected: block.expected.map(here) };
      expectPromised(promised, await RUN[block.kind](here(block.commands)));
    },
    PATIENCE,
  );

  it('has a first hour to run', () => {
    expect(blocks.map(({ kind }) => kind).join(' ')).toBe('start run run open run run run start run run run');
  });

  it('has a documentation page to try', async () => {
    expect((await fetch(`${server!.url}/docs`)).status).toBe(200);
  });
});
