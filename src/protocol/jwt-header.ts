import { readCompactJws, type UntrustedJoseHeader } from './compact-jws';

/** Header members with which a token would bring its own key or semantics: keys are those that were registered (RFC 8725 §3.10). */
const REFUSED_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip'];

/** What a signed text says of its key; nothing of it is trusted yet. */
export interface KeyHint {
  readonly alg: string;
  readonly kid?: string | undefined;
}

/** Why a text is not looked at any further: it is no signed JWT, or its header is not that of one of its kind. */
export type JwtHeaderFault = 'malformed' | 'odd-header';

/**
 * Reads the header of a JWT that somebody else has signed, for us to check with a key of theirs.
 * @param type the type of its kind (RFC 8725 §3.11), beside which `JWT` or none will do: what says of itself to be something else is refused
 */
export function readJwtHeader(token: string, type: string): KeyHint | JwtHeaderFault {
  const header = readCompactJws(token);
  if (header === null) return 'malformed';
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string')) return 'odd-header';
  if (typ !== undefined && (typeof typ !== 'string' || !['jwt', type].includes(shortType(typ)))) return 'odd-header';
  return bringsItsOwn(header) ? 'odd-header' : { alg, kid };
}

/** Whether a header brings a key or an extension, which is never followed (RFC 8725 §3.10, RFC 7515 §4.1.11). */
export function bringsItsOwn(header: UntrustedJoseHeader): boolean {
  return REFUSED_MEMBERS.some((name) => Object.hasOwn(header, name));
}

/** RFC 7515 §4.1.9: media types are compared without regard to case, and `application/` may be left out. */
function shortType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}
