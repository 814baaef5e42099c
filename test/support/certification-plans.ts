import type { CertificationSuite, Parameters } from './certification-suite';
import type { TestOAuthClient } from './test-clients';

/** The settings of the plans whose answers bring more than a code. */
export const FRONT_CHANNEL_SETTINGS: Parameters = { OAUTH_FEATURES: '+implicit_and_hybrid' };

/** Their clients. */
export const FRONT_CHANNEL_FILES: readonly string[] = ['implicit.yaml', 'hybrid.yaml'];

const TYPES = ['id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'];

/** The plans Implicit and Hybrid, each with and without `form_post`: response type, and what its requests say of how they are answered. */
export const FRONT_CHANNEL_PLANS: readonly (readonly [type: string, mode: string, asked: Parameters])[] = TYPES.flatMap(
  (type) => [
    [type, 'fragment', { response_type: type }] as const,
    [type, 'form_post', { response_type: type, response_mode: 'form_post' }] as const,
  ],
);

/** The client of the files that may ask for a response type. @param number there are two */
export function clientFor(suite: CertificationSuite, type: string, number: 1 | 2 = 1): TestOAuthClient {
  return suite.client(`${type.includes('code') ? 'hybrid' : 'implicit'}-${number}`);
}

/** All standard claims that a scope asks for (OpenID Connect Core §5.4); the suite warns of each that is not told. */
export const CLAIMS_OF_SCOPES: Readonly<Record<string, readonly string[]>> = {
  profile: [
    ...['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture'],
    ...['website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'],
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** The claims that a request with these scopes brings. */
export function claimsOf(scope: string): readonly string[] {
  return scope.split(' ').flatMap((word) => CLAIMS_OF_SCOPES[word] ?? []);
}
