/**
 * A sentence in the characters that `error_description` may have: %x20-21 / %x23-5B / %x5D-7E (RFC 6749 §5.2, RFC 6750 §3).
 */
export function errorDescription(sentence: string): string {
  return sentence
    .replaceAll('§', 'section ')
    .replace(/["“”’]/g, "'")
    .replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '');
}
