import { InvalidRequest } from './errors';

/** Names that may stand more than once: RFC 8707 §2 and RFC 8693 §2.1. */
const REPEATABLE: ReadonlySet<string> = new Set(['resource', 'audience']);

/** Nothing that a client has to say needs control characters, and in headers and logs they would begin something new (CWE-93). */

const CONTROL = /[\u0000-\u001f\u007f]/;

/** The most parameters, and the most values of one, that are looked at. */
const MOST_NAMES = 100;
const MOST_VALUES = 20;

/** A parsed form or query: a name that stands twice has all its values. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The parameters of a request to an endpoint of OAuth.
 * Each stands once (RFC 6749 §3.1, §3.2), and one without a value counts as left out.
 */
export class RequestParameters {
  private constructor(private readonly values: ReadonlyMap<string, readonly string[]>) {}

  /**
   * Takes a parsed form or query. That a name stands twice is said when it is asked for, since only then it is known whom to tell.
   * @throws {InvalidRequest} for what no client sends: values that are no texts, control characters, hundreds of names
   */
  static of(fields: Fields): RequestParameters {
    const values = new Map<string, readonly string[]>();
    for (const [name, value] of Object.entries(fields)) {
      const texts = (Array.isArray(value) ? value : [value]) as unknown[];
      if (!texts.every(isText)) {
        throw new InvalidRequest('A parameter holds control characters, or is no text.', name);
      }
      const given = texts.filter((text) => text !== '');
      if (given.length > MOST_VALUES) {
        throw new InvalidRequest(`A parameter stands more than ${MOST_VALUES} times.`, name);
      }
      if (given.length > 0) values.set(name, given);
    }
    if (values.size > MOST_NAMES) throw new InvalidRequest(`There are more than ${MOST_NAMES} parameters.`);
    return new RequestParameters(values);
  }

  /** The names that have a value. */
  get names(): readonly string[] {
    return [...this.values.keys()];
  }

  /**
   * The value of a parameter, or undefined.
   * @throws {InvalidRequest} where it stands more than once
   */
  get(name: string): string | undefined {
    const values = this.values.get(name);
    // RFC 6749 §3.1, §3.2: parameters stand once.
    if (values !== undefined && values.length > 1) {
      throw new InvalidRequest(`The parameter ${name} stands more than once.`);
    }
    return values?.[0];
  }

  /**
   * The value of a parameter.
   * @throws {InvalidRequest} where it is missing or stands more than once
   */
  need(name: string): string {
    const value = this.get(name);
    // RFC 6749 §4.1.2.1, §5.2: a required parameter is missing.
    if (value === undefined) throw new InvalidRequest(`The parameter ${name} is missing.`);
    return value;
  }

  /** All values of a parameter that may stand more than once. */
  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** @throws {InvalidRequest} where any parameter but a repeatable one stands more than once (RFC 6749 §3.1, §3.2) */
  assertSingle(): void {
    for (const name of this.values.keys()) if (!REPEATABLE.has(name)) this.get(name);
  }

  /** The same with other values: those of a request object or a pushed request take the place of all (RFC 9101 §6.3, RFC 9126 §4). */
  static from(entries: Iterable<readonly [string, readonly string[]]>): RequestParameters {
    return new RequestParameters(new Map(entries));
  }

  /** Every name with its values, for keeping. */
  get entries(): readonly (readonly [string, readonly string[]])[] {
    return [...this.values];
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !CONTROL.test(value);
}
