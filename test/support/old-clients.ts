import { GrantType } from '../../src/protocol/grant-types';
import { asksForTokens, type ResponseType, wordsOf } from '../../src/protocol/response-type';
import type { TestApp } from './create-test-app';
import { aClient, type TestOAuthClient } from './test-clients';

/** Switches on what old clients need. */
export const OLD_CLIENTS = { OAUTH_FEATURES: '+implicit_and_hybrid' };

/** What a client says of itself that wants exactly this from the authorization endpoint. */
export function metadataFor(...types: readonly ResponseType[]): Readonly<Record<string, unknown>> {
  const grants = [
    ...(types.some((type) => wordsOf(type).includes('code'))
      ? [GrantType.authorizationCode, GrantType.refreshToken]
      : []),
    ...(types.some(asksForTokens) ? [GrantType.implicit] : []),
  ];
  return { response_types: types, grant_types: grants, scope: 'openid profile email notes:read' };
}

/** Registers an old client that people are not asked about, for exactly this response type. */
export function anOldClient(
  app: TestApp,
  type: ResponseType,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<TestOAuthClient> {
  return aClient(app, { ...metadataFor(type), profile: 'compat', skip_consent: true, ...overrides });
}
