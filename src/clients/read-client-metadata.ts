import { CLIENT_METADATA, type ClientMetadata, type ClientMetadataName } from './client-metadata';
import { ruleFaults } from './client-rules';
import { withContentEncryption } from './openid-metadata';
import { type MetadataAuthor, MetadataFault, type MetadataField, type Step } from './metadata-field';

/** What has to be changed in one field. */
export interface MetadataProblem {
  readonly field: string;
  /** Where in the field, if not in all of it. */
  readonly path?: readonly Step[];
  /** A sentence. */
  readonly reason: string;
}

/** A client's metadata, or all that is wrong with it. */
export type MetadataOutcome =
  | { readonly ok: true; readonly metadata: ClientMetadata }
  | { readonly ok: false; readonly problems: readonly MetadataProblem[] };

const FIELDS = CLIENT_METADATA as Readonly<Record<string, MetadataField<unknown>>>;

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
  const problems: MetadataProblem[] = [];
  const metadata: Record<string, unknown> = {};
  if (author === 'administrator') problems.push(...unknownFields(input));
  for (const [name, field] of Object.entries(FIELDS)) {
    const given = own(field.author === 'administrator' && author === 'client' ? decided : input, name);
    try {
      const value = given === undefined || given === null ? field.default : field.read(given);
      if (value !== undefined) metadata[name] = value;
    } catch (error) {
      if (!(error instanceof MetadataFault)) throw error;
      problems.push({ field: name, path: error.path, reason: `${name} ${sentence(error.message)}` });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const read = completed(metadata as unknown as ClientMetadata, input);
  const faults = ruleFaults(read).map(({ field, reason }) => ({ field, reason: `${field} ${sentence(reason)}` }));
  return faults.length > 0 ? { ok: false, problems: faults } : { ok: true, metadata: read };
}

/** What follows from what is said where something else is not. */
function completed(metadata: ClientMetadata, input: Readonly<Record<string, unknown>>): ClientMetadata {
  const { grant_types: grants, redirect_uris: redirects } = metadata;
  // RFC 7591 §2.1: whoever registers without the code grant and says nothing of response types has none.
  const isWithoutCodes = own(input, 'response_types') === undefined && !grants.includes('authorization_code');
  // Deviation: OpenID Connect Registration §2 takes web for granted; native apps that know nothing of it are recognised by where they are answered.
  // With the implicit grant they have to say so: there the addresses of web clients are held to more.
  const saysNothing = own(input, 'application_type') === undefined && !grants.includes('implicit');
  const isNative = saysNothing && !redirects.every((uri) => uri.startsWith('https:'));
  return withContentEncryption({
    ...metadata,
    ...(isWithoutCodes ? { response_types: [] } : {}),
    ...(isNative ? { application_type: 'native' } : {}),
  });
}

function unknownFields(input: Readonly<Record<string, unknown>>): MetadataProblem[] {
  return Object.keys(input)
    .filter((name) => !Object.hasOwn(FIELDS, name))
    .map((name) => ({ field: name.slice(0, 64), reason: 'This field is not known here.' }));
}

/** The value of a field; what every object has by its prototype is not one. */
function own(input: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(input, name) ? input[name] : undefined;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The names of the fields that an administrator alone can set. */
export const ADMINISTRATOR_FIELDS: readonly ClientMetadataName[] = Object.entries(FIELDS)
  .filter(([, { author }]) => author === 'administrator')
  .map(([name]) => name as ClientMetadataName);
