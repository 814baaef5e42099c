/** The features of the OpenID provider that can be switched, and whether each is on where nobody says. */
const OIDC_FEATURE_DEFAULTS = {
  openid: true,
  rp_initiated_logout: true,
  back_channel_logout: true,
  front_channel_logout: true,
  session_management: false,
  implicit_and_hybrid: false,
  encryption: true,
} as const;

/** The name of a feature of the OpenID provider. */
export type OidcFeatureName = keyof typeof OIDC_FEATURE_DEFAULTS;

/** The features of the authorization server that can be switched, those of the OpenID provider among them, and whether each is on where nobody says. */
export const OAUTH_FEATURE_DEFAULTS = {
  authorization_code: true,
  refresh_token: true,
  client_credentials: true,
  device_authorization: true,
  token_exchange: false,
  jwt_bearer: false,
  revocation: true,
  introspection: true,
  pushed_authorization_requests: true,
  request_objects: true,
  jarm: true,
  request_uri: true,
  dpop: true,
  client_id_metadata_documents: true,
  dynamic_registration: false,
  ...OIDC_FEATURE_DEFAULTS,
} as const;

/** The name of a feature. */
export type OAuthFeatureName = keyof typeof OAUTH_FEATURE_DEFAULTS;

/** Features that are nothing without another: they are off where it is. */
export const OAUTH_FEATURE_NEEDS: Readonly<Partial<Record<OAuthFeatureName, OAuthFeatureName>>> = {
  pushed_authorization_requests: 'authorization_code',
  request_objects: 'authorization_code',
  jarm: 'authorization_code',
  openid: 'authorization_code',
  rp_initiated_logout: 'openid',
  back_channel_logout: 'openid',
  front_channel_logout: 'openid',
  session_management: 'openid',
  implicit_and_hybrid: 'openid',
  request_uri: 'request_objects',
  encryption: 'openid',
};

/** Which features are on. */
export type OAuthFeatureSwitches = Readonly<Record<OAuthFeatureName, boolean>>;

/** The features in which the word of others counts: where one of them is on, issuers can be trusted. */
const FEATURES_OF_TRUST = ['jwt_bearer', 'dynamic_registration'] as const satisfies OAuthFeatureName[];

/** Whether issuers can be trusted at all. */
export function trustsIssuers(switches: Pick<OAuthFeatureSwitches, (typeof FEATURES_OF_TRUST)[number]>): boolean {
  return FEATURES_OF_TRUST.some((name) => switches[name]);
}
