import { CLIENT_METADATA, type ClientMetadata, type ClientMetadataName } from './client-metadata';
import { ruleFaults } from './client-rules';
import { withContentEncryption } from './openid-metadata';
import type { MetadataAuthor } from './metadata-field';
import { type FieldProblem, type FieldTable, ownValue, readFields, sentenceOf } from './read-fields';

/** A client's metadata, or all that is wrong with it. */
export type MetadataOutcome =
  | { readonly ok: true; readonly metadata: ClientMetadata }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const FIELDS: FieldTable = CLIENT_METADATA;

/**
 * Reads the metadata of a client.
 *
 * From a client itself, what it may not decide and what is unknown is left aside (RFC 7591 §2: to be ignored); an administrator is told, since
 * there it is a slip. A null counts as left out (RFC 7591 §2.2, §3.1).
 * @param decided what administrators have decided for a client that speaks for itself
 */
export function readClientMetadata(
  input: Readonly<Record<string, unknown>>,
  author: MetadataAuthor,
  decided: Readonly<Record<string, unknown>> = {},
): MetadataOutcome {
  const said = author === 'administrator' ? input : saidByItself(input, decided);
  const { values, problems } = readFields(FIELDS, said);
  if (problems.length > 0) return { ok: false, problems };
  const read = completed(values as unknown as ClientMetadata, input);
  const faults = ruleFaults(read).map(({ field, reason }) => ({ field, reason: sentenceOf(field, reason) }));
  return faults.length > 0 ? { ok: false, problems: faults } : { ok: true, metadata: read };
}

/** What follows from what is said where something else is not. */
function completed(metadata: ClientMetadata, input: Readonly<Record<string, unknown>>): ClientMetadata {
  const { grant_types: grants, redirect_uris: redirects } = metadata;
  // RFC 7591 §2.1: whoever registers without the code grant and says nothing of response types has none.
  const isWithoutCodes = ownValue(input, 'response_types') === undefined && !grants.includes('authorization_code');
  // Deviation: OpenID Connect Registration §2 takes web for granted; native apps that know nothing of it are recognised by where they are answered.
  // With the implicit grant they have to say so: there the addresses of web clients are held to more.
  const saysNothing = ownValue(input, 'application_type') === undefined && !grants.includes('implicit');
  const isNative = saysNothing && !redirects.every((uri) => uri.startsWith('https:'));
  return withContentEncryption({
    ...metadata,
    ...(isWithoutCodes ? { response_types: [] } : {}),
    ...(isNative ? { application_type: 'native' } : {}),
  });
}

/** What a client says of itself, with what administrators have decided in the place of what it may not decide. */
function saidByItself(
  input: Readonly<Record<string, unknown>>,
  decided: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const said = Object.entries(FIELDS).map(
    ([name, field]) => [name, ownValue(field.author === 'administrator' ? decided : input, name)] as const,
  );
  return Object.fromEntries(said);
}

/** The names of the fields that an administrator alone can set. */
export const ADMINISTRATOR_FIELDS: readonly ClientMetadataName[] = Object.entries(FIELDS)
  .filter(([, { author }]) => author === 'administrator')
  .map(([name]) => name as ClientMetadataName);
