import { type CommandLine, commandLineOn } from '../support/command-line';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { ServerProcess } from '../support/server-process';
import { type Answer, TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { SOON, within } from '../support/within';

const OTHER_PASSWORD = 'copper-meadow-4-whistle';

describe('accounts at the command line, while a server runs', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let client: TestClient;
  let cli: CommandLine;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await ServerProcess.start(database.url);
    client = new TestClient(server.url);
    cli = commandLineOn(database);
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const register = (username: string) =>
    client.post('/auth/register', { username, email: `${username}@example.com`, password: GOOD_PASSWORD });
  const login = (username: string, password = GOOD_PASSWORD) => client.post('/auth/login', { username, password });
  const tokensOf = (answer: Answer) => answer.body as { access_token: string; refresh_token: string };
  const statusOf = async (token: string) => (await client.withToken(token).get('/auth/me')).status;

  const signedIn = async (username: string) => {
    await register(username);
    return tokensOf(await login(username));
  };

  const eventsOf = async (type: string) => {
    const rows = await openRows(database);
    const events = await rows.query<{ user_id: string; detail: string; address: string | null }>(
      `SELECT user_id, detail, address FROM audit_events WHERE type = '${type}' ORDER BY seq`,
    );
    await rows.close();
    return events.map(({ user_id, address, detail }) => ({
      userId: user_id,
      address,
      detail: JSON.parse(detail) as unknown,
    }));
  };

  it('makes an account that can sign in, and notes who made it', async () => {
    const made = await cli.withInput(
      'user create --username bob --email bob@example.com --display-name Bob --role editor --password-stdin --json',
      `${GOOD_PASSWORD}\n`,
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const account = JSON.parse(made.stdout) as { id: string };
    const bob = { username: 'bob', email: 'bob@example.com', displayName: 'Bob', roles: ['editor'] };
    expect(account).toEqual({ id: account.id, ...bob });
    const { access_token } = tokensOf(await login('bob'));
    expect((await client.withToken(access_token).get('/auth/me')).body).toMatchObject(account);
    expect(await eventsOf('user.registered')).toContainEqual({
      userId: account.id,
      address: null,
      detail: { roles: 'editor', by: 'cli' },
    });
  });

  it('makes a password and prints it once', async () => {
    const made = await cli('user create --username carol --email carol@example.com --generate-password');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const [, password = ''] = /^Made carol\.\nPassword: (\S{29})\n$/.exec(made.stdout) ?? [];
    expect((await login('carol', password)).status).toBe(200);
  });

  it('keeps the password as it is typed, spaces and all', async () => {
    await register('spacious');
    expect((await cli.withInput('user password spacious --password-stdin', '  two words, two spaces  \r\n')).code).toBe(
      0,
    );
    expect((await login('spacious', '  two words, two spaces  ')).status).toBe(200);
  });

  it('says all that is wrong with an account, a line for each', async () => {
    const refused = await cli.withInput('user create --username a@b --email nothing --password-stdin', 'short');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^username: .+\nemail: .+\npassword: .+\n$/);
    expect(refused.stderr).not.toContain('short.');
  });

  it('refuses a name that is taken, and a role that is none', async () => {
    await register('dora');
    const taken = await cli('user create --username DORA --email other@example.com --generate-password');
    expect(taken).toEqual({ code: 1, stdout: '', stderr: 'The user name or e-mail address is taken.\n' });
    const role = await cli('user create --username ed --email ed@example.com --generate-password --role Boss');
    expect(role).toMatchObject({ code: 1, stdout: '' });
    expect(role.stderr).toMatch(/^roles: A role is a word/);
  });

  it('keeps a disabled person out soon after, tokens and all, until they are enabled', async () => {
    const { access_token, refresh_token } = await signedIn('erin');
    expect(await cli('user disable erin')).toMatchObject({
      code: 0,
      stdout: 'erin is disabled; all their sessions have ended.\n',
    });
    await within(SOON, async () => (await statusOf(access_token)) === 401);
    expect((await client.post('/auth/refresh', { refresh_token })).status).toBe(401);
    expect((await login('erin')).status).toBe(401);
    expect((await cli('user disable erin')).stdout).toBe('erin is already disabled.\n');
    expect((await cli('user enable erin')).stdout).toBe('erin is not disabled any more.\n');
    expect((await login('erin')).status).toBe(200);
    await within(SOON, async () => (await statusOf(access_token)) === 401);
    const [disabled] = await eventsOf('user.disabled');
    expect(disabled?.detail).toEqual({ by: 'cli' });
  });

  it('locks and unlocks, by e-mail address too', async () => {
    const { access_token } = await signedIn('fred');
    expect(await cli('user lock FRED@example.com --json')).toMatchObject({ code: 0, stderr: '' });
    await within(SOON, async () => (await statusOf(access_token)) === 401);
    expect((await login('fred')).status).toBe(401);
    const unlocked = await cli('user unlock fred --json');
    expect(JSON.parse(unlocked.stdout)).toMatchObject({ username: 'fred', locked: false, changed: true });
    expect((await login('fred')).status).toBe(200);
  });

  it('sets a password and ends all sessions', async () => {
    const { access_token, refresh_token } = await signedIn('gina');
    expect(await cli.withInput('user password gina --password-stdin', OTHER_PASSWORD)).toMatchObject({
      code: 0,
      stderr: '',
    });
    await within(SOON, async () => (await statusOf(access_token)) === 401);
    expect((await client.post('/auth/refresh', { refresh_token })).status).toBe(401);
    expect((await login('gina')).status).toBe(401);
    expect((await login('gina', OTHER_PASSWORD)).status).toBe(200);
    const weak = await cli.withInput('user password gina --password-stdin', 'password1');
    expect(weak).toMatchObject({ code: 1, stdout: '' });
    expect(weak.stderr).toMatch(/^password: /);
  });

  it('gives roles, which come with the next token; taking one away ends the sessions that had it', async () => {
    const { refresh_token } = await signedIn('hugo');
    expect((await cli('user roles hugo')).stdout).toBe('hugo has no roles.\n');
    expect((await cli('user roles hugo --role admin --role editor')).stdout).toBe(
      'hugo has the roles admin, editor.\n',
    );
    const { access_token } = tokensOf(await client.post('/auth/refresh', { refresh_token }));
    expect((await client.withToken(access_token).get('/notes/everyone')).status).toBe(200);
    expect((await cli('user roles hugo --none')).code).toBe(1);
    expect((await cli('user roles hugo --role admin')).stdout).toBe('hugo has the role admin.\n');
    await within(SOON, async () => (await statusOf(access_token)) === 401);
  });

  it('makes an administrator, and never takes away the last one', async () => {
    expect((await cli('user roles hugo --none')).stderr).toMatch(/^hugo is the last administrator: /);
    const made = await cli('admin create --username root-ivy --email ivy@example.com --generate-password --json');
    const { roles, password } = JSON.parse(made.stdout) as { roles: string[]; password: string };
    expect(roles).toEqual(['admin']);
    const { access_token } = tokensOf(await login('root-ivy', password));
    expect((await client.withToken(access_token).get('/notes/everyone')).status).toBe(200);
    expect((await cli('user disable hugo')).code).toBe(0);
    const refused = await cli('user disable root-ivy');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^root-ivy is the last administrator: /);
    expect((await login('root-ivy', password)).status).toBe(200);
  });

  it('tells of a person whom it does not know', async () => {
    const stderr = 'Nobody has the user name or e-mail address "nobody".\n';
    expect(await cli('user disable nobody')).toEqual({ code: 1, stdout: '', stderr });
  });
});
