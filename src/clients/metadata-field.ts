import { isScopeToken } from '../protocol/scope';
import { readPart, ValueFault as MetadataFault } from '../protocol/value-readers';

export {
  flagOf,
  httpsUrlOf,
  readPart,
  type Step,
  textOf,
  ValueFault as MetadataFault,
  wordOf,
} from '../protocol/value-readers';

/** Who may say what a field is: the client itself when it registers, or an administrator only. */
export type MetadataAuthor = 'client' | 'administrator';

/** A JSON Schema, for the documentation. */
export type FieldSchema = Readonly<Record<string, unknown>>;

/** One field of a client's metadata: how it is read, and what it is where nobody says. */
export interface MetadataField<Value> {
  /** What it is for, in a line. */
  readonly meaning: string;
  /** Where it is defined. */
  readonly specification: string;
  readonly author: MetadataAuthor;
  readonly schema: FieldSchema;
  /** The value where it is left out; without one, it is absent. */
  readonly default?: Value;
  /** @throws {MetadataFault} with what to change */
  read(value: unknown): Value;
}

type Description = Pick<MetadataField<unknown>, 'meaning' | 'specification'> & { readonly author?: MetadataAuthor };

/** Makes a field whose value may be left out. */
export function field<Value>(
  description: Description,
  schema: FieldSchema,
  read: (value: unknown) => Value,
): MetadataField<Value> & { readonly default?: Value } {
  return { author: 'client', ...description, schema, read };
}

/** Makes a field that always has a value. */
export function fieldOr<Value>(
  value: Value,
  ...parts: Parameters<typeof field<Value>>
): MetadataField<Value> & { readonly default: Value } {
  return { ...field(...parts), default: value };
}

/** Reads whole seconds between the bounds, both included. */
export function secondsOf(least: number, most: number): (value: unknown) => number {
  return (value) => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw new MetadataFault(`must be whole seconds from ${least} to ${most}`);
    }
    return value as number;
  };
}

/** Reads a list whose items are read one by one, each at most once. */
export function listOf<Item>(most: number, read: (value: unknown) => Item): (value: unknown) => readonly Item[] {
  return (value) => {
    if (!Array.isArray(value)) throw new MetadataFault('must be a list');
    if (value.length > most) throw new MetadataFault(`must have at most ${most} items`);
    const items = Array.from(value as unknown[], (item, index) => readPart(index, item, read));
    if (new Set(items).size !== items.length) throw new MetadataFault('must not name the same thing twice');
    return items;
  };
}

/** Reads scope-tokens with single spaces between them (RFC 6749 §3.3); each once, in their order. */
export function scopeOf(value: unknown): string {
  const tokens = typeof value === 'string' && value.length <= 4_096 ? value.split(' ').filter(Boolean) : null;
  if (tokens === null || !tokens.every(isScopeToken)) {
    throw new MetadataFault('must be scopes with spaces between them (RFC 6749 §3.3), at most 4096 characters');
  }
  return [...new Set(tokens)].join(' ');
}
