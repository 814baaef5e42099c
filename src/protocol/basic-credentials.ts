/** The scheme is matched without regard to case (RFC 9110 §11.1); what follows is one token68 (RFC 7617 §2). */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** Longer than any id and secret of ours. */
const LONGEST = 4_096;

/** A client's id and secret as they came. */
export interface BasicCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Whether an Authorization header is of the Basic scheme, well-formed or not. */
export function isBasic(header: string | undefined): header is string {
  return header !== undefined && /^basic(?![\w!#$%&'*+.^`|~-])/i.test(header);
}

/**
 * Reads a client's credentials from an Authorization header: id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
 * @returns null where the header is not exactly that
 */
export function readBasicCredentials(header: string): BasicCredentials | null {
  const encoded = header.length > LONGEST ? undefined : BASIC.exec(header)?.[1];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  // One spelling only: what Node.js skips or drops, another reader might not.
  const spelled = bytes.toString('base64');
  if (spelled !== encoded && withoutPadding(spelled) !== withoutPadding(encoded)) return null;
  const text = bytes.toString('latin1');
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const clientId = formDecoded(text.slice(0, colon));
  const clientSecret = formDecoded(text.slice(colon + 1));
  return clientId === null || clientSecret === null ? null : { clientId, clientSecret };
}

/** RFC 6749 Appendix B, application/x-www-form-urlencoded; null for broken escapes, bytes that are no UTF-8, and control characters. */
function formDecoded(text: string): string | null {
  if (/[^\x20-\x7e]/.test(text)) return null;
  if (!/[%+]/.test(text)) return text;
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));

    return /[\x00-\x1f\x7f]/.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
}

function withoutPadding(text: string): string {
  return text.replace(/=+$/, '');
}
