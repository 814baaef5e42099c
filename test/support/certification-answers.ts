import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Authorized, CertificationSuite, Parameters } from './certification-suite';
import type { TestOAuthClient } from './test-clients';

/** What comes of a request whose answer brings more than a code. */
export interface Completed extends Authorized {
  /** The claims of the first ID token that came: in the answer itself, or from the token endpoint. */
  readonly claims: JWTPayload;
  readonly idToken: string;
  /** The last access token that came, or null where there is none. */
  readonly accessToken: string | null;
  readonly refreshToken: string | undefined;
}

/** The left half of a SHA-256, as `at_hash` and `c_hash` hold it for RS256 (OpenID Connect Core §3.1.3.6). */
function halfHash(value: string): string {
  return createHash('sha256').update(value, 'ascii').digest().subarray(0, 16).toString('base64url');
}

/** Asks for a response type and looks at all that comes of it, as the suite does in every module. @param meant what is asked for, where an object says it */
export async function complete(
  suite: CertificationSuite,
  client: TestOAuthClient,
  changes: Parameters,
  meant?: Parameters,
): Promise<Completed> {
  const authorized = await suite.authorize(client, changes);
  const { answer } = authorized;
  const sent = meant ?? authorized.sent;
  const told = Object.fromEntries(answer);
  const words = (sent.response_type ?? '').split(' ');
  const expected = { code: 'code', id_token: 'id_token', token: 'access_token' };
  for (const [word, name] of Object.entries(expected)) {
    expect([name, suite.browser.text, name in told]).toEqual([name, suite.browser.text, words.includes(word)]);
  }
  expect(told).toMatchObject({ state: sent.state });
  const first = told.id_token === undefined ? null : await suite.verified(told.id_token, client);
  if (first !== null) {
    expect(first.nonce).toBe(sent.nonce);
    // OpenID Connect Core §3.2.2.10, §3.3.2.11
    if (told.access_token !== undefined) expect(first.at_hash).toBe(halfHash(told.access_token));
    if (told.code !== undefined) expect(first.c_hash).toBe(halfHash(told.code));
  }
  const redeemed = told.code === undefined ? null : await redeem(suite, client, { code: told.code, sent, first });
  return {
    ...authorized,
    claims: first ?? redeemed?.claims ?? {},
    idToken: told.id_token ?? redeemed?.idToken ?? '',
    accessToken: redeemed?.accessToken ?? told.access_token ?? null,
    refreshToken: redeemed?.refreshToken,
  };
}

async function redeem(
  suite: CertificationSuite,
  client: TestOAuthClient,
  { code, sent, first }: { readonly code: string; readonly sent: Parameters; readonly first: JWTPayload | null },
) {
  const redeemed = await suite.redeem(client, { code, sent });
  // OpenID Connect Core §3.3.3.6
  if (first !== null) expect(redeemed.claims).toMatchObject({ iss: first.iss, sub: first.sub });
  return redeemed;
}
