import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { UserStore } from '../../src/users/user.store';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { TrustedIssuerRegistrations } from '../../src/oauth/trusted-issuer-registration/trusted-issuer-registrations';
import { basicHeader, ecKeyPair } from '../support/client-credentials';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { es256, fixed, forge, hs } from '../support/forged-jwt';
import { raceRounds } from '../support/race-rounds';
import { aClient, aPublicClient } from '../support/test-clients';
import {
  aDirectoryWorld,
  anAssertionOf,
  type AssertionChanges,
  BY,
  DIRECTORY,
  directoryClaims,
  type DirectoryWorld,
  idOf,
  JWT_BEARER,
  MACHINE,
  present,
} from '../support/trusted-issuers';
import { complaints, faultOf } from '../support/verdicts';
import { volley } from '../support/volley';

const ROUNDS = raceRounds(5);
const OTHERS = 'https://others.example.com';

/** What is wrong with an assertion that the directory has signed, or that says so. */
const WRONG: readonly (readonly [what: string, changes: (seconds: number, issuer: string) => AssertionChanges])[] = [
  ['an issuer that nobody trusts', () => ({ claims: { iss: OTHERS } })],
  ['the issuer in another spelling', () => ({ claims: { iss: `${DIRECTORY}/` } })],
  ['no issuer', () => ({ claims: { iss: undefined } })],
  ['this server as the issuer', (_, issuer) => ({ claims: { iss: issuer } })],
  ['the client as the issuer', () => ({ claims: { iss: 'robot', sub: 'robot' } })],
  ['no subject', () => ({ claims: { sub: undefined } })],
  ['an empty subject', () => ({ claims: { sub: '' } })],
  ['a subject that is no text', () => ({ claims: { sub: ['a-17'] } })],
  ['a subject that nobody linked', () => ({ claims: { sub: 'a-18' } })],
  ['the subject in another case', () => ({ claims: { sub: 'A-17' } })],
  ['a name of this server as the subject', () => ({ claims: { sub: 'alice' } })],
  [
    'an e-mail address in place of a link',
    () => ({ claims: { sub: 'x', email: 'alice@example.com', email_verified: true } }),
  ],
  ['no audience', () => ({ claims: { aud: undefined } })],
  ['another audience', () => ({ claims: { aud: OTHERS } })],
  ['the token endpoint as the audience', (_, issuer) => ({ claims: { aud: `${issuer}/oauth/token` } })],
  ['the audience in another spelling', (_, issuer) => ({ claims: { aud: `${issuer}/` } })],
  ['an audience beside ours', (_, issuer) => ({ claims: { aud: [issuer, OTHERS] } })],
  ['our name twice', (_, issuer) => ({ claims: { aud: [issuer, issuer] } })],
  ['no expiry', () => ({ claims: { exp: undefined } })],
  ['an expiry that is no number', (now) => ({ claims: { exp: String(now + 60) } })],
  ['an expiry that has passed', (now) => ({ claims: { exp: now - 60 } })],
  ['an expiry farther ahead than the issuer may', (now) => ({ claims: { exp: now + 400 } })],
  ['an expiry at the end of days', () => ({ claims: { exp: Number.MAX_SAFE_INTEGER } })],
  ['a beginning in the future', (now) => ({ claims: { nbf: now + 60 } })],
  ['a making in the future', (now) => ({ claims: { iat: now + 60 } })],
  ['no jti', () => ({ claims: { jti: undefined } })],
  ['an empty jti', () => ({ claims: { jti: '' } })],
  ['a jti that is no text', () => ({ claims: { jti: 7 } })],
  ['a key of somebody else', () => ({ key: ecKeyPair().privateKey })],
  ['a kid that there is not', () => ({ header: { kid: 'two' } })],
  ['the type of an access token', () => ({ header: { typ: 'at+jwt' } })],
  ['the type of a client assertion', () => ({ header: { typ: 'client-authentication+jwt' } })],
  ['a key of its own', () => ({ header: { jwk: ecKeyPair().jwk } })],
  ['an address of keys', () => ({ header: { jku: `${OTHERS}/keys` } })],
];

