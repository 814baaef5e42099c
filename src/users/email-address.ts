import { domainToASCII, domainToUnicode } from 'node:url';
import { foldCase } from './case-folding';
import { hasDeceptiveCharacters, isAscii, isOneScript, withoutLookAlikes } from './confusables';

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, two of which are its angle brackets. */
const MAX_BYTES = 254;
/** RFC 5321 §4.5.3.1.1 */
const MAX_LOCAL_BYTES = 64;

const LENGTH = `An e-mail address has at most ${MAX_BYTES} bytes, of which ${MAX_LOCAL_BYTES} before the @.`;
const ONE_AT = 'An e-mail address has one @, with a name before it and a domain after it: name@example.com.';
const PLAIN_SIGNS = 'Write the signs of the e-mail address (@ . - and the like) with the keys of an ordinary keyboard.';
const LOCAL = 'Before the @ are letters, digits and plain signs such as . _ - +, without spaces, quotes or comments.';
const DOMAIN = 'After the @ is the name of a mail domain, such as example.com.';
const SCRIPT = 'An e-mail address uses letters of one script between its signs, and of one in everyday use.';
const LOOK_ALIKE = 'The letters before the @ look like other, Latin ones: write them on a Latin keyboard.';

/**
 * Words of RFC 5322 §3.2.3 atoms with RFC 6531 §3.3 letters, separated by single dots; linear, since no word has a dot.
 *
 * Deviation: RFC 5321 §4.1.2 also allows quoted strings, and atoms with ! and %. They are refused: what old mail servers read into
 * them (routes, a second address) sends mail elsewhere.
 */
const LOCAL_PART = /^[\p{L}\p{M}\p{Nd}#$&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{Nd}#$&'*+/=?^_`{|}~-]+)*$/u;

/** RFC 5890 §2.3.1: letters, digits, hyphens inside, at most 63 octets. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An e-mail address in its two forms, or the reason (a sentence for the person) why it cannot be one. `display` is what was typed in
 * NFKC, its case kept: mail goes there, never to what somebody types later. `canonical` identifies the account: the name before
 * the @ case-folded, the domain in lower-case ASCII (punycode).
 */
export type EmailOutcome =
  | { readonly ok: true; readonly display: string; readonly canonical: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks an e-mail address as typed and gives the forms to store and to look up. Whether mail arrives there, it cannot tell.
 * @see RFC 5321 §4.1.2, RFC 6531 §3.3
 */
export function canonicalEmail(input: string): EmailOutcome {
  if (input.length > MAX_BYTES) return refuse(LENGTH);
  const display = input.normalize('NFKC');
  // A fullwidth @ or a one-dot leader would become structure only here, after others have read the address without it.
  if (signsOf(display) !== signsOf(input)) return refuse(PLAIN_SIGNS);
  const [local, domain, ...more] = display.split('@');
  if (!local || !domain || more.length > 0) return refuse(ONE_AT);

  const objection = objectionToLocalPart(local);
  if (objection !== null) return refuse(objection);
  const ascii = mailDomain(domain);
  if (ascii === null) return refuse(DOMAIN);
  if (!domainToUnicode(ascii).split('.').every(isOneScript)) return refuse(SCRIPT);

  const canonical = `${foldCase(local)}@${ascii}`;
  if (Buffer.byteLength(canonical) > MAX_BYTES || Buffer.byteLength(display) > MAX_BYTES) return refuse(LENGTH);
  return { ok: true, display, canonical };
}

/** All ASCII characters that are neither letter nor digit, in their order. */
function signsOf(text: string): string {
  return text.replace(/[A-Za-z0-9]|\P{ASCII}/gu, '');
}

function objectionToLocalPart(local: string): string | null {
  // `=?` begins an encoded word (RFC 2047 §2), which some mail software decodes even in an address, into another address.
  if (!LOCAL_PART.test(local) || local.includes('=?') || hasDeceptiveCharacters(local)) return LOCAL;
  const folded = foldCase(local);
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES || Buffer.byteLength(folded) > MAX_LOCAL_BYTES) return LENGTH;
  if (!isOneScript(local)) return SCRIPT;
  return [local, folded].some(looksLatinOnly) ? LOOK_ALIKE : null;
}

/** Not Latin, but not to be told from it: such an address would pass for somebody else's. */
function looksLatinOnly(text: string): boolean {
  return !isAscii(text) && isAscii(withoutLookAlikes(text));
}

/** The domain as it goes over the wire, or `null` for what is no domain name: IP addresses, empty labels, a trailing dot. */
function mailDomain(domain: string): string | null {
  // The conversion reads more than names (percent-encoding, ideographic full stops): only letters, digits, - and . may reach it.
  if (/[^\p{L}\p{M}\p{Nd}.-]/u.test(domain) || hasDeceptiveCharacters(domain)) return null;
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  if (!labels.every((label) => LABEL.test(label))) return null;
  if (labels.length === 1) return ascii === 'localhost' ? ascii : null;
  // RFC 3696 §2: a top-level domain is never all digits; the conversion turns 0x7f.1 into 127.0.0.1.
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : ascii;
}

function refuse(reason: string): EmailOutcome {
  return { ok: false, reason };
}
