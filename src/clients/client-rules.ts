import { GrantType } from '../protocol/grant-types';
import { algorithmsOf } from './client-key-set';
import { OPENID_RULES } from './openid-rules';
import type { ClientRule } from './client-rule';
import { CLIENT_SECRET_ALGORITHMS, type ClientMetadata, type ClientMetadataName } from './client-metadata';
import { RESPONSE_TYPE_RULES } from './response-type-rules';

const isPublic = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean => method === 'none';

/** What must hold between the fields of a client. */
const CLIENT_RULES: readonly ClientRule[] = [
  {
    field: 'redirect_uris',
    fault: ({ grant_types, redirect_uris }) => {
      const grant = grant_types.find((type) => type === GrantType.authorizationCode || type === GrantType.implicit);
      return grant !== undefined && redirect_uris.length === 0
        ? `must name at least one address, since grant_types has ${grant}`
        : null;
    },
  },
  ...RESPONSE_TYPE_RULES,
  {
    field: 'grant_types',
    fault: ({ grant_types }) => {
      const starts = grant_types.filter((type) => type !== GrantType.refreshToken && type !== GrantType.implicit);
      return grant_types.includes(GrantType.refreshToken) && starts.length === 0
        ? 'must have a grant beside refresh_token: nothing else gives the first refresh token'
        : null;
    },
  },
  {
    // RFC 6749 §4.4: client credentials are for confidential clients; RFC 8693 and RFC 7523 grants are held to the same.
    field: 'grant_types',
    fault: (metadata) => {
      const confidential = [GrantType.clientCredentials, GrantType.tokenExchange, GrantType.jwtBearer];
      const claimed = metadata.grant_types.find((type) => confidential.some((one) => one === type));
      return isPublic(metadata) && claimed !== undefined
        ? `must not have ${claimed} for a client without credentials`
        : null;
    },
  },
  {
    field: 'token_exchange',
    fault: ({ grant_types, token_exchange }) =>
      token_exchange.length > 0 && !grant_types.includes(GrantType.tokenExchange)
        ? `is for clients whose grant_types have ${GrantType.tokenExchange}`
        : null,
  },
  {
    field: 'jwks',
    fault: ({ jwks, jwks_uri }) =>
      jwks !== undefined && jwks_uri !== undefined ? 'must not stand beside jwks_uri (RFC 7591 §2)' : null,
  },
  {
    field: 'jwks',
    fault: ({ token_endpoint_auth_method: method, jwks, jwks_uri }) =>
      method === 'private_key_jwt' && jwks === undefined && jwks_uri === undefined
        ? 'or jwks_uri is needed for private_key_jwt'
        : null,
  },
  {
    field: 'jwks',
    fault: ({ require_signed_request_object, jwks, jwks_uri }) =>
      require_signed_request_object && jwks === undefined && jwks_uri === undefined
        ? 'or jwks_uri is needed for signed request objects'
        : null,
  },
  {
    field: 'token_endpoint_auth_signing_alg',
    fault: ({ token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: algorithm, jwks }) => {
      if (algorithm === undefined) return null;
      const isShared = CLIENT_SECRET_ALGORITHMS.some((one) => one === algorithm);
      if (method === 'client_secret_jwt') {
        return isShared ? null : `must be one of ${CLIENT_SECRET_ALGORITHMS.join(', ')} for client_secret_jwt`;
      }
      if (method !== 'private_key_jwt') return 'is for clients that sign assertions';
      if (isShared) return 'must be an algorithm with a key pair for private_key_jwt';
      const fits = jwks === undefined || jwks.keys.some((key) => algorithmsOf(key).includes(algorithm));
      return fits ? null : 'must be an algorithm that one of the keys in jwks can be used with';
    },
  },
  {
    // RFC 9700 §2.1.1: public clients must use PKCE, whatever their profile.
    field: 'require_pkce',
    fault: (metadata) =>
      !metadata.require_pkce && (isPublic(metadata) || metadata.profile !== 'compat')
        ? 'can be false only for a confidential client of the compat profile (RFC 9700 §2.1.1)'
        : null,
  },
  {
    // RFC 8252 §8.6: whoever answers at a loopback address or a scheme of its own may be any program on the device.
    field: 'skip_consent',
    fault: (metadata) =>
      metadata.skip_consent && isPublic(metadata) && !metadata.redirect_uris.every((uri) => uri.startsWith('https:'))
        ? 'must be false for a client without credentials whose redirect_uris are not all https (RFC 8252 §8.6)'
        : null,
  },
  {
    // RFC 9700 §2.2.2: refresh tokens of public clients are sender-constrained or rotated.
    field: 'refresh_token_rotation',
    fault: (metadata) =>
      !metadata.refresh_token_rotation && isPublic(metadata) && !metadata.dpop_bound_access_tokens
        ? 'can be false only for clients that authenticate or use DPoP (RFC 9700 §2.2.2)'
        : null,
  },
  {
    field: 'refresh_token_lifetime',
    fault: ({ refresh_token_lifetime: idle, refresh_token_absolute_lifetime: absolute }) =>
      idle !== undefined && absolute !== undefined && idle > absolute
        ? 'must be at most refresh_token_absolute_lifetime'
        : null,
  },
  ...OPENID_RULES,
];

/** What is wrong between the fields, one sentence for each fault. */
export function ruleFaults(
  metadata: ClientMetadata,
): { readonly field: ClientMetadataName; readonly reason: string }[] {
  return CLIENT_RULES.flatMap((rule) => {
    const reason = rule.fault(metadata);
    return reason === null ? [] : [{ field: rule.field, reason }];
  });
}
