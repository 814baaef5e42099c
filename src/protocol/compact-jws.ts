/** The longest token that is looked at, in characters: more than any of ours, less than would be costly. */
const LONGEST_TOKEN = 8_192;

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/** The header of a signed token as it came: nothing in it is trusted yet. */
export type UntrustedJoseHeader = Readonly<Record<string, unknown>>;

/**
 * Reads the header of a JWS in compact serialization, strictly: three segments of canonical base64url, nothing before or after.
 * A token has one spelling only, so that two texts can never be the same token to one reader and not to another.
 * @returns null where the text is anything else
 * @see RFC 7515 §3.1, §5.2
 */
export function readCompactJws(token: string): UntrustedJoseHeader | null {
  return isCompactJws(token) ? joseHeaderOf(token.slice(0, token.indexOf('.'))) : null;
}

/** Reads the first segment of a token. @returns null where it is no JSON object */
export function joseHeaderOf(segment: string): UntrustedJoseHeader | null {
  return objectIn(segment);
}

/** What a JWS claims, before anybody has looked at its signature: nothing of it is trusted. Empty where it is no JSON object. */
export function peekClaims(token: string): Readonly<Record<string, unknown>> {
  return objectIn(token.split('.', 2)[1] ?? '') ?? {};
}

function objectIn(segment: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

/** Whether a text has the form of a JWS in compact serialization, canonically spelt (RFC 7515 §3.1). */
export function isCompactJws(token: string): boolean {
  if (token.length > LONGEST_TOKEN) return false;
  const segments = token.split('.', 4);
  return segments.length === 3 && segments.every(isCanonicalBase64url);
}

/** RFC 4648 §3.5: the unused bits of the last character are zero; other spellings of the same bytes are refused. */
export function isCanonicalBase64url(segment: string): boolean {
  if (!SEGMENT.test(segment) || segment.length % 4 === 1) return false;
  const rest = segment.length % 4;
  if (rest === 0) return true;
  const last = segment.slice(-1);
  return rest === 2 ? 'AQgw'.includes(last) : 'AEIMQUYcgkosw048'.includes(last);
}