describe('EXT-08: JWT authorization grants', () => {
  let world: DirectoryWorld;
  let other: TestApp;

  beforeAll(async () => {
    world = await aDirectoryWorld();
    const { database, clock } = world.app;
    other = await createTestApp({ database, clock, env: { OAUTH_FEATURES: '+jwt_bearer' } });
  });
  afterAll(async () => {
    await other.stop();
    await world.app.close();
  });

  const outcome = async (...request: Parameters<typeof present>) => {
    const answer = await present(...request);
    return faultOf(answer) ?? (answer.status === 200 ? 'tokens' : (answer.body.error as string));
  };

  const ofAssertion = async (changes: AssertionChanges = {}) =>
    outcome(world.app, world.robot, await anAssertionOf(world, changes));

  it.each(WRONG)('EXT-08: %s is refused with invalid_grant', async (_what, changesOf) => {
    const { app } = world;
    expect(await ofAssertion()).toBe('tokens');
    expect(await ofAssertion(changesOf(Math.floor(app.clock.now() / 1_000), app.settings.issuer))).toBe(
      'invalid_grant',
    );
  });

  it('EXT-08, JWT-01, JWT-02: unsigned ones, and those signed with the public key as if it was a secret', async () => {
    const { app, robot, key } = world;
    const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' });
    const [jwk, raw] = [
      JSON.stringify(createPublicKey(key).export({ format: 'jwk' })),
      createPublicKey(key).export({ type: 'spki', format: 'der' }),
    ];
    const made = (alg: string, signer: Parameters<typeof forge>[0]['signer']) =>
      forge({ header: { alg, kid: 'one' }, payload: directoryClaims(app), signer });
    expect(await outcome(app, robot, made('ES256', es256(key)))).toBe('tokens');
    const cases = [
      ['none', made('none', fixed(Buffer.alloc(0)))],
      ['None', made('None', fixed(Buffer.alloc(0)))],
      ['none with a signature', made('none', es256(key))],
      ['zeros', made('ES256', fixed(Buffer.alloc(64)))],
      ['HS256 with the PEM', made('HS256', hs(256, pem))],
      ['HS256 with the JWK', made('HS256', hs(256, jwk))],
      ['HS256 with the DER', made('HS256', hs(256, raw))],
      ['HS256 with the secret of the client', made('HS256', hs(256, robot.secret))],
      ['HS512 with nothing', made('HS512', hs(512, ''))],
      ['an algorithm that the issuer does not use', made('ES384', es256(key))],
      ['no JWT', 'nothing'],
      ['an opaque token', `gha_${'x'.repeat(43)}`],
    ] as const;
    const verdict = async (assertion: string) => {
      const answered = await outcome(app, robot, assertion);
      return answered === 'invalid_grant' ? null : answered;
    };
    expect(await complaints(cases, verdict)).toEqual([]);
    expect(await outcome(app, robot, undefined)).toBe('invalid_request');
  });

  it('EXT-08: a jti is good for one use, also at another node, by another client, and after the clock has moved', async () => {
    const { app, robot } = world;
    const assertion = await anAssertionOf(world, { claims: { exp: Math.floor(app.clock.now() / 1_000) + 120 } });
    expect(await outcome(app, robot, assertion)).toBe('tokens');
    expect([await outcome(app, robot, assertion), await outcome(other, robot, assertion)]).toEqual([
      ...['invalid_grant', 'invalid_grant'],
    ]);
    const jti = (JSON.parse(Buffer.from(assertion.split('.')[1]!, 'base64url').toString()) as { jti: string }).jti;
    expect(await ofAssertion({ claims: { jti } })).toBe('invalid_grant');
    app.clock.advance(60);
    expect(await outcome(app, robot, assertion)).toBe('invalid_grant');
  });

  it('EXT-08, RAC-04: of 20 that present one assertion at a moment, to two nodes, exactly one gets tokens', async () => {
    const { app, robot } = world;
    for (let round = 0; round < ROUNDS; round++) {
      const form = { grant_type: JWT_BEARER, scope: 'notes:read', assertion: await anAssertionOf(world) };
      const answers = await volley(
        Array.from({ length: 20 }, (_, index) => ({
          url: index % 2 === 0 ? app.url : other.url,
          path: '/oauth/token',
          body: new URLSearchParams(form).toString(),
          headers: { Authorization: basicHeader(robot.id, robot.secret) },
        })),
      );
      const outcomes = answers
        .map(({ status, body }) => (status === 200 ? 'tokens' : `${status} ${body.error}`))
        .sort();
      expect(outcomes).toEqual([...Array<string>(19).fill('400 invalid_grant'), 'tokens']);
    }
  });

  it('EXT-08: whoever asks for too much has not used the assertion, and gets no more by asking again', async () => {
    const { app, robot } = world;
    const assertion = await anAssertionOf(world);
    // The client may have that scope, but the issuer is not trusted with it.
    expect(await outcome(app, robot, assertion, { scope: 'notes:write' })).toBe('invalid_scope');
    expect(await outcome(app, robot, assertion, { scope: 'account' })).toBe('invalid_scope');
    expect(await outcome(app, robot, assertion, { resource: 'https://unknown.example.com' })).toBe('invalid_target');
    expect(await outcome(app, robot, assertion)).toBe('tokens');
  });

  it('EXT-08: a client to which the issuer may not vouch is told the same as for an issuer that there is not', async () => {
    const { app } = world;
    const stranger = await aClient(app, MACHINE);
    const answers = [
      await present(app, stranger, await anAssertionOf(world)),
      await present(app, stranger, await anAssertionOf(world, { claims: { iss: OTHERS } })),
      await present(app, stranger, await anAssertionOf(world, { key: ecKeyPair().privateKey })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await outcome(app, await aClient(app), await anAssertionOf(world))).toBe('unauthorized_client');
    await expect(aPublicClient(app, MACHINE)).rejects.toThrow('grant_types');
  });

  it.each(['disabled', 'locked'] as const)('EXT-08, AUT-09: a person who is %s is nobody', async (state) => {
    const { app, aliceId } = world;
    const mark = (set: boolean) =>
      app.resolve(UnitOfWork).run((transaction) => app.resolve(UserStore).mark(transaction, aliceId, state, set));
    await mark(true);
    expect(await ofAssertion()).toBe('invalid_grant');
    await mark(false);
    expect(await ofAssertion()).toBe('tokens');
  });

  it('EXT-08: an administrator is nobody, from the moment that they are one', async () => {
    const { app } = world;
    await app.register('bruno');
    const userId = await idOf(app, 'bruno');
    await app.resolve(TrustedIssuerRegistrations).link(DIRECTORY, { subject: 'r', user_id: userId }, BY);
    expect(await ofAssertion({ claims: { sub: 'r' } })).toBe('tokens');
    await app.resolve(UnitOfWork).run((work) => app.resolve(UserStore).setRoles(work, userId, ['admin']));
    expect(await ofAssertion({ claims: { sub: 'r' } })).toBe('invalid_grant');
  });

  it('EXT-08: an issuer signs with the algorithms that were registered for it, whatever its keys could do', async () => {
    const { app, robot, aliceId } = world;
    const issuer = 'https://two-keys.example.com';
    const [small, large] = ['P-256', 'P-384'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
    const keys = [small!, large!].map(({ publicKey }) => publicKey.export({ format: 'jwk' }));
    const trust = { jwks: { keys }, clients: [robot.id], scope: 'notes:read' };
    const by = (alg: string, { privateKey: key }: { privateKey: KeyObject }) =>
      ofAssertion({ claims: { iss: issuer, sub: 'x' }, header: { alg }, key });
    const registrations = app.resolve(TrustedIssuerRegistrations);
    await registrations.register(issuer, trust, BY);
    await registrations.link(issuer, { subject: 'x', user_id: aliceId }, BY);
    expect([await by('ES256', small!), await by('ES384', large!)]).toEqual(['tokens', 'invalid_grant']);
    const both = { ...trust, algorithms: ['ES256', 'ES384'] };
    await registrations.change(issuer, both, 1, BY);
    expect(await by('ES384', large!)).toBe('tokens');
  });

  it('EXT-08: a subject that is none is told as such, and looked up nowhere', async () => {
    for (const sub of ['', ['a-17'], undefined]) {
      const { body } = await present(world.app, world.robot, await anAssertionOf(world, { claims: { sub } }));
      expect([body.error, body.error_description]).toEqual(['invalid_grant', expect.stringContaining('as sub')]);
    }
  });

  it('EXT-08: an issuer speaks of its own subjects only, whatever those of another are called', async () => {
    const { app, robot } = world;
    const { privateKey, jwk } = ecKeyPair('one');
    const trust = { jwks: { keys: [jwk] }, clients: [robot.id], scope: 'notes:read' };
    await app.resolve(TrustedIssuerRegistrations).register('https://evil.example.com', trust, BY);
    const claims = { iss: 'https://evil.example.com' };
    expect(await ofAssertion({ claims, key: privateKey })).toBe('invalid_grant');
    expect(await ofAssertion({ key: privateKey })).toBe('invalid_grant');
  });
});
