import type { KeyObject } from 'node:crypto';
import { type JWTHeaderParameters, SignJWT } from 'jose';
import { randomId } from '../../src/crypto/random-id';
import { TrustedIssuerRegistrations } from '../../src/oauth/trusted-issuer-registration/trusted-issuer-registrations';
import { UserStore } from '../../src/users/user.store';
import { basicHeader, ecKeyPair } from './client-credentials';
import { createTestApp, TEST_ISSUER, type TestApp, type TestAppOptions } from './create-test-app';
import type { Answer } from './test-client';
import { aClient, type TestOAuthClient } from './test-clients';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const DIRECTORY = 'https://directory.example.com';
export const BY = { address: null, requestId: null, by: 'test' };
export const MACHINE = { redirect_uris: [], response_types: [], grant_types: [JWT_BEARER], scope: 'notes:read' };

/** A server that trusts the directory to speak of alice, whom the directory calls `a-17`, to the robot. */
export interface DirectoryWorld {
  readonly app: TestApp;
  readonly robot: TestOAuthClient;
  readonly key: KeyObject;
  readonly aliceId: string;
}

/** The id of a person who has registered. */
export async function idOf(app: TestApp, username: string): Promise<string> {
  return (await app.resolve(UserStore).findForSignIn(username))!.user.id;
}

/** Starts it. */
export async function aDirectoryWorld(options: TestAppOptions = {}): Promise<DirectoryWorld> {
  const app = await createTestApp({ env: { OAUTH_FEATURES: '+jwt_bearer' }, ...options });
  await app.register('alice');
  const robot = await aClient(app, { ...MACHINE, client_name: 'Robot', scope: 'notes:read notes:write' }, 'robot');
  const { privateKey, jwk } = ecKeyPair('one');
  const aliceId = await idOf(app, 'alice');
  const trust = { name: 'Staff directory', jwks: { keys: [jwk] }, clients: [robot.id], scope: 'notes:read' };
  const registrations = app.resolve(TrustedIssuerRegistrations);
  const added = await registrations.register(DIRECTORY, trust, BY);
  if (added.outcome !== 'done') throw new Error(JSON.stringify(added));
  await registrations.link(DIRECTORY, { subject: 'a-17', user_id: aliceId }, BY);
  return { app, robot, key: privateKey, aliceId };
}

/** What an assertion says that is not as it should be. */
export interface AssertionChanges {
  /** Those that are undefined are left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters> & Readonly<Record<string, unknown>>;
  readonly key?: KeyObject | Uint8Array;
}

/** The claims of a good assertion about alice. */
export function directoryClaims(app: Pick<TestApp, 'clock'>): Record<string, unknown> {
  const now = Math.floor(app.clock.now() / 1_000);
  return { iss: DIRECTORY, sub: 'a-17', aud: TEST_ISSUER, jti: randomId(), iat: now, exp: now + 60 };
}

/** What the directory signs about alice. */
export function anAssertionOf(
  { app, key }: Pick<DirectoryWorld, 'app' | 'key'>,
  { claims = {}, header = {}, key: other }: AssertionChanges = {},
): Promise<string> {
  const payload = Object.entries({ ...directoryClaims(app), ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(payload)).setProtectedHeader({ alg: 'ES256', ...header }).sign(other ?? key);
}

/** Presents an assertion. */
export function present(
  app: TestApp,
  { id, secret }: TestOAuthClient,
  assertion: string | undefined,
  parameters: Readonly<Record<string, string>> = { scope: 'notes:read' },
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = { grant_type: JWT_BEARER, ...(assertion === undefined ? {} : { assertion }), ...parameters };
  return app.post('/oauth/token', new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: basicHeader(id, secret),
    ...headers,
  });
}
