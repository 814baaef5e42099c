import {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  DEFAULT_CONTENT_ENCRYPTION,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from '../protocol/encryption-algorithms';
import { SIGNING_ALGORITHMS } from '../protocol/signing-algorithms';
import {
  field,
  fieldOr,
  flagOf,
  httpsUrlOf,
  listOf,
  MetadataFault,
  type MetadataField,
  secondsOf,
  wordOf,
} from './metadata-field';
import { logoutUriOf, redirectUriOf } from './metadata-values';

/** How an ID token can be signed. */
export const ID_TOKEN_ALGORITHMS = [...SIGNING_ALGORITHMS, 'none'] as const;

/** Seconds; nothing that is older is remembered. */
const LONGEST_AGE = 3_650 * 86_400;

/** RFC 6749 §3.3 by analogy: what is told as a list with spaces between has none in it. */
const CONTEXT = /^[\x21-\x7e]{1,200}$/;

/** What a client can be sent encrypted: ID tokens, what UserInfo answers, and answers to its authorization requests (JARM). */
export type EncryptedAnswer = 'id_token' | 'userinfo' | 'authorization';

const REGISTRATION = 'OpenID Connect Registration §2';
const JARM = 'JARM §3';
const URL_SCHEMA = { type: 'string', format: 'uri' };

/** What a client can be as one of OpenID Connect: a part of the table of {@link CLIENT_METADATA}. */
export const OPENID_METADATA = {
  id_token_signed_response_alg: fieldOr(
    'RS256',
    { meaning: 'With which algorithm its ID tokens are signed', specification: REGISTRATION },
    { type: 'string', enum: ID_TOKEN_ALGORITHMS },
    wordOf(...ID_TOKEN_ALGORITHMS),
  ),
  id_token_profile_claims: fieldOr(
    false,
    {
      meaning: 'Whether its ID tokens tell of the person what UserInfo would, for clients that read nothing else',
      specification: 'Gatehouse',
      author: 'administrator',
    },
    { type: 'boolean' },
    flagOf,
  ),
  post_logout_redirect_uris: fieldOr<readonly string[]>(
    [],
    {
      meaning: 'Where people may be sent back to after they have signed out, compared to the letter',
      specification: 'OpenID Connect RP-Initiated Logout §3.1',
    },
    { type: 'array', items: URL_SCHEMA, maxItems: 50, examples: [['https://app.example.com/signed-out']] },
    listOf(50, redirectUriOf),
  ),
  backchannel_logout_uri: field(
    {
      meaning: 'Where this server tells it that somebody has signed out',
      specification: 'OpenID Connect Back-Channel Logout §2.2',
    },
    URL_SCHEMA,
    logoutUriOf,
  ),
  backchannel_logout_session_required: fieldOr(
    false,
    {
      meaning: 'Whether it must be told of which session; it always is',
      specification: 'OpenID Connect Back-Channel Logout §2.2',
    },
    { type: 'boolean' },
    flagOf,
  ),
  frontchannel_logout_uri: field(
    {
      meaning: 'Which page of it is opened in the browser where somebody signs out',
      specification: 'OpenID Connect Front-Channel Logout §2',
    },
    URL_SCHEMA,
    logoutUriOf,
  ),
  frontchannel_logout_session_required: fieldOr(
    false,
    {
      meaning: 'Whether that page must be told of which session; it always is',
      specification: 'OpenID Connect Front-Channel Logout §2',
    },
    { type: 'boolean' },
    flagOf,
  ),
  default_max_age: field(
    {
      meaning: 'How long ago people may have signed in, in seconds, where its request does not say',
      specification: REGISTRATION,
    },
    { type: 'integer', minimum: 0, maximum: LONGEST_AGE },
    secondsOf(0, LONGEST_AGE),
  ),
  require_auth_time: fieldOr(
    false,
    {
      meaning: 'Whether its ID tokens have to say when people have signed in; they always do',
      specification: REGISTRATION,
    },
    { type: 'boolean' },
    flagOf,
  ),
  default_acr_values: fieldOr<readonly string[]>(
    [],
    {
      meaning: 'How people would best sign in, the best first, where its request does not say',
      specification: REGISTRATION,
    },
    { type: 'array', items: { type: 'string' }, maxItems: 10 },
    listOf(10, contextOf),
  ),
  initiate_login_uri: field(
    { meaning: 'Where people are sent who open it from here; it begins to sign them in', specification: REGISTRATION },
    { type: 'string', format: 'uri' },
    httpsUrlOf,
  ),
  id_token_encrypted_response_alg: keyManagement('How the key of its ID tokens is encrypted'),
  id_token_encrypted_response_enc: contentEncryption('How its ID tokens are encrypted'),
  userinfo_signed_response_alg: field(
    { meaning: 'With which algorithm what UserInfo answers it is signed', specification: REGISTRATION },
    { type: 'string', enum: SIGNING_ALGORITHMS },
    wordOf(...SIGNING_ALGORITHMS),
  ),
  userinfo_encrypted_response_alg: keyManagement('How the key of what UserInfo answers it is encrypted'),
  userinfo_encrypted_response_enc: contentEncryption('How what UserInfo answers it is encrypted'),
  authorization_encrypted_response_alg: keyManagement(
    'How the key of the answers to its authorization requests is encrypted (JARM)',
    JARM,
  ),
  authorization_encrypted_response_enc: contentEncryption(
    'How the answers to its authorization requests are encrypted (JARM)',
    JARM,
  ),
  request_object_encryption_alg: keyManagement('How it encrypts the key of its authorization requests, if it does'),
  request_object_encryption_enc: contentEncryption('How it encrypts its authorization requests, if it does'),
  request_uris: fieldOr<readonly string[]>(
    [],
    { meaning: 'Where its authorization requests may be fetched', specification: REGISTRATION },
    { type: 'array', items: URL_SCHEMA, maxItems: 20 },
    listOf(20, httpsUrlOf),
  ),
  subject_type: fieldOr(
    'public',
    { meaning: 'Whether it knows people by identifiers of its own (`pairwise`)', specification: REGISTRATION },
    { type: 'string', enum: ['public', 'pairwise'] },
    wordOf('public', 'pairwise'),
  ),
  sector_identifier_uri: field(
    { meaning: 'With whom it shares these identifiers: a list of redirect URIs', specification: REGISTRATION },
    URL_SCHEMA,
    httpsUrlOf,
  ),
} satisfies Record<string, MetadataField<unknown>>;

/** Reads the name of an authentication context class (OpenID Connect Core §2). */
function contextOf(value: unknown): string {
  if (typeof value !== 'string' || !CONTEXT.test(value)) {
    throw new MetadataFault('must be a name of at most 200 characters without spaces');
  }
  return value;
}

/** The pairs of fields that say how something is encrypted: the second has a default where the first is there. */
export const ENCRYPTION_FIELDS = [
  ['id_token_encrypted_response_alg', 'id_token_encrypted_response_enc'],
  ['userinfo_encrypted_response_alg', 'userinfo_encrypted_response_enc'],
  ['authorization_encrypted_response_alg', 'authorization_encrypted_response_enc'],
  ['request_object_encryption_alg', 'request_object_encryption_enc'],
] as const;

type EncryptionMetadata = {
  readonly [Name in (typeof ENCRYPTION_FIELDS)[number][1]]?: ContentEncryption;
} & { readonly [Name in (typeof ENCRYPTION_FIELDS)[number][0]]?: KeyManagementAlgorithm };

/** The metadata with how contents are encrypted where nobody has said it (OpenID Connect Registration §2). */
export function withContentEncryption<Metadata extends EncryptionMetadata>(metadata: Metadata): Metadata {
  const missing = ENCRYPTION_FIELDS.filter(([alg, enc]) => metadata[alg] !== undefined && metadata[enc] === undefined);
  return { ...metadata, ...Object.fromEntries(missing.map(([, enc]) => [enc, DEFAULT_CONTENT_ENCRYPTION])) };
}

function keyManagement(meaning: string, specification = REGISTRATION): MetadataField<KeyManagementAlgorithm> {
  return field(
    { meaning, specification },
    { type: 'string', enum: KEY_MANAGEMENT_ALGORITHMS },
    wordOf(...KEY_MANAGEMENT_ALGORITHMS),
  );
}

function contentEncryption(meaning: string, specification = REGISTRATION): MetadataField<ContentEncryption> {
  return field(
    { meaning, specification },
    { type: 'string', enum: CONTENT_ENCRYPTIONS },
    wordOf(...CONTENT_ENCRYPTIONS),
  );
}
