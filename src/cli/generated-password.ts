import { randomSecret } from '../crypto/random-id';

/** 32 letters and digits that nobody takes for each other. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Groups of four are read aloud and typed without losing the place. */
const GROUPS = 6;

/** A password of 24 characters, 120 bits. */
export function generatePassword(): string {
  const characters = [...randomSecret()].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return Array.from({ length: GROUPS }, (_, group) => characters.slice(4 * group, 4 * group + 4)).join('-');
}
