import {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  DEFAULT_CONTENT_ENCRYPTION,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from '../protocol/encryption-algorithms';
import { SIGNING_ALGORITHMS } from '../protocol/signing-algorithms';
import { field, fieldOr, httpsUrlOf, listOf, type MetadataField, wordOf } from './metadata-field';

/** How an ID token can be signed. */
export const ID_TOKEN_ALGORITHMS = [...SIGNING_ALGORITHMS, 'none'] as const;

/** What a client can be sent encrypted: ID tokens, and what UserInfo answers. */
export const ENCRYPTED_ANSWERS = ['id_token', 'userinfo'] as const;

/** The name of one. */
export type EncryptedAnswer = (typeof ENCRYPTED_ANSWERS)[number];

const REGISTRATION = 'OpenID Connect Registration §2';
const URL_SCHEMA = { type: 'string', format: 'uri' };

/** What a client can be as one of OpenID Connect: a part of the table of {@link CLIENT_METADATA}. */
export const OPENID_METADATA = {
  id_token_signed_response_alg: fieldOr(
    'RS256',
    { meaning: 'With which algorithm its ID tokens are signed', specification: REGISTRATION },
    { type: 'string', enum: ID_TOKEN_ALGORITHMS },
    wordOf(...ID_TOKEN_ALGORITHMS),
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

/** The pairs of fields that say how something is encrypted: the second has a default where the first is there. */
export const ENCRYPTION_FIELDS = [
  ['id_token_encrypted_response_alg', 'id_token_encrypted_response_enc'],
  ['userinfo_encrypted_response_alg', 'userinfo_encrypted_response_enc'],
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

function keyManagement(meaning: string): MetadataField<KeyManagementAlgorithm> {
  return field(
    { meaning, specification: REGISTRATION },
    { type: 'string', enum: KEY_MANAGEMENT_ALGORITHMS },
    wordOf(...KEY_MANAGEMENT_ALGORITHMS),
  );
}

function contentEncryption(meaning: string): MetadataField<ContentEncryption> {
  return field(
    { meaning, specification: REGISTRATION },
    { type: 'string', enum: CONTENT_ENCRYPTIONS },
    wordOf(...CONTENT_ENCRYPTIONS),
  );
}
