import { GrantType } from '../protocol/grant-types';
import { asksForTokens, wordsOf } from '../protocol/response-type';
import type { ClientMetadata } from './client-metadata';
import type { ClientRule } from './client-rule';

const hasTokens = ({ response_types }: ClientMetadata): boolean => response_types.some(asksForTokens);

/** What must hold between the response types of a client and its other fields. */
export const RESPONSE_TYPE_RULES: readonly ClientRule[] = [
  {
    field: 'response_types',
    fault: ({ grant_types, response_types }) =>
      grant_types.includes(GrantType.authorizationCode) !==
      response_types.some((type) => wordsOf(type).includes('code'))
        ? 'must have code where grant_types has authorization_code, and only there (RFC 7591 §2.1)'
        : null,
  },
  {
    field: 'response_types',
    fault: (metadata) =>
      metadata.grant_types.includes(GrantType.implicit) !== hasTokens(metadata)
        ? 'must have token or id_token where grant_types has implicit, and only there (RFC 7591 §2.1)'
        : null,
  },
  {
    // RFC 9700 §2.1.2: what travels through the browser can be stolen or put in there, and is bound to nobody.
    field: 'response_types',
    fault: (metadata) =>
      hasTokens(metadata) && metadata.profile !== 'compat'
        ? 'can have token and id_token only for a client of the compat profile (RFC 9700 §2.1.2)'
        : null,
  },
  {
    // RFC 9449 §5: a token that comes by the browser is bound to no key.
    field: 'response_types',
    fault: ({ response_types, dpop_bound_access_tokens: isBound }) =>
      isBound && response_types.some((type) => wordsOf(type).includes('token'))
        ? 'must not have token for a client whose access tokens are all bound to a key'
        : null,
  },
  {
    // OpenID Connect Registration §2: for the implicit grant, web clients have https addresses and none on the device.
    field: 'redirect_uris',
    fault: (metadata) =>
      hasTokens(metadata) &&
      metadata.application_type === 'web' &&
      metadata.redirect_uris.some((uri) => !uri.startsWith('https:') || isOnDevice(uri))
        ? 'must be https and not localhost for a web client with the implicit grant (OpenID Connect Registration §2)'
        : null,
  },
];

function isOnDevice(uri: string): boolean {
  return new URL(uri).hostname === 'localhost';
}
