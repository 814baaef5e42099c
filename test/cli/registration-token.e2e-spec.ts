import { type CommandLine, commandLineOn } from '../support/command-line';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { aDescription, REGISTRATION_ON } from '../support/self-registration';

describe('tokens for registration at the command line, while a server runs', () => {
  let app: TestApp;
  let cli: CommandLine;

  beforeAll(async () => {
    app = await createTestApp({ env: REGISTRATION_ON });
    cli = commandLineOn(app.database, REGISTRATION_ON);
    // The command line lives by the clock of the machine.
    app.clock.advance(Math.ceil((Date.now() - app.clock.now()) / 1_000));
  });

  afterAll(() => app.close());

  const register = async (token: string) => (await app.withToken(token).post('/oauth/register', aDescription())).status;

  it('lets an application register itself as often as it says, and shows the token once', async () => {
    const made = await cli('registration-token create --label printers --uses 2 --days 1 --json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { token, ...known } = JSON.parse(made.stdout) as Record<string, string>;
    expect(known).toMatchObject({ label: 'printers', usesLeft: 2 });
    expect([await register(token!), await register(token!), await register(token!)]).toEqual([201, 201, 401]);
    expect((await cli('registration-token list')).stdout).toBe('There are none.\n');
  });

  it('takes a token back', async () => {
    const [, token = ''] = (await cli('registration-token create --label radios')).stdout.split('\n');
    const listed = JSON.parse((await cli('registration-token list --json')).stdout) as { id: string; label: string }[];
    expect(listed).toEqual([expect.objectContaining({ label: 'radios', usesLeft: 1 })]);
    expect(JSON.stringify(listed)).not.toContain(token);
    expect(await cli(`registration-token revoke ${listed[0]!.id}`)).toMatchObject({ code: 0, stdout: 'Taken back.\n' });
    expect(await register(token)).toBe(401);
    expect((await cli(`registration-token revoke ${listed[0]!.id}`)).code).toBe(1);
  });

  it('says so where no server of these settings would take it', async () => {
    const { code, stdout, stderr } = await commandLineOn(app.database)('registration-token create --label scanners');
    expect([code, await register(stdout.split('\n')[1]!)]).toEqual([0, 201]);
    expect(stderr).toMatch(/^Note: dynamic_registration is off in these settings\. .+\n$/);
  });

  it.each([
    ['', 'error: --label is needed\n'],
    [' --label x --uses 0', 'error: --uses is a number from 1 to 10000\n'],
    [' --label x --days 366', 'error: --days is a number from 1 to 365\n'],
    [' --label x --profile old', 'error: --profile is oauth2.1 or compat\n'],
    [' --label x --days 1e1', 'error: --days is a number from 1 to 365\n'],
  ])('does not guess what is meant: "create%s"', async (options, stderr) => {
    expect(await cli(`registration-token create${options}`)).toEqual({ code: 2, stdout: '', stderr });
  });
});
