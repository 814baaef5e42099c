import { keySetOf, type PublicKeySet } from '../clients/client-key-set';
import { CLIENT_SIGNING_ALGORITHMS } from '../clients/client-metadata';
import {
  field,
  fieldOr,
  flagOf,
  httpsUrlOf,
  listOf,
  MetadataFault,
  type MetadataField,
  scopeOf,
  secondsOf,
  textOf,
  wordOf,
} from '../clients/metadata-field';
import { type FieldProblem, type FieldValues, readFields, type WrittenFields } from '../clients/read-fields';
import { storedScopes } from '../protocol/scope';
import type { TrustedIssuerProperties } from './trusted-issuer';

/** How far ahead an assertion may expire where nobody says, and at the most, in seconds: for so long its `jti` is remembered (DOS-05). */
const ASSERTION_LIFETIME = { usual: 300, most: 3_600 };

const OURS = 'Gatehouse';
const GRANT = 'RFC 7523 §3';

/** THE table of what a trusted issuer can be told to be, by the names of its JSON. */
export const TRUSTED_ISSUER_FIELDS = {
  name: field(
    { meaning: 'What administrators know it by', specification: OURS },
    { type: 'string', maxLength: 100, examples: ['Staff directory'] },
    textOf(100),
  ),
  jwks: field<PublicKeySet>(
    { meaning: 'Its public keys', specification: 'RFC 7517 §5' },
    { type: 'object', properties: { keys: { type: 'array', items: { type: 'object' } } }, required: ['keys'] },
    keySetOf,
  ),
  jwks_uri: field(
    { meaning: 'Where its public keys are, instead of jwks', specification: 'RFC 8414 §2' },
    { type: 'string', format: 'uri' },
    httpsUrlOf,
  ),
  algorithms: fieldOr<readonly string[]>(
    ['ES256'],
    { meaning: 'The algorithms that it signs with', specification: 'RFC 8725 §3.1' },
    { type: 'array', items: { type: 'string', enum: CLIENT_SIGNING_ALGORITHMS }, minItems: 1 },
    algorithmsOf,
  ),
  clients: fieldOr<readonly string[]>(
    [],
    { meaning: 'The ids of the clients that may present its assertions', specification: OURS },
    { type: 'array', maxItems: 50, items: { type: 'string' } },
    listOf(50, textOf(2_048)),
  ),
  scope: fieldOr(
    '',
    { meaning: 'The scopes that tokens may have for which it vouches', specification: 'RFC 7521 §4.1' },
    { type: 'string', maxLength: 4_096, examples: ['notes:read'] },
    scopeOf,
  ),
  assertion_lifetime: fieldOr(
    ASSERTION_LIFETIME.usual,
    { meaning: 'How far ahead its assertions may expire, in seconds', specification: GRANT },
    { type: 'integer', minimum: 1, maximum: ASSERTION_LIFETIME.most },
    secondsOf(1, ASSERTION_LIFETIME.most),
  ),
  software_statements: fieldOr(
    false,
    {
      meaning: 'Whether what it signs of programs counts when they register themselves',
      specification: 'RFC 7591 §2.3',
    },
    { type: 'boolean' },
    flagOf,
  ),
} satisfies Record<string, MetadataField<unknown>>;

type Values = FieldValues<typeof TRUSTED_ISSUER_FIELDS>;

/** Reads what a trusted issuer is told to be; what is left out, or null, is as the table says. */
export function readTrustedIssuer(
  input: Readonly<Record<string, unknown>>,
):
  | { readonly ok: true; readonly properties: TrustedIssuerProperties }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] } {
  const { values, problems } = readFields(TRUSTED_ISSUER_FIELDS, input);
  if (problems.length > 0) return { ok: false, problems };
  if ((values.jwks === undefined) === (values.jwks_uri === undefined)) {
    return { ok: false, problems: [{ field: 'jwks', reason: 'jwks or jwks_uri is needed, and not both.' }] };
  }
  return { ok: true, properties: propertiesOf(values) };
}

/** What is wrong with a text as the name of an issuer other than this server; null where nothing is. */
export function issuerFault(issuer: unknown, ownIssuer: string): string | null {
  if (typeof issuer !== 'string' || !/^[\x21-\x7e]{1,1024}$/.test(issuer)) {
    return 'issuer must be 1 to 1024 printable characters without spaces.';
  }
  if (isDots(issuer)) return 'issuer must not be . or .., which no address can name.';
  // RFC 9700 §4.4: what this server signs is for its own purposes, and none of it is an assertion.
  return issuer === ownIssuer ? 'issuer must be somebody else than this server.' : null;
}

/** What is wrong with something as a subject of an issuer, which is at most as long as in OpenID Connect Core §2; null where nothing is. */
export function subjectFault(subject: unknown): string | null {
  if (typeof subject !== 'string' || !/^[^\p{Cc}\p{Cs}]{1,255}$/u.test(subject)) {
    return 'subject must be the sub of its assertions: 1 to 255 characters, of which none is a control character.';
  }
  return isDots(subject) ? 'subject must not be . or .., which no address can name.' : null;
}

/** The fields of a trusted issuer as they are written in JSON; what has no value is null. */
export function trustedIssuerFields(properties: TrustedIssuerProperties): WrittenFields<typeof TRUSTED_ISSUER_FIELDS> {
  return {
    name: properties.name === '' ? null : properties.name,
    jwks: properties.keys.jwks ?? null,
    jwks_uri: properties.keys.jwks_uri ?? null,
    algorithms: properties.algorithms,
    clients: properties.clients,
    scope: properties.scopes.join(' '),
    assertion_lifetime: properties.assertionLifetime,
    software_statements: properties.softwareStatements,
  };
}

/** As segments of an address these stand for other places (RFC 3986 §3.3), however they are escaped: nobody could come to them. */
function isDots(name: string): boolean {
  return name === '.' || name === '..';
}

function propertiesOf(values: Values): TrustedIssuerProperties {
  const { scope = '', jwks, jwks_uri } = values;
  return {
    name: values.name ?? '',
    keys: { ...(jwks === undefined ? {} : { jwks }), ...(jwks_uri === undefined ? {} : { jwks_uri }) },
    algorithms: values.algorithms ?? [],
    clients: values.clients ?? [],
    scopes: storedScopes(scope),
    assertionLifetime: values.assertion_lifetime ?? ASSERTION_LIFETIME.usual,
    softwareStatements: values.software_statements ?? false,
  };
}

function algorithmsOf(value: unknown): readonly string[] {
  const algorithms = listOf(CLIENT_SIGNING_ALGORITHMS.length, wordOf(...CLIENT_SIGNING_ALGORITHMS))(value);
  if (algorithms.length === 0) throw new MetadataFault('must name an algorithm');
  return algorithms;
}
