import { sha256 } from '../../src/crypto/digest';
import { basicHeader } from './client-credentials';
import { GOOD_PASSWORD, type TestApp } from './create-test-app';
import { PageBrowser } from './page-browser';
import type { Answer, TestClient } from './test-client';
import { CALLBACK, type TestOAuthClient } from './test-clients';

/** A code verifier, and the challenge that belongs to it (RFC 7636 §4.2). */
export const VERIFIER = 'a-verifier-of-exactly-the-tests-0123456789-abc';
export const CHALLENGE = sha256(VERIFIER);

/** What a form says of itself. */
export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Parameters in their order; a name may stand more than once. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** The parameters of a good authorization request, with those of `changes` in their place; an empty one is left out. */
export function authorizationParameters(clientId: string, changes: Readonly<Record<string, string>> = {}): Pairs {
  const all = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    scope: 'notes:read',
    state: 'state-of-the-test',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  return Object.entries(all).filter(([, value]) => value !== '');
}

/** The path of an authorization request with these parameters. */
export function authorizationPath(parameters: Pairs): string {
  return `/oauth/authorize?${new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString()}`;
}

/** A browser in which somebody has signed in. */
export async function signedIn(app: TestApp, username: string): Promise<PageBrowser> {
  const browser = await new PageBrowser(app).open('/sign-in');
  return browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
}

/** The code that a client is given in this browser; its person is asked where they have to be. */
export async function aCode(
  browser: PageBrowser,
  { id }: TestOAuthClient,
  changes: Readonly<Record<string, string>> = {},
): Promise<string> {
  await browser.open(authorizationPath(authorizationParameters(id, changes)));
  if (browser.path === '/consent') await browser.submit('#allow');
  const code = browser.parameters.get('code');
  if (code === null) throw new Error(`No code came: ${browser.url} ${browser.text}`);
  return code;
}

/** Sends a form as a client: with its secret in the header, or as a public one. An undefined parameter is left out. */
export function sendAs(
  app: TestClient,
  { id, secret }: TestOAuthClient,
  form: Readonly<Record<string, string | undefined>>,
  path = '/oauth/token',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const all: Readonly<Record<string, string | undefined>> = secret === '' ? { client_id: id, ...form } : form;
  const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const credentials = secret === '' ? {} : { authorization: basicHeader(id, secret) };
  return app.post(path, new URLSearchParams(given).toString(), { ...FORM, ...credentials, ...headers });
}

/** Exchanges a code, with `changes` in the place of good parameters; an undefined one is left out. */
export function redeemCode(
  app: TestClient,
  client: TestOAuthClient,
  code: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
  return sendAs(app, client, { ...form, ...changes });
}

/** Exchanges a refresh token. */
export function refreshAs(
  app: TestClient,
  client: TestOAuthClient,
  token: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return sendAs(app, client, { grant_type: 'refresh_token', refresh_token: token, ...changes });
}

/** What a refusal of an endpoint of OAuth is told apart by. */
export function refusalOf({ status, body }: Answer): readonly [number, unknown] {
  return [status, body.error];
}
