import * as openid from 'openid-client';
import { TEST_ISSUER, type TestApp } from './create-test-app';
import { networkTo } from './foreign-client';
import type { TestOAuthClient } from './test-clients';

/** A second client library that knows the issuer alone: what it has found out about the server. */
export function openidConfiguration(app: TestApp, { id, secret }: TestOAuthClient): Promise<openid.Configuration> {
  return openid.discovery(
    new URL(TEST_ISSUER),
    id,
    // The library reads tokens by the clock of the test.
    { [openid.clockSkew]: Math.floor((app.clock.now() - Date.now()) / 1_000) },
    secret === '' ? openid.None() : openid.ClientSecretBasic(secret),
    {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
      [openid.customFetch]: networkTo(app),
    },
  );
}
