import { SIGNING_ALGORITHMS } from '../protocol/signing-algorithms';
import { field, fieldOr, flagOf, listOf, type MetadataField, wordOf } from './metadata-field';
import { logoutUriOf, redirectUriOf } from './metadata-values';

/** How an ID token can be signed. */
export const ID_TOKEN_ALGORITHMS = [...SIGNING_ALGORITHMS, 'none'] as const;

const URL_SCHEMA = { type: 'string', format: 'uri' };
const REGISTRATION = 'OpenID Connect Registration §2';

/** What a client can be as one of OpenID Connect: a part of the table of {@link CLIENT_METADATA}. */
export const OPENID_METADATA = {
  id_token_signed_response_alg: fieldOr(
    'RS256',
    { meaning: 'With which algorithm its ID tokens are signed', specification: REGISTRATION },
    { type: 'string', enum: ID_TOKEN_ALGORITHMS },
    wordOf(...ID_TOKEN_ALGORITHMS),
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
} satisfies Record<string, MetadataField<unknown>>;
