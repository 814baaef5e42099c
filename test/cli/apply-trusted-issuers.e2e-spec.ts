import { stringify } from 'yaml';
import type { Applied } from '../../src/cli/configuration/configuration';
import { ecKeyPair } from '../support/client-credentials';
import { type CommandLine, commandLineOn } from '../support/command-line';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { openConfiguration } from '../support/open-configuration';
import { createTestDatabase } from '../support/test-database';
import { anAssertionOf, DIRECTORY, idOf, JWT_BEARER, present } from '../support/trusted-issuers';
import { SOON, within } from '../support/within';

const ON = { OAUTH_FEATURES: '+jwt_bearer' };
const PARTNER = 'urn:example:partner';
const SECRET = 'n3Vw8kQ2rT5yX9bD1fH6jL4mP7sZ0cGe';
const { privateKey: key, jwk } = ecKeyPair('one');

const person = (name: string) => ({
  preferred_username: name,
  email: `${name}@example.com`,
  password: GOOD_PASSWORD,
});

/** A file in which everything that an issuer is trusted with is new. */
const everything = () => ({
  resource_servers: [
    {
      resource: 'https://photos.example.com',
      name: 'Photo archive',
      scopes: [{ name: 'photos:read', description: 'See your photos' }],
    },
  ],
  clients: [{ client_id: 'robot', client_secret: SECRET, grant_types: [JWT_BEARER], scope: 'notes:read photos:read' }],
  users: [person('alice'), person('bruno')],
  trusted_issuers: [
    {
      issuer: DIRECTORY,
      name: 'Staff directory',
      jwks: { keys: [jwk] },
      clients: ['robot'],
      scope: 'notes:read photos:read',
      links: [
        { subject: 'a-17', preferred_username: 'Alice' },
        { subject: 'b-18', preferred_username: 'bruno' },
      ] as Record<string, unknown>[],
    },
    { issuer: PARTNER, jwks_uri: 'https://partner.example.com/keys', software_statements: true },
  ] as Record<string, unknown>[],
});

