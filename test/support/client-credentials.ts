import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { randomId } from '../../src/crypto/random-id';
import type { ClientAuthenticationMethod } from '../../src/protocol/grant-types';
import { TEST_ISSUER, type TestApp } from './create-test-app';
import type { Answer } from './test-client';
import { aClient, type TestOAuthClient } from './test-clients';

/** What the parameter `client_assertion_type` is (RFC 7523 §2.2). */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A client and all that it can authenticate with. */
export interface ArmedClient extends TestOAuthClient {
  readonly method: ClientAuthenticationMethod;
  readonly key: KeyObject;
}

/** What of a request carries credentials. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** What an assertion says that is not as it should be. */
export interface AssertionChanges {
  /** Those that are undefined are left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters> & Readonly<Record<string, unknown>>;
  readonly key?: KeyObject | Uint8Array;
}

/** A key pair for ES256. */
export function ecKeyPair(kid = randomId()): { readonly privateKey: KeyObject; readonly jwk: JsonWebKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } };
}

/** Registers a client for a method of authentication. */
export async function anArmedClient(
  app: TestApp,
  method: ClientAuthenticationMethod,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<ArmedClient> {
  const { privateKey, jwk } = ecKeyPair();
  const jwks = method === 'private_key_jwt' && overrides['jwks_uri'] === undefined ? { jwks: { keys: [jwk] } } : {};
  const made = await aClient(app, { token_endpoint_auth_method: method, ...jwks, ...overrides });
  return { ...made, method, key: privateKey };
}

/** The claims of a good assertion. */
export function assertionClaims(app: Pick<TestApp, 'clock'>, id: string): JWTPayload {
  const now = Math.floor(app.clock.now() / 1_000);
  return { iss: id, sub: id, aud: TEST_ISSUER, jti: randomId(), iat: now, exp: now + 60 };
}

/** Signs an assertion. */
export async function anAssertion(
  app: Pick<TestApp, 'clock'>,
  { id, key }: Pick<ArmedClient, 'id' | 'key'>,
  { claims = {}, header = {}, key: other }: AssertionChanges = {},
): Promise<string> {
  const payload = Object.entries({ ...assertionClaims(app, id), ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(payload)).setProtectedHeader({ alg: 'ES256', ...header }).sign(other ?? key);
}

/** A request with that assertion. */
export function withAssertion(assertion: string): Credentials {
  return { headers: {}, form: { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion } };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
export function basicHeader(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}

/** How a client authenticates by each method, with the secret that it has or another. */
export const CREDENTIALS: Readonly<
  Record<ClientAuthenticationMethod, (app: TestApp, client: ArmedClient, secret?: string) => Promise<Credentials>>
> = {
  client_secret_basic: async (_app, { id, secret }, other = secret) => ({
    headers: { authorization: basicHeader(id, other) },
    form: {},
  }),
  client_secret_post: async (_app, { id, secret }, other = secret) => ({
    headers: {},
    form: { client_id: id, client_secret: other },
  }),
  client_secret_jwt: async (app, client, secret = client.secret) =>
    withAssertion(await anAssertion(app, client, { header: { alg: 'HS256' }, key: Buffer.from(secret) })),
  private_key_jwt: async (app, client, secret) =>
    withAssertion(await anAssertion(app, client, secret === undefined ? {} : { key: ecKeyPair().privateKey })),
  none: async (_app, { id }) => ({ headers: {}, form: { client_id: id } }),
};

/** Sends a form with these credentials. */
export function sendForm(
  app: TestApp,
  path: string,
  form: Readonly<Record<string, string>>,
  credentials: Credentials,
): Promise<Answer> {
  return app.post(path, new URLSearchParams({ ...form, ...credentials.form }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...credentials.headers,
  });
}
