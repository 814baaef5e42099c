import type { Fault, Place } from './configuration-file';

/** One thing that a section of the file describes. */
export class Entry {
  constructor(
    readonly place: Place,
    readonly fields: Readonly<Record<string, unknown>>,
    private readonly faults: Fault[],
  ) {}

  /** Notes what is wrong with a field, or with a part of it. */
  fault(reason: string, ...steps: Place): void {
    this.faults.push({ place: [...this.place, ...steps], reason });
  }

  /** The value of a field; null and what is left out are the same. */
  get(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? (this.fields[name] ?? undefined) : undefined;
  }

  /** A text, or undefined where it is left out or is none, which is noted. */
  text(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    this.fault(`${name} must be a text: put it into quotes.`, name);
    return undefined;
  }

  /** Yes or no, or undefined where it is left out or is neither, which is noted. */
  flag(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    this.fault(`${name} must be true or false.`, name);
    return undefined;
  }

  /** The things that a field lists; null where the file does not speak of it, and faults where it speaks nonsense. */
  entries(name: string): readonly Entry[] | null {
    return entriesOf(this.fields, name, this.faults, this.place);
  }

  /** Notes every field that nobody knows. */
  only(...names: readonly string[]): void {
    for (const name of Object.keys(this.fields)) {
      if (!names.includes(name)) this.fault(`This field is not known here; there are ${names.join(', ')}.`, name);
    }
  }
}

/** The entries of a section; null where the file does not speak of it, and faults where it speaks nonsense. @param within where the section is */
export function entriesOf(
  content: Readonly<Record<string, unknown>>,
  section: string,
  faults: Fault[],
  within: Place = [],
): readonly Entry[] | null {
  if (!Object.hasOwn(content, section)) return null;
  const list = content[section];
  if (!Array.isArray(list)) {
    faults.push({ place: [...within, section], reason: `${section} must be a list; [] is an empty one.` });
    return null;
  }
  return (list as unknown[]).flatMap((item, index) => {
    if (isFields(item)) return [new Entry([...within, section, index], item, faults)];
    faults.push({ place: [...within, section, index], reason: 'Here must be fields with their values.' });
    return [];
  });
}

/** Whether something is fields with their values. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Notes every entry that has the same key as one before it; null is no key. */
export function refuseTwins<Wanted extends { readonly entry: Entry }>(
  wanted: readonly Wanted[],
  field: string,
  keyOf: (one: Wanted) => string | null,
): void {
  const seen = new Set<string>();
  for (const one of wanted) {
    const key = keyOf(one);
    if (key !== null && seen.has(key)) one.entry.fault(`${field} is that of an entry before this one.`, field);
    if (key !== null) seen.add(key);
  }
}
