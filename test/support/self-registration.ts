import { InitialAccessTokens, type InitialAccess } from '../../src/clients/initial-access-tokens';
import type { Answer } from './test-client';
import type { TestApp } from './create-test-app';
import { CALLBACK } from './test-clients';

/** Settings with which clients can register themselves. */
export const REGISTRATION_ON = { OAUTH_FEATURES: '+dynamic_registration' };

/** A token with which clients can be registered. */
export async function anInitialToken(app: TestApp, overrides: Partial<InitialAccess> = {}): Promise<string> {
  const access = { label: 'tests', uses: 1_000, lifetime: 86_400, ...overrides };
  const by = { address: null, requestId: null, by: 'test' };
  return (await app.resolve(InitialAccessTokens).issue(access, by)).token;
}

/** What a client says of itself that has no credentials. */
export function aDescription(overrides: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    client_name: 'Visiting Printer',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...overrides,
  };
}

/** Has a client register itself. */
export async function selfRegister(
  app: TestApp,
  overrides: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<Answer> {
  const client = app.withToken(token ?? (await anInitialToken(app)));
  return client.post('/oauth/register', aDescription(overrides));
}
