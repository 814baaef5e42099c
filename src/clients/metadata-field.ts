import { isScopeToken } from '../protocol/scope';

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

/** A step into a value: the index of an item, or the name of a member. */
export type Step = string | number;

/** A value that cannot be registered; the message continues the name of the field ("must be …") and does not repeat the value. */
export class MetadataFault extends Error {
  /** @param path where in the value the fault is */
  constructor(
    message: string,
    readonly path: readonly Step[] = [],
  ) {
    super(message);
  }
}

/** Reads a part of a value; a fault in it says where it is. @throws {MetadataFault} */
export function readPart<Part>(step: Step, value: unknown, read: (value: unknown) => Part): Part {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof MetadataFault)) throw error;
    throw new MetadataFault(error.message, [step, ...error.path]);
  }
}

type Description = Pick<MetadataField<unknown>, 'meaning' | 'specification'> & { readonly author?: MetadataAuthor };

/** What a text must not hold: controls, line breaks, and marks that turn the direction of writing (DCR-09). */
const MISLEADING = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Bidi_Control}\u200b-\u200d\u2028\u2029\u2060\ufeff]/u;

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

/** Reads a text for people, shown as it is: NFC, nothing invisible. */
export function textOf(most: number): (value: unknown) => string {
  return (value) => {
    const text = typeof value === 'string' ? value.normalize('NFC').trim() : '';
    if (text === '' || [...text].length > most) throw new MetadataFault(`must be a text of 1 to ${most} characters`);
    if (MISLEADING.test(text)) throw new MetadataFault('must not hold control characters or invisible ones');
    return text;
  };
}

/** Reads an address that a person may be sent to, or this server may ask: https and nothing odd about it. */
export function httpsUrlOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2_048 || !/^https:\/\/[^/?#]/.test(value) || !URL.canParse(value)) {
    throw new MetadataFault('must be an https:// URL of at most 2048 characters');
  }
  const { username, password, href } = new URL(value);
  if (username !== '' || password !== '') throw new MetadataFault('must not hold a user name or a password');
  // The one spelling that every reader understands in the same way.
  if (/[\s\\"'<>`]/.test(value) || href.length > 4_096) throw new MetadataFault('must be a plain URL');
  return value;
}

/** Reads true or false, and nothing that merely looks like it. */
export function flagOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new MetadataFault('must be true or false');
  return value;
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

/** Reads one of a few words. */
export function wordOf<const Word extends string>(...words: readonly Word[]): (value: unknown) => Word {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new MetadataFault(`must be one of ${words.join(', ')}`);
    return word;
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
