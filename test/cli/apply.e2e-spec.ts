import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Applied } from '../../src/cli/configuration/configuration';
import { type CommandLine, commandLineOn } from '../support/command-line';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { openConfiguration } from '../support/open-configuration';
import { createTestDatabase } from '../support/test-database';

/* eslint-disable @typescript-eslint/no-explicit-any -- the JSON of a command is looked into */

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SECRET = 'n3Vw8kQ2rT5yX9bD1fH6jL4mP7sZ0cGe';
const OTHER_SECRET = 'Zk8uR4wM1xC7vN3qB9tJ5yF2hD6gS0aL';

/** A file with something of everything. */
const everything = () => ({
  roles: [{ name: 'editor', description: 'Edits everything' }],
  resource_servers: [
    {
      resource: 'https://photos.example.com',
      name: 'Photo archive',
      scopes: [{ name: 'photos:read', description: 'See your photos' }],
      introspection_clients: ['photo-archive'],
    },
  ],
  clients: [
    { client_id: 'photo-archive', grant_types: ['client_credentials'], scope: 'notes:read' },
    {
      client_id: 'printer',
      client_name: 'Printer',
      client_secret: SECRET,
      redirect_uris: ['https://printer.example.com/callback'],
      grant_types: ['authorization_code', 'client_credentials'],
      scope: 'photos:read notes:read',
    },
  ] as Record<string, unknown>[],
  users: [
    {
      preferred_username: 'alice',
      email: 'alice@example.com',
      name: 'Alice Liddell',
      roles: ['admin', 'editor'],
      password: GOOD_PASSWORD,
    },
    { preferred_username: 'bob', email: 'bob@example.com', password: 'copper-meadow-4-whistle' },
  ] as Record<string, unknown>[],
});

