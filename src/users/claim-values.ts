import { readPart, textOf, ValueFault } from '../protocol/value-readers';

/** A postal address (OpenID Connect Core §5.1.1). */
export interface PostalAddress {
  readonly formatted?: string;
  readonly street_address?: string;
  readonly locality?: string;
  readonly region?: string;
  readonly postal_code?: string;
  readonly country?: string;
}

const MULTILINE = textOf(500);

/** The members of an address, those that may have several lines among them (OpenID Connect Core §5.1.1). */
const ADDRESS_MEMBERS: Readonly<Record<keyof PostalAddress, (value: unknown) => string>> = {
  formatted: linesOf,
  street_address: linesOf,
  locality: textOf(100),
  region: textOf(100),
  postal_code: textOf(40),
  country: textOf(100),
};

function linesOf(value: unknown): string {
  if (typeof value !== 'string') return MULTILINE(value);
  // OpenID Connect Core §5.1.1: lines end with CRLF or LF; here with LF.
  const lines = value.replaceAll('\r\n', '\n').split('\n');
  MULTILINE(lines.join(' '));
  return lines
    .map((line) => line.normalize('NFC').trim())
    .join('\n')
    .trim();
}

/** Reads a postal address (OpenID Connect Core §5.1.1). @throws {ValueFault} */
export function addressOf(value: unknown): PostalAddress {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ValueFault('must be an object');
  const entries = Object.entries(value);
  if (entries.length === 0) throw new ValueFault('must not be empty');
  const readers: ReadonlyMap<string, (part: unknown) => string> = new Map(Object.entries(ADDRESS_MEMBERS));
  return Object.fromEntries(
    entries.map(([name, part]) => {
      const read = readers.get(name);
      if (read === undefined) throw new ValueFault(`must have nothing but ${[...readers.keys()].join(', ')}`);
      return [name, readPart(name, part, read)];
    }),
  );
}

/** What such an address is, as a JSON Schema. */
export function addressSchema(): Readonly<Record<string, unknown>> {
  const members = Object.keys(ADDRESS_MEMBERS).map((name) => [name, { type: 'string' }]);
  return { type: 'object', properties: Object.fromEntries(members) as object, additionalProperties: false };
}

/** Reads a date of ISO 8601, its year 0000 where that is not told, or a year alone (OpenID Connect Core §5.1). @throws {ValueFault} */
export function dateOf(value: unknown): string {
  const [text, year, month, day] = /^(\d{4})(?:-(\d\d)-(\d\d))?$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (text === undefined) throw new ValueFault('must be a date such as 1998-05-04, 0000-05-04, or 1998');
  if (month === undefined) return text;
  // A leap year stands for one that is not told.
  const date = new Date(`${year === '0000' ? '2000' : year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) {
    throw new ValueFault('must be a day that there is');
  }
  return text;
}

/** Reads the name of a time zone. @throws {ValueFault} */
export function zoneOf(value: unknown): string {
  const zone = textOf(60)(value);
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new ValueFault('must be a time zone of the IANA database, such as Europe/Paris');
  }
  // Offsets are known to JavaScript, and are no time zones.
  if (!/^[A-Za-z]/.test(zone)) throw new ValueFault('must be a time zone of the IANA database, such as Europe/Paris');
  return zone;
}

/** Reads a language tag, and writes it in its usual form (RFC 5646). @throws {ValueFault} */
export function localeOf(value: unknown): string {
  try {
    const [locale] = Intl.getCanonicalLocales(textOf(60)(value));
    if (locale !== undefined) return locale;
  } catch (error) {
    if (error instanceof ValueFault) throw error;
  }
  throw new ValueFault('must be a language tag such as en-GB (RFC 5646)');
}

/** Reads a telephone number of E.164, with an extension as RFC 3966 writes it (OpenID Connect Core §5.1). @throws {ValueFault} */
export function phoneOf(value: unknown): string {
  const phone = textOf(60)(value);
  const digits = phone.replace(/;ext=\d{1,10}$/, '').replace(/[ ().-]/g, '');
  if (!/^\+[1-9]\d{3,14}$/.test(digits)) {
    throw new ValueFault('must be a number with its country, such as +44 20 7946 0018 (E.164)');
  }
  return phone;
}