describe('the trusted issuers of a set-up as a file', () => {
  let app: TestApp;
  let cli: CommandLine;
  let setUp: Awaited<ReturnType<typeof openConfiguration>>;

  beforeAll(async () => {
    app = await createTestApp({ env: ON });
    cli = commandLineOn(app.database, ON);
    setUp = await openConfiguration(app.database, ON);
  });

  afterAll(async () => {
    await setUp.close();
    await app.close();
  });

  const applied = (content: object, { prune = false, dryRun = false, from = setUp } = {}) =>
    from.configuration.apply(stringify(content), { prune, dryRun });
  const exported = async (from = setUp) => (await from.configuration.export()) as Record<string, object[]>;
  const namesOf = ({ changes }: Applied) => changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
  const faultsOf = async (content: object) => {
    const error: unknown = await applied(content).catch((reason: unknown) => reason);
    return (error as Error).message.split('\n').map((line) => line.replace(/ \(line.*/, ''));
  };
  const use = async (sub: string, server = app) => {
    const assertion = await anAssertionOf({ app: server, key }, { claims: { sub } });
    return present(server, { id: 'robot', secret: SECRET }, assertion);
  };

  it('are judged against the clients, scopes and people of the same file, and a dry run leaves nothing behind', async () => {
    const before = await exported();
    expect(namesOf(await applied(everything(), { dryRun: true })).slice(4)).toEqual([
      `add trusted issuer ${DIRECTORY}`,
      `add trusted issuer ${PARTNER}`,
      `add link a-17 of ${DIRECTORY}`,
      `add link b-18 of ${DIRECTORY}`,
    ]);
    expect(await exported()).toEqual(before);
    expect(before['trusted_issuers']).toEqual([]);
  });

  it('are made, so that their word is taken, and a second time there is nothing to do', async () => {
    expect((await applied(everything())).changes).toHaveLength(8);
    const { body } = await use('a-17');
    expect((await app.withToken(body.access_token as string).get('/auth/me')).status).toBe(403);
    expect((await app.withToken(body.access_token as string).get('/notes')).status).toBe(200);
    expect(namesOf(await applied(everything(), { prune: true }))).toEqual([]);
    const rows = await openRows(app.database);
    const events = await rows.query<{ type: string; detail: string }>(
      `SELECT type, detail FROM audit_events WHERE type LIKE 'trusted-issuer.%' ORDER BY seq`,
    );
    await rows.close();
    expect(events.map(({ type, detail }) => `${type} by ${(JSON.parse(detail) as { by: string }).by}`)).toEqual(
      ['registered', 'registered', 'linked', 'linked'].map((what) => `trusted-issuer.${what} by cli`),
    );
  });

  it('come out of export as they went in, which makes the same server elsewhere', async () => {
    const content = await exported();
    const [aliceId, brunoId] = [await idOf(app, 'alice'), await idOf(app, 'bruno')];
    expect(content['trusted_issuers']).toEqual([
      {
        ...everything().trusted_issuers[0],
        ...{ algorithms: ['ES256'], assertion_lifetime: 300, software_statements: false },
        links: [
          { subject: 'a-17', sub: aliceId },
          { subject: 'b-18', sub: brunoId },
        ],
      },
      {
        ...everything().trusted_issuers[1],
        ...{ algorithms: ['ES256'], clients: [], scope: '', assertion_lifetime: 300, links: [] },
      },
    ]);
    expect(namesOf(await applied(content, { prune: true }))).toEqual([]);
    const database = await createTestDatabase();
    const copy = await openConfiguration(database, ON);
    await applied(content, { from: copy });
    expect(await exported(copy)).toEqual(content);
    await copy.close();
    const server = await createTestApp({ database, env: ON });
    expect((await use('b-18', server)).status).toBe(200);
    await server.close();
  });

  it('are shown with each field that differs, and a subject that becomes somebody else loses its tokens', async () => {
    const content = everything();
    const token = (await use('b-18')).body.access_token as string;
    Object.assign(content.trusted_issuers[0]!, {
      name: 'Directory',
      links: [{ subject: 'b-18', preferred_username: 'carol' }],
    });
    const { changes } = await applied({ ...content, users: [...content.users, person('carol')] });
    expect(changes.map(({ kind, name, fields }) => [kind, name, fields])).toEqual([
      ['user', 'carol', []],
      ['trusted issuer', DIRECTORY, [{ name: 'name', before: 'Staff directory', after: 'Directory' }]],
      [
        'link',
        `b-18 of ${DIRECTORY}`,
        [
          { name: 'sub', before: await idOf(app, 'bruno'), after: null },
          { name: 'preferred_username', before: null, after: 'carol' },
        ],
      ],
    ]);
    await within(SOON, async () => (await app.withToken(token).get('/notes')).status === 401);
    expect((await use('b-18')).status).toBe(200);
    const back = [{ subject: 'b-18', sub: await idOf(app, 'bruno') }];
    Object.assign(content.trusted_issuers[0]!, { links: back });
    expect(namesOf(await applied({ trusted_issuers: content.trusted_issuers }))).toEqual([
      `change link b-18 of ${DIRECTORY}`,
    ]);
  });

  it('are refused with the place of each fault', async () => {
    const content = {
      users: [person('alice'), person('dora')],
      trusted_issuers: [
        { issuer: app.settings.issuer, jwks: { keys: [jwk] }, clients: ['robot', 'nobody'], scope: 'films:read' },
        { issuer: 'urn:b', jwks: { keys: [jwk] }, links: null },
        {
          issuer: 'urn:c',
          jwks: { keys: [jwk] },
          links: [
            { subject: '', preferred_username: 'dora' },
            { subject: 'x', preferred_username: 'nobody' },
            { subject: 'x', sub: 'alice' },
            { subject: 'y', sub: await idOf(app, 'alice'), preferred_username: 'alice' },
            { subject: 'y', preferred_username: 7 },
            { subject: 'z', preferred_username: 'alice' },
            { subject: 'z', preferred_username: 'dora', lineage: 'x' },
          ],
        },
        { issuer: 'urn:c', jwks: { keys: [jwk] } },
      ],
    };
    expect(await faultsOf(content)).toEqual([
      '/trusted_issuers/0/issuer',
      '/trusted_issuers/0/clients/1',
      '/trusted_issuers/0/scope',
      '/trusted_issuers/1/links',
      '/trusted_issuers/2/links/0/subject',
      '/trusted_issuers/2/links/1/preferred_username',
      '/trusted_issuers/2/links/2/sub',
      '/trusted_issuers/2/links/3',
      '/trusted_issuers/2/links/4/preferred_username',
      '/trusted_issuers/2/links/6/lineage',
      '/trusted_issuers/2/links/6/subject',
      '/trusted_issuers/3/issuer',
      'Nothing was changed.',
    ]);
  });

  it('do not vouch to clients or of people whom the same file removes', async () => {
    const gone = { ...everything(), clients: [], users: [person('bruno')] };
    await expect(applied(gone, { prune: true })).rejects.toThrow(
      /^\/trusted_issuers\/0\/clients\/0 .*\n\/trusted_issuers\/0\/links\/0\/preferred_username .*\nNothing/,
    );
  });

  it('lose with --prune the links that their list does not name, and go where the section does not name them', async () => {
    const content = everything();
    const [directory, partner] = content.trusted_issuers;
    const silent = { ...directory, links: undefined };
    expect(namesOf(await applied({ trusted_issuers: [silent, partner] }, { prune: true }))).toEqual([
      `change trusted issuer ${DIRECTORY}`,
    ]);
    const token = (await use('a-17')).body.access_token as string;
    const fewer = [{ ...silent, links: [{ subject: 'b-18', preferred_username: 'bruno' }] }];
    expect(namesOf(await applied({ trusted_issuers: fewer }))).toEqual([]);
    expect(namesOf(await applied({ trusted_issuers: fewer }, { prune: true }))).toEqual([
      `remove trusted issuer ${PARTNER}`,
      `remove link a-17 of ${DIRECTORY}`,
    ]);
    await within(SOON, async () => (await app.withToken(token).get('/notes')).status === 401);
    expect((await use('a-17')).body.error).toBe('invalid_grant');
    expect(namesOf(await applied({ roles: [], users: [person('alice')] }, { prune: true }))).toEqual(
      expect.arrayContaining(['remove user bruno']),
    );
    expect((await exported())['trusted_issuers']).toMatchObject([{ issuer: DIRECTORY, links: [] }]);
    expect(namesOf(await applied({ trusted_issuers: [] }, { prune: true }))).toEqual([
      `remove trusted issuer ${DIRECTORY}`,
    ]);
  });

  it('are no section of the file where JWT authorization grants are off', async () => {
    const off = await openConfiguration(app.database);
    expect(Object.keys(await exported(off))).toEqual(['roles', 'resource_servers', 'clients', 'users']);
    await expect(applied({ trusted_issuers: [] }, { from: off })).rejects.toThrow(
      '/trusted_issuers (line 1): This section is there with one of the features jwt_bearer and dynamic_registration, which are off',
    );
    await off.close();
    expect((await cli('export')).stdout).toContain('trusted_issuers: []');
  });
});
