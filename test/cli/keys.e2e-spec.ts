import { type CommandLine, commandLineOn } from '../support/command-line';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { SOON, within } from '../support/within';

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
}

describe('signing keys at the command line, while a server runs', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let client: TestClient;
  let cli: CommandLine;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await ServerProcess.start(database.url);
    client = new TestClient(server.url);
    cli = commandLineOn(database);
    const alice = { username: 'alice', email: 'alice@example.com', password: GOOD_PASSWORD };
    await client.post('/auth/register', alice);
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const signIn = async () => {
    const { body } = await client.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD });
    return (body as { access_token: string }).access_token;
  };
  const kidOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
  const statusOf = async (token: string) => (await client.withToken(token).get('/protected')).status;
  const published = async () =>
    (await client.get('/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid) as string[];
  const listed = async () => JSON.parse((await cli('keys list --json')).stdout) as Key[];
  const kidIn = (keys: readonly Key[], state: string, alg = 'ES256') =>
    keys.find((key) => key.state === state && key.alg === alg)?.kid;

  it('lists the keys that the server publishes, without their private parts', async () => {
    const outcome = await cli('keys list --json');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const keys = JSON.parse(outcome.stdout) as Key[];
    expect(keys.map(({ state }) => state).sort()).toEqual(['active', 'active', 'active', 'active', 'next', 'next']);
    expect(keys.map(({ kid }) => kid).sort()).toEqual((await published()).sort());
    expect(Object.keys(keys[0]!)).toEqual(['kid', 'alg', 'state', 'createdAt', 'activatedAt', 'expiresAt']);
    const table = await cli('keys list');
    expect(table.stdout.trim().split('\n')).toHaveLength(6);
    expect(table.stdout).toMatch(/RS256 {2}next/);
    expect(table.stdout).toMatch(/ECDH-ES {2}active {4}is encrypted to since \d{4}/);
    expect(table.stdout).toMatch(/ES256 {2}active {4}signs since \d{4}-\d\d-\d\dT/);
  });

  it('waits until clients can have seen the next key, and says for how long', async () => {
    const refused = await cli('keys rotate');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^The next key was made so recently .+ try again in \d+ s, or add --now\.\n$/);
  });

  it('rotates at once where it is told to, and no token is refused for it', async () => {
    const before = await signIn();
    const next = kidIn(await listed(), 'next');
    const ofIdTokens = kidIn(await listed(), 'next', 'RS256');
    const rotated = await cli('keys rotate --now --json');
    expect(JSON.parse(rotated.stdout)).toEqual({
      keys: [
        { algorithm: 'ES256', kid: next },
        { algorithm: 'RS256', kid: ofIdTokens },
        { algorithm: 'RSA-OAEP-256', kid: expect.any(String) as string },
        { algorithm: 'ECDH-ES', kid: expect.any(String) as string },
      ],
      revoked: false,
    });
    await within(SOON, async () => kidOf(await signIn()) === next);
    expect(await statusOf(before)).toBe(200);
    expect(await published()).toEqual(expect.arrayContaining([kidOf(before), next]));
    const rows = await openRows(database);
    const [event] = await rows.query<{ detail: string }>(
      `SELECT detail FROM audit_events WHERE type = 'key.rotated' ORDER BY seq`,
    );
    await rows.close();
    expect(JSON.parse(event!.detail)).toEqual({
      kid: next,
      previous: kidOf(before),
      algorithm: 'ES256',
      revoked: 0,
      by: 'cli',
    });
  });

  it('rotates the keys of one algorithm where it is named, and of no algorithm that there is not', async () => {
    const [before, next] = [kidIn(await listed(), 'active'), kidIn(await listed(), 'next', 'RS256')];
    const rotated = await cli('keys rotate --now --json --algorithm RS256');
    expect(JSON.parse(rotated.stdout)).toEqual({ keys: [{ algorithm: 'RS256', kid: next }], revoked: false });
    expect(kidIn(await listed(), 'active')).toBe(before);
    const refused = await cli('keys rotate --algorithm HS256');
    expect(refused).toMatchObject({
      code: 1,
      stderr: '--algorithm must be one of ES256, RS256, PS256, EdDSA, RSA-OAEP-256, ECDH-ES.\n',
    });
    const without = await cli('keys rotate --now --algorithm PS256');
    expect(without.stderr).toBe('There is no key to go on to: start the server once, which makes the keys.\n');
  }, 60_000);

  it('takes a leaked key back: soon after no token that it signed is accepted', async () => {
    const token = await signIn();
    expect(await statusOf(token)).toBe(200);
    const revoked = await cli('keys rotate --revoke');
    expect(revoked.stdout).toMatch(
      /^(?:The key \S+ signs with [ER]S256 now; the one before is taken for nothing any more\.\n){2}(?:The key \S+ is what others encrypt to now .+\n){2}$/,
    );
    await within(SOON, async () => (await statusOf(token)) === 401);
    expect(await published()).not.toContain(kidOf(token));
    expect(await statusOf(await signIn())).toBe(200);
  });
});
