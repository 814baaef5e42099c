import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runCommand, runCommandHere } from '../support/command-line';

const ROOT = resolve(__dirname, '../..');

describe('the command line', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (words: string, env?: Readonly<Record<string, string>>) =>
    runCommandHere(words.split(' ').filter(Boolean), env);

  it.each([
    ['', 'user', 'admin', 'client', 'keys', 'apply', 'export'],
    ['apply --help', '-f', '--dry-run', '--prune', '--set', '--json'],
    ['export --help', '-o', '--json'],
    ['--help', 'user', 'admin', 'keys'],
    ['help', 'user', 'admin', 'keys'],
    ['user --help', 'create', 'password', 'disable', 'enable', 'lock', 'unlock', 'roles'],
    ['user', 'create', 'password'],
    ['user create --help', '--username', '--email', '--display-name', '--role', '--password-stdin', '--json'],
    ['user roles --help', '--role', '--none'],
    ['admin create --help', '--username', '--generate-password'],
    ['client --help', 'create', 'list', 'show', 'rotate-secret', 'disable', 'enable', 'delete'],
    ['client create --help', '--name', '--type', '--auth-method', '--redirect-uri', '--scope', '--grant', '--id'],
    ['client rotate-secret --help', '--overlap'],
    ['keys rotate --help', '--now', '--revoke'],
  ])('explains itself: "%s"', async (words, ...named) => {
    const { code, stdout, stderr } = await run(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of named) expect(stdout).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
    expect(stdout).toMatch(/^Usage: npm run cli -- /);
    expect(stdout).not.toMatch(/--password\b(?!-)/);
  });

  it.each([
    ['usr', "error: unknown command 'usr'\n(Did you mean user?)\n"],
    ['user creat', "error: unknown command 'creat'\n(Did you mean create?)\n"],
    ['admin frobnicate', "error: unknown command 'frobnicate'\n"],
    ['--josn', "error: unknown option '--josn'\n"],
    ['user create --usrname bob', "error: unknown option '--usrname'\n(Did you mean --username?)\n"],
    ['user create --username bob', 'error: --username and --email are needed\n'],
    ['user disable', "error: missing required argument 'username-or-email'\n"],
    ['user disable bob carol', "error: too many arguments for 'disable'. Expected 1 argument but got 2.\n"],
    ['client create', 'error: --name is needed\n'],
    ['apply --prune', 'error: --file is needed\n'],
    ['apply -f x --set nothing', '--set takes a name of letters and digits, = and a value.\n'],
    [
      'client create --name x --grant device',
      'error: --grant is one of authorization_code, implicit, refresh_token, client_credentials, device_code, token_exchange, jwt_bearer\n',
    ],
    ['client create --name x --type secret', '--type is public or confidential.\n'],
    [
      'client create --name x --type public',
      'Give a public client a --redirect-uri, where people are sent back to; or say with --grant how else it gets its tokens.\n',
    ],
    [
      'client create --name x --type public --auth-method client_secret_post',
      'The --auth-method of a public client is none: leave one of the two options out.\n',
    ],
    [
      'client rotate-secret x --overlap soon',
      'error: --overlap must be whole seconds, or a duration such as 15m, 2h or 30d, from 0s to 365d\n',
    ],
    ['user roles bob --role a --none', 'Choose one of --role and --none.\n'],
    [
      'user password bob --password-stdin --generate-password',
      'Choose one of --password-stdin and --generate-password.\n',
    ],
  ])('does not guess what is meant: "%s"', async (words, stderr) => {
    expect(await run(words)).toEqual({ code: 2, stdout: '', stderr });
  });

  it.each([
    'user password bob --password hunter2hunter2',
    'user password bob hunter2hunter2',
    'user password bob -p hunter2hunter2',
    'user create --username bob --email bob@example.com --password=hunter2hunter2',
    'admin create --username bob --email bob@example.com --password hunter2hunter2',
  ])('takes no password from the command line, says why, and does not repeat it: "%s"', async (words) => {
    const { code, stdout, stderr } = await run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: a password is not taken from the command line, where shell histories .+\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('asks for a password on a terminal only', async () => {
    const { code, stderr } = await run('user password bob');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'Say where the password comes from: --password-stdin, --generate-password, or a terminal to ask on.\n',
    });
  });

  it('refuses a password that is none', async () => {
    const { code, stderr } = await runCommand(['user', 'password', 'bob', '--password-stdin'], { input: '\n' });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'There is no password on standard input.\n' });
  });

  it('opens no database for help and for what it does not understand', async () => {
    const env = { DATABASE_URL: `sqlite:${join(folder, 'data/gatehouse.sqlite')}` };
    for (const [words, code] of [
      ['user --help', 0],
      ['user creat', 2],
    ] as const) {
      expect((await run(words, env)).code).toBe(code);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('works where nothing has been started yet, and ends by itself', async () => {
    const { code, stdout, stderr } = await runCommand(['keys', 'list', '--json'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // Two of each algorithm that clients can need, of access tokens and of ID tokens; and two to encrypt to.
    expect(JSON.parse(stdout)).toHaveLength(6);
    expect((await readdir(join(folder, 'data'))).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  });

  it.each([
    ['a bad setting', { PORT: 'none' }, /^PORT must be a whole number/],
    ['a misspelt setting', { DATABSE_URL: 'x' }, /did you mean DATABASE_URL\?\n$/],
    [
      'a database that is away',
      { DATABASE_URL: 'postgres://gatehouse:confidential@127.0.0.1:9/none' },
      /^The database at 127\.0\.0\.1:9 cannot be reached/,
    ],
  ])('says in a sentence what to change: %s', async (_what, env, sentence) => {
    const { code, stdout, stderr } = await run('keys list', { NODE_ENV: 'test', ...env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/confidential|\n\s+at /);
  });

  it('costs the server nothing: nothing of it is loaded with the server', async () => {
    const script =
      'require("./dist/src/bootstrap.js"); console.log(Object.keys(require.cache).filter((file) => /nest-commander|inquirer|dist.src.cli(?!ents)/.test(file)).length)';
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
    expect(stdout).toBe('0\n');
  });
});
