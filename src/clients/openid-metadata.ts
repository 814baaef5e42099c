import { SIGNING_ALGORITHMS } from '../protocol/signing-algorithms';
import { fieldOr, flagOf, type MetadataField, wordOf } from './metadata-field';

/** How an ID token can be signed. */
export const ID_TOKEN_ALGORITHMS = [...SIGNING_ALGORITHMS, 'none'] as const;

const REGISTRATION = 'OpenID Connect Registration §2';

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
} satisfies Record<string, MetadataField<unknown>>;
