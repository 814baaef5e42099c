/** RFC 6749 §3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, separated by single spaces. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The longest scope that is read, in characters; what is longer is refused before it is taken apart. */
const LONGEST_SCOPE = 4_096;

/** Tells whether a text is one scope-token (RFC 6749 §3.3). */
export function isScopeToken(text: string): boolean {
  return text.length <= LONGEST_SCOPE && SCOPE_TOKEN.test(text);
}

/** @returns the scope-tokens, each once, in the order given; null where the text is no scope (RFC 6749 §3.3) */
export function parseScope(text: string): string[] | null {
  if (text === '') return [];
  if (text.length > LONGEST_SCOPE || !SCOPE.test(text)) return null;
  return [...new Set(text.split(' '))];
}

/** The scope-tokens of a text that was found to be a scope before it was kept or signed; none of an empty one. */
export function storedScopes(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
