import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import type { TestApp } from './create-test-app';

/** Where clients of tests are sent back to, unless they say otherwise. */
export const CALLBACK = 'https://app.example.com/callback';

/** A registered client and what it knows of itself. */
export interface TestOAuthClient {
  readonly id: string;
  /** Empty where it has none. */
  readonly secret: string;
}

/**
 * Registers a confidential client that may use codes, refresh, and have the scopes of the notes; `overrides` are its metadata (RFC 7591 §2).
 * @param id where it is not to be made up
 */
export async function aClient(
  app: TestApp,
  overrides: Readonly<Record<string, unknown>> = {},
  id?: string,
): Promise<TestOAuthClient> {
  const metadata = {
    client_name: 'Photo Printer',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'notes:read notes:write',
    ...overrides,
  };
  const by = { address: null, requestId: null, by: 'test' };
  const made = await app.resolve(ClientRegistrations).register({ metadata, origin: 'administrator', id }, by);
  if (made.outcome !== 'done') throw new Error(`The client was not registered: ${JSON.stringify(made)}`);
  return { id: made.client.id, secret: made.secret ?? '' };
}

/** Registers a client without credentials. */
export function aPublicClient(
  app: TestApp,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<TestOAuthClient> {
  return aClient(app, { token_endpoint_auth_method: 'none', ...overrides });
}
