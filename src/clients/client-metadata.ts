import { CLIENT_AUTHENTICATION_METHODS, GRANT_TYPES, GrantType, type GrantTypeName } from '../protocol/grant-types';
import { RESPONSE_TYPES, type ResponseType } from '../protocol/response-type';
import { SIGNING_ALGORITHMS } from '../protocol/signing-algorithms';
import { keySetOf, type PublicKeySet } from './client-key-set';
import {
  field,
  fieldOr,
  flagOf,
  httpsUrlOf,
  listOf,
  type MetadataField,
  scopeOf,
  secondsOf,
  textOf,
  wordOf,
} from './metadata-field';
import { audienceOf, redirectUriOf, responseTypeNamed } from './metadata-values';
import { OPENID_METADATA } from './openid-metadata';
import { TOKEN_EXCHANGE_SCHEMA, type TokenExchangeRule, tokenExchangeRulesOf } from './token-exchange-rules';

/** Algorithms with a key of the client's own; RFC 8725 §3.2. */
export const CLIENT_SIGNING_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
] as const;

/** Algorithms with a secret that the client shares with this server. */
export const CLIENT_SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;

/** The rules that can hold for a client; `compat` is for old OpenID clients. */
export const CLIENT_PROFILES = ['oauth2.1', 'compat'] as const;

/** Rules that can hold for a client. */
export type ClientProfile = (typeof CLIENT_PROFILES)[number];

const DYNAMIC_REGISTRATION = 'RFC 7591 §2';
const OURS = 'Gatehouse';
const URL_SCHEMA = { type: 'string', format: 'uri' };
/** In seconds. */
const DAY = 86_400;

