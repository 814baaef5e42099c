/** The grants of the standards, by the name that a request gives them (RFC 6749 §1.3, §4.5). */
export const GrantType = {
  authorizationCode: 'authorization_code',
  /** RFC 6749 §1.3.2: nothing that is redeemed; it says that a client may have tokens from the authorization endpoint. */
  implicit: 'implicit',
  refreshToken: 'refresh_token',
  clientCredentials: 'client_credentials',
  /** RFC 8628 §3.4 */
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  /** RFC 8693 §2.1 */
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  /** RFC 7523 §2.1 */
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const;

/** The name of a grant. */
export type GrantTypeName = (typeof GrantType)[keyof typeof GrantType];

/** All of them. */
export const GRANT_TYPES: readonly GrantTypeName[] = Object.values(GrantType);

/** The ways in which a client can authenticate (RFC 7591 §2, OpenID Connect Core §9). */
export const CLIENT_AUTHENTICATION_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
] as const;

/** The name of a way to authenticate. */
export type ClientAuthenticationMethod = (typeof CLIENT_AUTHENTICATION_METHODS)[number];
