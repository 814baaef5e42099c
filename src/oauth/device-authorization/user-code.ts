import { randomInt } from 'node:crypto';

/** RFC 8628 §6.1: consonants alone, so that no code is a word; none of them is easily taken for another, or for a digit. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';

const LENGTH = 8;

const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** Nobody types so much around eight letters; what is longer is not looked at. */
const LONGEST = 64;

/** A code that a person carries from a device to a browser: one of 20^8 ≈ 2^34.6. */
export function randomUserCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/**
 * Reads a code as people type it: in capital or small letters, in full or half width, with spaces and dashes wherever they are (RFC 8628 §6.1).
 * @returns null for what can be no code; a letter too many is not overlooked
 */
export function readUserCode(typed: string): string | null {
  if (typed.length > LONGEST) return null;
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  return CODE.test(code) ? code : null;
}

/** The code as devices and pages show it: `XXXX-XXXX`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}