/** THE table of what a client can be: every field, who may set it, how it is read, and what it is where nobody says. */
export const CLIENT_METADATA = {
  client_name: field(
    { meaning: 'What people are shown as its name', specification: DYNAMIC_REGISTRATION },
    { type: 'string', maxLength: 100, examples: ['Photo Printer'] },
    textOf(100),
  ),
  client_uri: field({ meaning: 'Its home page', specification: DYNAMIC_REGISTRATION }, URL_SCHEMA, httpsUrlOf),
  logo_uri: field({ meaning: 'Its logo', specification: DYNAMIC_REGISTRATION }, URL_SCHEMA, httpsUrlOf),
  tos_uri: field({ meaning: 'Its terms of service', specification: DYNAMIC_REGISTRATION }, URL_SCHEMA, httpsUrlOf),
  policy_uri: field({ meaning: 'Its privacy policy', specification: DYNAMIC_REGISTRATION }, URL_SCHEMA, httpsUrlOf),
  contacts: field(
    { meaning: 'Whom to write to about it', specification: DYNAMIC_REGISTRATION },
    { type: 'array', items: { type: 'string' }, maxItems: 10 },
    listOf(10, textOf(254)),
  ),
  redirect_uris: fieldOr<readonly string[]>(
    [],
    { meaning: 'Where people are sent back to, compared to the letter', specification: DYNAMIC_REGISTRATION },
    { type: 'array', items: URL_SCHEMA, maxItems: 50, examples: [['https://app.example.com/callback']] },
    listOf(50, redirectUriOf),
  ),
  grant_types: fieldOr<readonly GrantTypeName[]>(
    [GrantType.authorizationCode],
    { meaning: 'The grants that it may use', specification: DYNAMIC_REGISTRATION },
    { type: 'array', items: { type: 'string', enum: GRANT_TYPES } },
    listOf(GRANT_TYPES.length, wordOf(...GRANT_TYPES)),
  ),
  response_types: fieldOr<readonly ResponseType[]>(
    ['code'],
    { meaning: 'What the authorization endpoint may answer it', specification: DYNAMIC_REGISTRATION },
    { type: 'array', items: { type: 'string', enum: RESPONSE_TYPES } },
    listOf(RESPONSE_TYPES.length, responseTypeNamed),
  ),
  token_endpoint_auth_method: fieldOr(
    'client_secret_basic',
    { meaning: 'How it authenticates', specification: DYNAMIC_REGISTRATION },
    { type: 'string', enum: CLIENT_AUTHENTICATION_METHODS },
    wordOf(...CLIENT_AUTHENTICATION_METHODS),
  ),
  token_endpoint_auth_signing_alg: field(
    { meaning: 'With which algorithm it signs its assertions', specification: 'OpenID Connect Registration §2' },
    { type: 'string', enum: [...CLIENT_SIGNING_ALGORITHMS, ...CLIENT_SECRET_ALGORITHMS] },
    wordOf(...CLIENT_SIGNING_ALGORITHMS, ...CLIENT_SECRET_ALGORITHMS),
  ),
  jwks: field<PublicKeySet>(
    { meaning: 'Its public keys', specification: DYNAMIC_REGISTRATION },
    { type: 'object', properties: { keys: { type: 'array', items: { type: 'object' } } }, required: ['keys'] },
    keySetOf,
  ),
  jwks_uri: field(
    { meaning: 'Where its public keys are', specification: DYNAMIC_REGISTRATION },
    URL_SCHEMA,
    httpsUrlOf,
  ),
  scope: fieldOr(
    '',
    { meaning: 'The scopes that it may ask for', specification: DYNAMIC_REGISTRATION },
    { type: 'string', maxLength: 4_096, examples: ['notes:read notes:write'] },
    scopeOf,
  ),
  software_id: field(
    { meaning: 'Which program it is, the same for all of its instances', specification: DYNAMIC_REGISTRATION },
    { type: 'string', maxLength: 100 },
    textOf(100),
  ),
  software_version: field(
    { meaning: 'Which version of the program it is', specification: DYNAMIC_REGISTRATION },
    { type: 'string', maxLength: 100 },
    textOf(100),
  ),
  application_type: fieldOr(
    'web',
    {
      meaning: 'Whether it runs on a server or on the device of a person',
      specification: 'OpenID Connect Registration §2',
    },
    { type: 'string', enum: ['web', 'native'] },
    wordOf('web', 'native'),
  ),
  dpop_bound_access_tokens: fieldOr(
    false,
    { meaning: 'Whether all of its tokens are bound to a key of its own', specification: 'RFC 9449 §5.2' },
    { type: 'boolean' },
    flagOf,
  ),
  require_pushed_authorization_requests: fieldOr(
    false,
    { meaning: 'Whether it pushes each authorization request beforehand', specification: 'RFC 9126 §6' },
    { type: 'boolean' },
    flagOf,
  ),
  require_signed_request_object: fieldOr(
    false,
    { meaning: 'Whether it signs each authorization request', specification: 'RFC 9101 §10.5' },
    { type: 'boolean' },
    flagOf,
  ),
  request_object_signing_alg: field(
    { meaning: 'With which algorithm it signs authorization requests', specification: 'RFC 9101 §10.5' },
    { type: 'string', enum: [...CLIENT_SIGNING_ALGORITHMS, 'none'] },
    wordOf(...CLIENT_SIGNING_ALGORITHMS, 'none'),
  ),
  authorization_signed_response_alg: fieldOr(
    'RS256',
    {
      meaning: 'With which algorithm its authorization responses are signed, where it asks for signed ones',
      specification: 'JARM §3',
    },
    { type: 'string', enum: SIGNING_ALGORITHMS },
    wordOf(...SIGNING_ALGORITHMS),
  ),
  profile: fieldOr(
    'oauth2.1',
    {
      meaning: 'The rules that hold for it; `compat` is for old OpenID clients',
      specification: OURS,
      author: 'administrator',
    },
    { type: 'string', enum: CLIENT_PROFILES },
    wordOf(...CLIENT_PROFILES),
  ),
  require_pkce: fieldOr(
    true,
    {
      meaning: 'Whether it must use PKCE; only a confidential `compat` client may do without',
      specification: 'RFC 9700 §2.1.1',
      author: 'administrator',
    },
    { type: 'boolean' },
    flagOf,
  ),
  skip_consent: fieldOr(
    false,
    {
      meaning: 'Whether it belongs to whoever runs this server, so that people are not asked',
      specification: OURS,
      author: 'administrator',
    },
    { type: 'boolean' },
    flagOf,
  ),
  resources: fieldOr<readonly string[]>(
    [],
    {
      meaning: 'Resource servers that it may have tokens for although it has none of their scopes',
      specification: 'RFC 8707 §2',
      author: 'administrator',
    },
    { type: 'array', items: URL_SCHEMA, maxItems: 50 },
    listOf(50, audienceOf),
  ),
  token_exchange: fieldOr<readonly TokenExchangeRule[]>(
    [],
    {
      meaning: 'What it may exchange the access tokens of people for; nothing, where no rule says so',
      specification: 'RFC 8693 §2.1',
      author: 'administrator',
    },
    TOKEN_EXCHANGE_SCHEMA,
    tokenExchangeRulesOf,
  ),
  access_token_lifetime: field(
    {
      meaning: 'How long its access tokens are good, in seconds, where that is shorter than elsewhere',
      specification: OURS,
      author: 'administrator',
    },
    { type: 'integer', minimum: 1, maximum: DAY },
    secondsOf(1, DAY),
  ),
  refresh_token_lifetime: field(
    {
      meaning: 'How long its refresh tokens are good while it does not use them, in seconds',
      specification: OURS,
      author: 'administrator',
    },
    { type: 'integer', minimum: 1, maximum: 3_650 * DAY },
    secondsOf(1, 3_650 * DAY),
  ),
  refresh_token_absolute_lifetime: field(
    {
      meaning: 'How long its refresh tokens are good at all, in seconds',
      specification: OURS,
      author: 'administrator',
    },
    { type: 'integer', minimum: 1, maximum: 3_650 * DAY },
    secondsOf(1, 3_650 * DAY),
  ),
  refresh_token_rotation: fieldOr(
    true,
    {
      meaning: 'Whether each refresh gives another refresh token; others than public clients may do without',
      specification: 'RFC 9700 §2.2.2',
      author: 'administrator',
    },
    { type: 'boolean' },
    flagOf,
  ),
  ...OPENID_METADATA,
} satisfies Record<string, MetadataField<unknown>>;

type Table = typeof CLIENT_METADATA;

/** The name of a field. */
export type ClientMetadataName = keyof Table;

type ValueOf<Name extends ClientMetadataName> = Table[Name] extends MetadataField<infer Value> ? Value : never;

type NamesWithDefault = {
  [Name in ClientMetadataName]: Table[Name] extends { readonly default: unknown } ? Name : never;
}[ClientMetadataName];

/** A client's metadata, read and completed. */
export type ClientMetadata = { readonly [Name in NamesWithDefault]: ValueOf<Name> } & {
  readonly [Name in Exclude<ClientMetadataName, NamesWithDefault>]?: ValueOf<Name>;
};

/** What every client is where nobody said otherwise. */
export const METADATA_DEFAULTS: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(CLIENT_METADATA as Readonly<Record<string, MetadataField<unknown>>>).flatMap(
    ([name, { default: value }]) => (value === undefined ? [] : [[name, value]]),
  ),
);
