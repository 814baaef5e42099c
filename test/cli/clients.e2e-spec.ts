import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { exportJWK, generateKeyPair } from 'jose';
import { SystemClock } from '../../src/config/clock';
import { type CommandLine, commandLineOn } from '../support/command-line';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { freePort } from '../support/free-port';
import { PageBrowser } from '../support/page-browser';
import { ServerProcess } from '../support/server-process';
import { runSnippet } from '../support/snippet-runner';
import { TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { SOON, within } from '../support/within';

/* eslint-disable @typescript-eslint/no-explicit-any -- the JSON of a command is looked into */

const CALLBACK = 'https://app.example.com/callback';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('applications at the command line, while a server runs', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let client: TestClient;
  let cli: CommandLine;
  let issuer: string;

  beforeAll(async () => {
    const port = await freePort();
    issuer = `http://localhost:${port}`;
    database = await createTestDatabase();
    server = await ServerProcess.start(database.url, { ISSUER: issuer, PORT: String(port) });
    client = new TestClient(server.url);
    cli = commandLineOn(database, { ISSUER: issuer });
    const alice = { username: 'alice', email: 'alice@example.com', password: GOOD_PASSWORD };
    await client.post('/auth/register', alice);
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const json = async (words: string): Promise<any> => {
    const { code, stdout, stderr } = await cli(`${words} --json`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  const tokenFor = (id: string, secret: string, scope = 'notes:read') =>
    client.post('/oauth/token', new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(), {
      ...FORM,
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
  const eventsOf = async (id: string) => {
    const rows = await openRows(database);
    const events = await rows.query<{ type: string; detail: string }>(
      `SELECT type, detail FROM audit_events WHERE client_id = '${id}' AND type LIKE 'client.%' ORDER BY seq`,
    );
    await rows.close();
    return events.map(({ type, detail }) => `${type} ${(JSON.parse(detail) as { by: string }).by}`);
  };

  /** Signs alice in at the address, and lets the application have what it asks for. @returns the address that she is sent back to */
  const signIn = async (url: string): Promise<string> => {
    const browser = new PageBrowser(Object.assign(client, { clock: new SystemClock() }), issuer);
    await browser.open(url);
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    return browser.url;
  };

  it('registers a confidential web application with codes and refresh tokens, and tells it all that it needs', async () => {
    const made = await json(`client create --name Printer --redirect-uri ${CALLBACK} --scope notes:read`);
    expect(made).toMatchObject({
      client_id: expect.stringMatching(/^[\w-]{22}$/),
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_name: 'Printer',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'notes:read',
      disabled: false,
      server: {
        issuer,
        authorization_endpoint: `${issuer}/oauth/authorize`,
        token_endpoint: `${issuer}/oauth/token`,
        revocation_endpoint: `${issuer}/oauth/revoke`,
        introspection_endpoint: `${issuer}/oauth/introspect`,
      },
    });
    expect(await eventsOf(made.client_id)).toEqual(['client.registered cli']);
  });

  it('gives a web application code with which somebody signs in at once (openid-client)', async () => {
    const made = await json(`client create --name Web --redirect-uri ${CALLBACK} --scope notes:read`);
    const env = { CLIENT_SECRET: made.client_secret as string };
    const begun = await runSnippet<{ url: string }>(made.snippet, 'return module.begin();', env);
    const currentUrl = await signIn(begun.url);
    expect(currentUrl).toMatch(/^https:\/\/app\.example\.com\/callback\?/);
    const finish = `return module.finish(${JSON.stringify(currentUrl)}, ${JSON.stringify(begun)});`;
    const tokens = await runSnippet<any>(made.snippet, finish, env);
    expect(tokens).toMatchObject({ scope: 'notes:read', refresh_token: expect.any(String) });
    expect((await client.withToken(tokens.access_token).get('/notes')).status).toBe(200);
  });

  it('gives a public application code with which somebody signs in in a browser', async () => {
    const made = await json(
      `client create --name Spa --type public --redirect-uri ${CALLBACK} --scope notes:read --scope notes:write`,
    );
    expect(made).toMatchObject({ token_endpoint_auth_method: 'none', scope: 'notes:read notes:write' });
    expect(made).not.toHaveProperty('client_secret');
    // Only clients that authenticate may ask about tokens (RFC 7662 §2.1).
    expect(made.server).not.toHaveProperty('introspection_endpoint');
    const page = (href: string, kept: string) => `
      const stored = new Map(${kept});
      globalThis.location = { href: '${href}', pathname: '/callback' };
      globalThis.history = { replaceState: () => undefined };
      globalThis.sessionStorage = {
        setItem: (name, value) => stored.set(name, value), getItem: (name) => stored.get(name), removeItem: (name) => stored.delete(name),
      };`;
    const begin = `${page('', '[]')} await module.signIn(); return { url: String(location.href), stored: [...stored] };`;
    const begun = await runSnippet<{ url: string; stored: unknown }>(made.snippet, begin);
    const currentUrl = await signIn(begun.url);
    const tokens = await runSnippet<any>(
      made.snippet,
      `${page(currentUrl, JSON.stringify(begun.stored))} return module.finish();`,
    );
    expect(tokens.scope).toBe('notes:read notes:write');
  });

  it.each(['http://127.0.0.1/callback', 'http://[::1]:9/a/b', 'http://localhost/'])(
    'gives a program on the device of a person code that listens there: %s (RFC 8252 §7.3)',
    async (redirectUri) => {
      const made = await json(
        `client create --name Tool --type public --redirect-uri ${redirectUri} --scope notes:read`,
      );
      const inbox = createServer((request, response) => {
        void text(request).then(async (url) => {
          response.end();
          const answered = await signIn(url);
          await fetch(new URL('/favicon.ico', answered));
          await fetch(answered);
        });
      });
      await new Promise<void>((listening) => inbox.listen(0, '127.0.0.1', listening));
      const { port } = inbox.address() as AddressInfo;
      const use = `return module.signIn((body) => fetch('http://127.0.0.1:${port}/', { method: 'POST', body }));`;
      const tokens = await runSnippet<any>(made.snippet, use).finally(() => inbox.close());
      expect(tokens).toMatchObject({ scope: 'notes:read', refresh_token: expect.any(String) });
      expect((await client.withToken(tokens.access_token).get('/notes')).status).toBe(200);
    },
    30_000,
  );

  it('gives an app that is opened by a scheme of its own code for the address that it is opened with (RFC 8252 §7.1)', async () => {
    const made = await json('client create --name App --type public --redirect-uri com.example.app:/callback');
    const begun = await runSnippet<{ url: string }>(made.snippet, 'return module.begin();');
    const currentUrl = await signIn(begun.url);
    expect(currentUrl).toMatch(/^com\.example\.app:\/callback\?/);
    const finish = `return module.finish(${JSON.stringify(currentUrl)}, ${JSON.stringify(begun)});`;
    expect(await runSnippet<any>(made.snippet, finish)).toMatchObject({ token_type: expect.any(String) });
  });

  it('takes pages that are being written for pages, though they are on the machine of whoever writes them', async () => {
    const made = await json('client create --name Pages --type public --redirect-uri http://localhost:5173/callback');
    expect(made.snippet).toContain('sessionStorage');
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    'gives a service a command with which it gets a token at once: %s',
    async (method) => {
      const made = await json(`client create --name Robot --scope notes:read --auth-method ${method}`);
      expect(made).toMatchObject({ grant_types: ['client_credentials'], response_types: [], redirect_uris: [] });
      expect(made.server).not.toHaveProperty('authorization_endpoint');
      const { stdout } = await promisify(execFile)('bash', ['-c', made.snippet], {
        env: { PATH: process.env['PATH'], CLIENT_SECRET: made.client_secret },
      });
      expect(JSON.parse(stdout)).toMatchObject({ token_type: 'Bearer', scope: 'notes:read' });
    },
  );

  it('registers a client with keys of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
    const file = join(folder, 'keys.json');
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    await writeFile(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'mine' }] }));
    const made = await json(`client create --name Signer --auth-method private_key_jwt --jwks ${file}`);
    expect(made).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kid: 'mine' }] } });
    expect(made).not.toHaveProperty('client_secret');
    await writeFile(file, 'keys');
    const refused = await cli(`client create --name Signer --auth-method private_key_jwt --jwks ${file}`);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^The file \S+ holds no JSON: --jwks takes a file/);
    await rm(folder, { recursive: true });
  });

  it('prints it all for people, the secret once', async () => {
    const made = await cli(`client create --name Reader --redirect-uri ${CALLBACK} --id reader`);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const [, secret = ''] = /client_secret +(\S{43}) {3}\(not shown again\)\n/.exec(made.stdout) ?? [];
    expect(made.stdout).toMatch(new RegExp(`^Registered Reader\\.\\n\\n(  .+\\n)*  client_id +reader\\n`));
    expect(made.stdout).toMatch(new RegExp(`^  redirect_uri +${CALLBACK}$`, 'm'));
    expect(made.stdout.split(secret)).toHaveLength(2);
    for (const command of ['client show reader', 'client show reader --json', 'client list', 'client list --json']) {
      const { stdout } = await cli(command);
      expect(stdout).toContain('reader');
      expect(stdout).not.toContain(secret);
    }
  });

  it('lists them under headings, and says who has described each', async () => {
    await json('client create --name Listed --scope notes:read --id listed');
    const [headings = '', ...lines] = (await cli('client list')).stdout.trimEnd().split('\n');
    expect(headings.split(/ {2,}/)).toEqual(['client_id', 'authentication', 'described by', 'client_name']);
    const rows = lines.map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(['listed', 'client_secret_basic', 'an administrator', 'Listed']);
    expect(rows.find(([id]) => id === 'first-party')?.[2]).toBe('this server');
    expect(lines.find((line) => line.startsWith('listed '))!.indexOf('Listed')).toBe(headings.indexOf('client_name'));
  });

  it.each([
    ['device_code', 'urn:ietf:params:oauth:grant-type:device_code'],
    ['token-exchange', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ['urn:ietf:params:oauth:grant-type:jwt-bearer', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  ])('takes a grant by its short name and by its long one: %s', async (word, grant) => {
    const made = await json(`client create --name Tv --scope notes:read --grant ${word}`);
    expect(made.grant_types).toEqual([grant]);
  });

  it('takes an id that is free, and no other', async () => {
    const words = 'client create --name Chosen --scope notes:read --id chosen-one';
    expect((await json(words)).client_id).toBe('chosen-one');
    expect(await cli(words)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is a client with the id chosen-one already: choose another.\n',
    });
    expect((await cli('client create --name Odd --id https://x.example')).stderr).toMatch(
      /^client_id must be 1 to 100/,
    );
  });

  it('says what to change, a line for each fault', async () => {
    const refused = await cli('client create --name Bad --redirect-uri javascript:alert(1) --auth-method secret_basic');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^redirect_uris cannot be registered: .+ \(RFC 8252 §7\)\.\ntoken_endpoint_auth_method must be one of /,
    );
    expect((await cli('client create --name Bad --scope notes:red')).stderr).toMatch(
      /^scope names what no resource server knows: "notes:red"\.\nThere are: (.+, )?notes:read, notes:write, /,
    );
  });

  it('changes a secret, and lets the old one be good for as long as it is told', async () => {
    const made = await json('client create --name Rotating --scope notes:read --id rotating');
    expect((await tokenFor('rotating', made.client_secret)).status).toBe(200);
    const first = await json('client rotate-secret rotating --overlap 2h');
    await within(SOON, async () => (await tokenFor('rotating', first.client_secret)).status === 200);
    expect((await tokenFor('rotating', made.client_secret)).status).toBe(200);
    const second = await cli('client rotate-secret rotating');
    const [, secret = ''] = /^rotating has another secret; .+\nclient_secret: (\S+)\n$/.exec(second.stdout) ?? [];
    await within(SOON, async () => (await tokenFor('rotating', secret)).status === 200);
    for (const old of [made.client_secret, first.client_secret]) {
      expect((await tokenFor('rotating', old)).status).toBe(401);
    }
    expect(await eventsOf('rotating')).toEqual([
      'client.registered cli',
      'client.secret-rotated cli',
      'client.secret-rotated cli',
    ]);
    await json(`client create --name Spa --type public --redirect-uri ${CALLBACK} --id secretless`);
    expect((await cli('client rotate-secret secretless')).stderr).toMatch(/is one without a secret: change it first/);
  });

  it('keeps a disabled client out soon after, tokens and all, until it is enabled', async () => {
    const made = await json('client create --name Unruly --scope notes:read --id unruly');
    const token = (await tokenFor('unruly', made.client_secret)).body.access_token as string;
    const opens = async () => (await client.withToken(token).get('/protected')).status;
    expect(await opens()).toBe(200);
    expect((await cli('client disable unruly')).stdout).toBe('unruly is disabled; its tokens are taken back.\n');
    await within(SOON, async () => (await opens()) === 401);
    await within(SOON, async () => (await tokenFor('unruly', made.client_secret)).status === 401);
    expect((await json('client show unruly')).disabled).toBe(true);
    expect((await cli('client disable unruly')).code).toBe(0);
    expect((await cli('client enable unruly')).stdout).toBe('unruly is enabled.\n');
    await within(SOON, async () => (await tokenFor('unruly', made.client_secret)).status === 200);
    expect(await eventsOf('unruly')).toEqual(['client.registered cli', 'client.disabled cli', 'client.enabled cli']);
  });

  it('deletes a client, which is out soon after', async () => {
    const made = await json('client create --name Brief --scope notes:read --id brief');
    expect((await tokenFor('brief', made.client_secret)).status).toBe(200);
    expect((await cli('client delete brief')).stdout).toBe('brief is deleted; its tokens are taken back.\n');
    await within(SOON, async () => (await tokenFor('brief', made.client_secret)).status === 401);
    expect(await cli('client show brief')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No client has the id "brief"; client list names them all.\n',
    });
  });

  it("leaves the server's own client as it is", async () => {
    for (const command of ['disable', 'delete']) {
      const { code, stderr } = await cli(`client ${command} first-party`);
      expect([code, stderr]).toEqual([1, "first-party is the server's own client, which stays as it is.\n"]);
    }
    expect((await client.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD })).status).toBe(200);
  });
});