describe('the set-up of a server as a file', () => {
  let folder: string;
  let app: TestApp;
  let cli: CommandLine;
  let setUp: Awaited<ReturnType<typeof openConfiguration>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-apply-'));
    app = await createTestApp();
    cli = commandLineOn(app.database);
    setUp = await openConfiguration(app.database);
  });

  afterAll(async () => {
    await setUp.close();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Through the command line. */
  const apply = async (content: unknown, options = '') => {
    const file = join(folder, 'set-up.yaml');
    await writeFile(file, typeof content === 'string' ? content : stringify(content));
    return cli(`apply -f ${file} ${options}`.trim());
  };
  const applied = (content: object, { prune = false, from = setUp } = {}) =>
    from.configuration.apply(stringify(content), { prune, dryRun: false });
  const exported = async (from = setUp) => (await from.configuration.export()) as Record<string, any[]>;
  const namesOf = ({ changes }: Applied) => changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
  const tokenFor = (id: string, secret: string, server = app) =>
    server.post('/oauth/token', 'grant_type=client_credentials&scope=notes:read', {
      ...FORM,
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });

  it('shows what would change, and changes nothing, with --dry-run', async () => {
    const { code, stdout } = await apply(everything(), '--dry-run');
    expect({ code, lines: stdout.trimEnd().split('\n') }).toEqual({
      code: 0,
      lines: [
        '+ role editor',
        '+ resource server https://photos.example.com',
        '+ client photo-archive',
        '+ client printer',
        '+ user alice',
        '+ user bob',
        '6 changes to be made',
      ],
    });
    expect(await exported()).toEqual({ roles: [], resource_servers: [], clients: [], users: [] });
    expect((await cli('export')).stderr).toBe('');
    const rows = await openRows(app.database);
    expect(await rows.query(`SELECT type FROM audit_events WHERE detail LIKE '%cli%'`)).toEqual([]);
    await rows.close();
  });

  it('makes it all, so that clients have tokens and people sign in, and says "0 changes" the second time', async () => {
    const { stdout } = await apply(everything(), '--json');
    const { changes, secrets } = JSON.parse(stdout) as Record<string, any[]>;
    expect(changes).toHaveLength(6);
    expect(secrets).toEqual([
      { client_id: 'photo-archive', client_secret: expect.stringMatching(/^[\w-]{43}$/) as string },
    ]);
    expect((await tokenFor('photo-archive', secrets![0].client_secret as string)).status).toBe(200);
    expect((await tokenFor('printer', SECRET)).status).toBe(200);
    expect((await app.login('alice')).status).toBe(200);
    expect(await apply(everything())).toEqual({ code: 0, stdout: '0 changes\n', stderr: '' });
    expect(namesOf(await applied(everything(), { prune: true }))).toEqual([]);
    const rows = await openRows(app.database);
    const events = await rows.query<{ type: string }>(
      `SELECT type FROM audit_events WHERE detail LIKE '%"by":"cli"%' ORDER BY seq`,
    );
    await rows.close();
    expect(events.map(({ type }) => type)).toEqual([
      'resource-server.registered',
      'client.registered',
      'client.registered',
      'user.registered',
      'user.registered',
    ]);
  });

  it('takes back what export wrote without a change, in YAML from standard input and in JSON', async () => {
    const { stdout: yaml, stderr } = await cli('export');
    expect(stderr).toMatch(/^Note: this holds hashes of passwords, .+\n$/);
    for (const secret of [SECRET, GOOD_PASSWORD]) expect(yaml).not.toContain(secret);
    const outcome = await cli.withInput('apply -f - --prune', yaml);
    expect(outcome).toEqual({ code: 0, stdout: '0 changes\n', stderr: '' });
    const json = JSON.stringify(await exported());
    expect((await setUp.configuration.apply(json, { prune: true, dryRun: false })).changes).toEqual([]);
    const file = join(folder, 'written.yaml');
    expect((await cli(`export -o ${file}`)).stdout).toBe(`Wrote 6 entries to ${file}.\n`);
    expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual([yaml, 0o600]);
  });

  it('makes the same server elsewhere: clients know their secrets and people their passwords, and they are the same people', async () => {
    const database = await createTestDatabase();
    const copy = await openConfiguration(database);
    const content = await exported();
    expect(namesOf(await applied(content, { from: copy }))).toHaveLength(6);
    expect(await exported(copy)).toEqual(content);
    await copy.close();
    const server = await createTestApp({ database });
    expect((await tokenFor('printer', SECRET, server)).status).toBe(200);
    expect((await tokenFor('printer', OTHER_SECRET, server)).status).toBe(401);
    expect((await server.login('alice')).status).toBe(200);
    await server.close();
  });

  it('shows each field that differs, a secret by its name alone, and leaves out what the file does not say', async () => {
    const content = everything();
    Object.assign(content.roles[0]!, { description: 'Edits' });
    Object.assign(content.clients[1]!, { client_name: 'Press', client_secret: OTHER_SECRET });
    Object.assign(content.users[1]!, { name: 'Bob', password: 'another-harbour-7-candle', disabled: true });
    const { stdout } = await apply(content);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '~ role editor',
      '    description: "Edits everything" → "Edits"',
      '~ client printer',
      '    client_name: "Printer" → "Press"',
      '    client_secret: another one',
      '~ user bob',
      '    name: null → "Bob"',
      '    disabled: false → true',
      '    password: another one',
      '3 changes',
    ]);
    expect(namesOf(await applied(content))).toEqual([]);
    delete content.users[1]!['disabled'];
    expect(namesOf(await applied(content))).toEqual([]);
    expect((await app.login('bob', 'another-harbour-7-candle')).status).toBe(401);
    Object.assign(content.users[1]!, { disabled: false });
    expect(namesOf(await applied(content))).toEqual(['change user bob']);
    expect((await app.login('bob', 'another-harbour-7-candle')).status).toBe(200);
  });

  it('gives a client that has come to need a secret one, and shows it once', async () => {
    const client = {
      client_id: 'turncoat',
      redirect_uris: ['https://turncoat.example.com/'],
      token_endpoint_auth_method: 'none',
    };
    expect((await applied({ clients: [client] })).secrets).toEqual([]);
    const confidential = { ...client, token_endpoint_auth_method: 'client_secret_basic' };
    expect((await applied({ clients: [confidential] })).secrets).toMatchObject([{ client_id: 'turncoat' }]);
    expect(await applied({ clients: [confidential] })).toMatchObject({ changes: [], secrets: [] });
  });

  it('judges the whole file before it writes anything, and says where each fault is and what to change', async () => {
    const before = await exported();
    const { code, stdout, stderr } = await apply(`roles:
  - name: Editor
resource_servers:
  - resource: https://films.example.com
    name: Films
    scopes:
      - { name: films:read, description: See films }
    introspection_clients: [nobody]
clients:
  - client_id: good
    redirect_uris: [https://good.example.com/]
    scope: films:read
  - client_id: first-party
    redirect_uris: ['https://x.example.com/', 'javascript:alert(1)']
    scope: films:write
    client_secret: short
    logo: x
users:
  - preferred_username: carol
    email: nowhere
    roles: [admin, janitor]
    password: password
  - preferred_username: dan
    email: bob@example.com
keys: []
`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').map((line) => line.replace(/: .*/, ''))).toEqual([
      '/keys (line 25)',
      '/roles/0/name (line 2)',
      '/resource_servers/0/introspection_clients/0 (line 8)',
      '/clients/1/client_id (line 13)',
      '/clients/1/client_secret (line 16)',
      '/clients/1/logo (line 17)',
      '/clients/1/redirect_uris/1 (line 14)',
      '/users/0/email (line 20)',
      '/users/0/roles/1 (line 21)',
      '/users/0/password (line 22)',
      '/users/1/email (line 24)',
      '/users/1/password (line 23)',
      'Nothing was changed.',
      '',
    ]);
    expect(stderr).toContain('/users/0/roles/1 (line 21): Nobody knows this role: describe it in the section roles.');
    expect(await exported()).toEqual(before);
  });

  it('takes everything back where one thing cannot be done: the last administrator stays', async () => {
    const before = await exported();
    const content = everything();
    Object.assign(content.users[0]!, { roles: [] });
    const unhanded = { ...content, roles: [{ name: 'editor' }, { name: 'reviewer' }] };
    const { code, stderr } = await apply(unhanded);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        '/users/0 (line 27): This is the last administrator: make another one first, or in the same file.\nNothing was changed.\n',
    });
    expect(await exported()).toEqual(before);
    await expect(applied({ users: [content.users[1]] }, { prune: true })).rejects.toThrow(
      'The file (line 1): The user alice: This is the last administrator: make another one first, or in the same file.\nNothing was changed.',
    );
    Object.assign(content.users[1]!, { roles: ['admin'], password: 'another-harbour-7-candle', name: 'Bob' });
    expect(namesOf(await applied({ users: content.users }))).toEqual(['change user bob', 'change user alice']);
  });

  it('removes with --prune what its sections do not name, and nothing of other sections or that has registered itself', async () => {
    const content = everything();
    Object.assign(content.users[1]!, { roles: ['admin'], password: 'another-harbour-7-candle' });
    await app.register('zoe');
    const rest = { clients: [content.clients[1]], users: [content.users[1]] };
    expect(namesOf(await applied({ ...rest, resource_servers: [] }))).not.toContain('remove user zoe');
    expect(namesOf(await applied({ ...rest, roles: [] }, { prune: true })).sort()).toEqual([
      'remove client photo-archive',
      'remove client turncoat',
      'remove role editor',
      'remove user alice',
      'remove user zoe',
    ]);
    expect(await exported()).toMatchObject({ roles: [], resource_servers: [{}], clients: [{}], users: [{}] });
    expect((await app.login('zoe')).status).toBe(401);
    expect((await app.login('bob', 'another-harbour-7-candle')).status).toBe(200);
    expect(await app.register('yves')).toMatchObject({ status: 201 });
  });
});
