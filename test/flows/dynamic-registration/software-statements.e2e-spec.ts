import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type JWTHeaderParameters, SignJWT } from 'jose';
import { ClientStore } from '../../../src/clients/client.store';
import { TrustedIssuerRegistrations } from '../../../src/oauth/trusted-issuer-registration/trusted-issuer-registrations';
import { ecKeyPair } from '../../support/client-credentials';
import { createTestApp, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { es256, fixed, forge, hs } from '../../support/forged-jwt';
import { aDescription, anInitialToken, REGISTRATION_ON, selfRegister } from '../../support/self-registration';
import { StrangersWeb } from '../../support/strangers-web';
import type { Answer } from '../../support/test-client';
import { CALLBACK } from '../../support/test-clients';
import { BY } from '../../support/trusted-issuers';
import { faultOf } from '../../support/verdicts';

const GUILD = 'https://guild.example.com';
const DIRECTORY = 'https://directory.example.com';
const PUBLISHED = 'https://published.example.com';
const ELSEWHERE = 'https://printer.example.com/callback';

interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters> & Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
}

describe('a software statement (RFC 7591 §2.3)', () => {
  const { privateKey: key, jwk } = ecKeyPair('one');
  let app: TestApp;
  let web: StrangersWeb;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ env: REGISTRATION_ON, network: web });
    const issuers = app.resolve(TrustedIssuerRegistrations);
    const jwks = { keys: [jwk] };
    await issuers.register(GUILD, { jwks, software_statements: true }, BY);
    await issuers.register(DIRECTORY, { jwks }, BY);
    await issuers.register(PUBLISHED, { jwks_uri: `${PUBLISHED}/keys`, software_statements: true }, BY);
  });

  beforeEach(() => {
    // Another window for the limits.
    app.clock.advance(3_600);
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const seconds = () => Math.floor(app.clock.now() / 1_000);

  const aStatement = ({ claims = {}, header = {}, key: other = key }: Changes = {}): Promise<string> =>
    new SignJWT({ iss: GUILD, software_id: 'printer-4711', client_name: 'Guild Printer', ...claims })
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign(other);

  const register = async (changes: Changes, overrides: Readonly<Record<string, unknown>> = {}) =>
    selfRegister(app, { software_statement: await aStatement(changes), ...overrides });

  const verdictOf = (answer: Answer) => faultOf(answer) ?? [answer.status, answer.body.error];

  const change = (registered: Answer, overrides: Readonly<Record<string, unknown>>) =>
    app
      .withToken(registered.body.registration_access_token as string)
      .put(
        `/oauth/register/${registered.body.client_id}`,
        aDescription({ client_id: registered.body.client_id, ...overrides }),
      );

  it('says what the program is, whatever stands beside it, and is shown as it came (RFC 7591 §3.1.1, §3.2.1)', async () => {
    const statement = await aStatement({
      claims: { redirect_uris: [ELSEWHERE], software_version: '2', contacts: null, exp: seconds() + 60 },
    });
    const beside = {
      client_name: 'Else',
      software_id: 'x',
      contacts: ['me@evil.example'],
      tos_uri: `${CALLBACK}/terms`,
    };
    const made = await selfRegister(app, { ...beside, software_statement: statement });
    const shown = {
      ...{ client_name: 'Guild Printer', software_id: 'printer-4711', software_version: '2' },
      ...{ redirect_uris: [ELSEWHERE], tos_uri: `${CALLBACK}/terms`, software_statement: statement },
    };
    expect([made.status, made.body]).toEqual([201, expect.objectContaining(shown)]);
    for (const name of ['iss', 'exp', 'contacts']) expect(made.body).not.toHaveProperty(name);
    const read = await app
      .withToken(made.body.registration_access_token as string)
      .get(`/oauth/register/${made.body.client_id}`);
    expect([read.status, read.body]).toEqual([200, expect.objectContaining(shown)]);
    expect((await app.resolve(ClientStore).read(made.body.client_id as string))!.metadata).not.toHaveProperty('iss');
  });

  it('is not needed, and may be null', async () => {
    const made = await selfRegister(app, { software_statement: null });
    expect([made.status, made.body.software_statement]).toEqual([201, undefined]);
  });

  it('is good for every instance of the program, for as long as it says', async () => {
    const statement = await aStatement({ claims: { exp: seconds() + 60, nbf: seconds() - 60 } });
    const again = () => selfRegister(app, { software_statement: statement });
    expect([(await again()).status, (await again()).status]).toEqual([201, 201]);
    app.clock.advance(120);
    expect(verdictOf(await again())).toEqual([400, 'invalid_software_statement']);
  });

  it('may be meant for several servers, of which this is one (RFC 7519 §4.1.3)', async () => {
    expect((await register({ claims: { aud: ['https://else.example', TEST_ISSUER] } })).status).toBe(201);
    expect((await register({ claims: { aud: TEST_ISSUER } })).status).toBe(201);
  });

  it('is checked with the keys that its issuer publishes', async () => {
    web.json(`${PUBLISHED}/keys`, { keys: [jwk] });
    expect((await register({ claims: { iss: PUBLISHED }, header: { kid: 'one' } })).status).toBe(201);
  });

  it('is signed with an algorithm of its issuer, not just any that its key can be used with (RFC 8725 §3.1)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const jwks = { keys: [publicKey.export({ format: 'jwk' })] };
    const trust = { jwks, algorithms: ['PS256'], software_statements: true };
    await app.resolve(TrustedIssuerRegistrations).register('urn:pinned', trust, BY);
    const signed = (alg: string) => register({ claims: { iss: 'urn:pinned' }, header: { alg }, key: privateKey });
    expect(verdictOf(await signed('PS256'))).toEqual([201, undefined]);
    expect(verdictOf(await signed('RS256'))).toEqual([400, 'invalid_software_statement']);
  });

  it('is noted with the registration: who has signed it', async () => {
    const { body } = await register({});
    const rows = await openRows(app.database);
    const [event] = await rows.query<{ detail: string }>(
      `SELECT detail FROM audit_events WHERE type = 'client.registered' AND client_id = '${body.client_id}'`,
    );
    await rows.close();
    expect(JSON.parse(event!.detail)).toEqual({
      by: expect.stringMatching(/^initial access token \S+, software statement of https:\/\/guild\.example\.com$/),
    });
  });

  it.each<[string, () => Changes, string]>([
    ['nobody', () => ({ claims: { iss: 'https://nobody.example' } }), 'unapproved_software_statement'],
    [
      'an issuer that is trusted with other things',
      () => ({ claims: { iss: DIRECTORY } }),
      'unapproved_software_statement',
    ],
    ['its issuer in another spelling', () => ({ claims: { iss: `${GUILD}/` } }), 'unapproved_software_statement'],
    ['this server', () => ({ claims: { iss: TEST_ISSUER } }), 'unapproved_software_statement'],
    ['somebody who is not named', () => ({ claims: { iss: undefined } }), 'invalid_software_statement'],
    ['another key', () => ({ key: ecKeyPair('one').privateKey }), 'invalid_software_statement'],
    ['a key that there is not', () => ({ header: { kid: 'two' } }), 'invalid_software_statement'],
    ['a key that it brings', () => ({ header: { jwk } }), 'invalid_software_statement'],
    ['a type that is another', () => ({ header: { typ: 'at+jwt' } }), 'invalid_software_statement'],
    ['a time that is over', () => ({ claims: { exp: seconds() - 60 } }), 'invalid_software_statement'],
    ['an end that is no number', () => ({ claims: { exp: 'never' } }), 'invalid_software_statement'],
    ['a making in the future', () => ({ claims: { iat: seconds() + 600 } }), 'invalid_software_statement'],
    ['a time to come', () => ({ claims: { nbf: seconds() + 60 } }), 'invalid_software_statement'],
    ['others', () => ({ claims: { aud: 'https://else.example' } }), 'invalid_software_statement'],
    ['no audience', () => ({ claims: { aud: [] } }), 'invalid_software_statement'],
    ['too much', () => ({ claims: { padding: 'x'.repeat(8_192) } }), 'invalid_software_statement'],
    [
      'a redirect that nobody can have',
      () => ({ claims: { redirect_uris: ['http://a.example/'] } }),
      'invalid_redirect_uri',
    ],
    ['a name that nobody can have', () => ({ claims: { client_name: 7 } }), 'invalid_client_metadata'],
    ['no grant that is left', () => ({ claims: { grant_types: ['client_credentials'] } }), 'invalid_client_metadata'],
  ])(
    'of %s is refused, for a registration and for a change, and costs no use of the token',
    async (_what, changes, error) => {
      const before = await selfRegister(app);
      const token = await anInitialToken(app, { uses: 1 });
      const statement = await aStatement(changes());
      expect(verdictOf(await selfRegister(app, { software_statement: statement }, token))).toEqual([400, error]);
      expect(verdictOf(await change(before, { software_statement: statement }))).toEqual([400, error]);
      expect((await selfRegister(app, { software_statement: await aStatement() }, token)).status).toBe(201);
      expect((await change(before, { software_statement: await aStatement() })).status).toBe(200);
    },
  );

  it('JWT-01, JWT-02: is not one without a signature, or signed with the public key as if it was a secret', async () => {
    const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' });
    const made = (alg: string, signer: Parameters<typeof forge>[0]['signer']) =>
      forge({ header: { alg, kid: 'one' }, payload: { iss: GUILD, software_id: 'x' }, signer });
    const outcome = async (statement: unknown) => verdictOf(await selfRegister(app, { software_statement: statement }));
    expect(await outcome(made('ES256', es256(key)))).toEqual([201, undefined]);
    const forged = [
      ...[made('none', fixed(Buffer.alloc(0))), made('none', es256(key)), made('ES256', fixed(Buffer.alloc(64)))],
      ...[made('HS256', hs(256, pem)), made('HS512', hs(512, '')), made('ES384', es256(key))],
      ...['e30.e30.', 'e30.e30.e30', '', 4711, true, {}, [], ['e30.e30.e30']],
    ];
    for (const statement of forged) expect(await outcome(statement)).toEqual([400, 'invalid_software_statement']);
  });

  it('DCR-02: has nobody look anywhere for the keys that it names', async () => {
    const [questions, requests] = [web.questions.length, web.requests.length];
    for (const header of [{ jku: 'https://evil.example/keys' }, { x5u: 'https://evil.example/certificate' }]) {
      expect(verdictOf(await register({ header }))).toEqual([400, 'invalid_software_statement']);
      const unknown = { claims: { iss: 'https://evil.example', jwks_uri: 'https://evil.example/keys' } };
      expect(verdictOf(await register(unknown))).toEqual([400, 'unapproved_software_statement']);
    }
    expect([web.questions.length, web.requests.length]).toEqual([questions, requests]);
  });

  it('DCR-05: gives no privilege that a client could not give itself', async () => {
    const claims = {
      ...{
        skip_consent: true,
        require_pkce: false,
        profile: 'compat',
        client_id: 'chosen',
        client_secret: 's'.repeat(43),
      },
      ...{ scope: 'admin roles notes:read', grant_types: ['authorization_code', 'client_credentials'] },
    };
    const { status, body } = await register({ claims }, { scope: 'notes:write' });
    expect([status, body.grant_types, body.scope]).toEqual([201, ['authorization_code'], 'notes:read']);
    expect(body.client_id).not.toBe('chosen');
    const client = (await app.resolve(ClientStore).read(body.client_id as string))!;
    expect(client).toMatchObject({
      ...{ origin: 'dynamic', firstParty: false, secrets: [] },
      metadata: { skip_consent: false, require_pkce: true, profile: 'oauth2.1' },
    });
  });

  it('counts for a change as it does for a registration, and is gone where the change leaves it out (RFC 7592 §2.2)', async () => {
    const made = await selfRegister(app);
    const statement = await aStatement();
    const changed = await change(made, { client_name: 'Else', software_statement: statement });
    expect([changed.status, changed.body.client_name, changed.body.software_statement]).toEqual([
      ...[200, 'Guild Printer', statement],
    ]);
    const read = await app
      .withToken(changed.body.registration_access_token as string)
      .get(`/oauth/register/${made.body.client_id}`);
    expect(read.body.software_statement).toBe(statement);
    const without = await change(changed, { client_name: 'Else' });
    expect([without.status, without.body.client_name, without.body.software_statement]).toEqual([
      200,
      'Else',
      undefined,
    ]);
    expect((await app.resolve(ClientStore).read(made.body.client_id as string))!.softwareStatement).toBeNull();
  });

  it('counts no longer when its issuer is trusted no longer', async () => {
    const admin = await app.asUser({ roles: ['admin'] });
    const path = `/admin/trusted-issuers/${encodeURIComponent(GUILD)}`;
    const trust = (software_statements: boolean) => admin.patch(path, { software_statements }, { 'if-match': '*' });
    expect((await trust(false)).body.software_statements).toBe(false);
    expect(verdictOf(await register({}))).toEqual([400, 'unapproved_software_statement']);
    expect((await trust(true)).body.software_statements).toBe(true);
    expect((await register({})).status).toBe(201);
    expect((await admin.get(`${path}/links`)).status).toBe(404);
  });
});
