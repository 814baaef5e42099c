/** A step into a value: the index of an item, or the name of a member. */
export type Step = string | number;

/** A value that cannot be taken; the message continues the name of the field ("must be …") and does not repeat the value. */
export class ValueFault extends Error {
  /** @param path where in the value the fault is */
  constructor(
    message: string,
    readonly path: readonly Step[] = [],
  ) {
    super(message);
  }
}

/** Reads a part of a value; a fault in it says where it is. @throws {ValueFault} */
export function readPart<Part>(step: Step, value: unknown, read: (value: unknown) => Part): Part {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ValueFault(error.message, [step, ...error.path]);
  }
}

/** What a text must not hold: controls, line breaks, and marks that turn the direction of writing (DCR-09, INJ-03). */
const MISLEADING = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Bidi_Control}\u200b-\u200d\u2028\u2029\u2060\ufeff]/u;

/** Reads a text for people, shown as it is: NFC, nothing invisible. What it returns throws a {@link ValueFault}. */
export function textOf(most: number): (value: unknown) => string {
  return (value) => {
    const text = typeof value === 'string' ? value.normalize('NFC').trim() : '';
    if (text === '' || [...text].length > most) throw new ValueFault(`must be a text of 1 to ${most} characters`);
    if (MISLEADING.test(text)) throw new ValueFault('must not hold control characters or invisible ones');
    return text;
  };
}

/** Reads an address that a person may be sent to, or this server may ask: https and nothing odd about it. @throws {ValueFault} */
export function httpsUrlOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2_048 || !/^https:\/\/[^/?#]/.test(value) || !URL.canParse(value)) {
    throw new ValueFault('must be an https:// URL of at most 2048 characters');
  }
  const { username, password, href } = new URL(value);
  if (username !== '' || password !== '') throw new ValueFault('must not hold a user name or a password');
  // The one spelling that every reader understands in the same way.
  if (/[\s\\"'<>`]/.test(value) || href.length > 4_096) throw new ValueFault('must be a plain URL');
  return value;
}

/** Reads true or false, and nothing that merely looks like it. @throws {ValueFault} */
export function flagOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new ValueFault('must be true or false');
  return value;
}

/** Reads one of a few words. What it returns throws a {@link ValueFault}. */
export function wordOf<const Word extends string>(...words: readonly Word[]): (value: unknown) => Word {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new ValueFault(`must be one of ${words.join(', ')}`);
    return word;
  };
}
