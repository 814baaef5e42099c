import { ACCOUNT_SCOPE } from './account-scope';
import { encryptionsOf } from './client-key-set';
import type { ClientRule } from './client-rule';
import { ENCRYPTION_FIELDS } from './openid-metadata';
import { isSharedSector, sectorHostsOf } from './sector';

/** What this server encrypts to keys of the client; what the client encrypts is encrypted to ours. */
const ENCRYPTED_FOR_CLIENT = ENCRYPTION_FIELDS.filter(([alg]) => alg !== 'request_object_encryption_alg');

/** RFC 7516 §4.1.2: what says nothing of its algorithm cannot be encrypted. */
const NAMED_TOGETHER: readonly ClientRule[] = ENCRYPTION_FIELDS.map(([alg, enc]) => ({
  field: enc,
  fault: (metadata) =>
    metadata[enc] !== undefined && metadata[alg] === undefined ? `must not stand without ${alg}` : null,
}));

const KEYS_TO_ENCRYPT_TO: readonly ClientRule[] = ENCRYPTED_FOR_CLIENT.map(([name]) => ({
  field: name,
  fault: ({ [name]: alg, jwks, jwks_uri }) => {
    if (alg === undefined || jwks_uri !== undefined) return null;
    const fits = jwks?.keys.some((key) => encryptionsOf(key).includes(alg)) ?? false;
    return fits ? null : 'needs jwks_uri, or jwks with a key to encrypt to (use: enc)';
  },
}));

/** What must hold between the fields of a client of OpenID Connect. */
export const OPENID_RULES: readonly ClientRule[] = [
  {
    // OpenID Connect Core §2: an ID token that nobody has signed is only for whoever gets it from the token endpoint itself (JWT-15).
    field: 'id_token_signed_response_alg',
    fault: ({ id_token_signed_response_alg: algorithm, profile, response_types }) =>
      algorithm === 'none' && (profile !== 'compat' || response_types.some((type) => type !== 'code'))
        ? 'can be none only for a client of the compat profile whose response_types have nothing but code'
        : null,
  },
  {
    // RFC 9101 §4: request objects are signed; OpenID Connect Core §6.1 let old clients do without (JWT-15).
    field: 'request_object_signing_alg',
    fault: ({ request_object_signing_alg: algorithm, profile, require_signed_request_object: signs }) =>
      algorithm === 'none' && (profile !== 'compat' || signs)
        ? 'can be none only for a client of the compat profile that need not sign its requests'
        : null,
  },
  {
    // OpenID Connect Front-Channel Logout §2: a page in a frame belongs to whoever answers are sent to (SES-17).
    field: 'frontchannel_logout_uri',
    fault: ({ frontchannel_logout_uri: uri, redirect_uris }) =>
      uri !== undefined &&
      !redirect_uris.some((one) => URL.canParse(one) && new URL(one).origin === new URL(uri).origin)
        ? 'must have the scheme, the host and the port of one of redirect_uris (OpenID Connect Front-Channel Logout §2)'
        : null,
  },
  ...NAMED_TOGETHER,
  ...KEYS_TO_ENCRYPT_TO,
  {
    // OpenID Connect Core §8.1: with several hosts, or one that belongs to everybody, the client has to say whose identifiers it shares.
    field: 'sector_identifier_uri',
    fault: ({ subject_type: type, sector_identifier_uri: sector, redirect_uris }) => {
      if (type !== 'pairwise' || sector !== undefined) return null;
      const [host, ...others] = sectorHostsOf(redirect_uris);
      return host === undefined || others.length > 0 || isSharedSector(host)
        ? 'is needed for pairwise subjects, unless all redirect_uris are https and have the same host'
        : null;
    },
  },
  {
    // OpenID Connect Core §8.1: the account itself tells by which identifier all others know its person.
    field: 'scope',
    fault: ({ subject_type: type, scope }) =>
      type === 'pairwise' && scope.split(' ').includes(ACCOUNT_SCOPE)
        ? `must not have ${ACCOUNT_SCOPE} for a client with pairwise subjects`
        : null,
  },
  {
    // OpenID Connect Registration §2: an application on a server is answered there, and nowhere on the device of a person.
    field: 'redirect_uris',
    fault: ({ application_type: type, redirect_uris }) =>
      type === 'web' && !redirect_uris.every((uri) => uri.startsWith('https:'))
        ? 'must be https for the application_type web: native is for addresses on the device of a person'
        : null,
  },
];
