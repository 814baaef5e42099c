import { isCanonicalBase64url, joseHeaderOf } from './compact-jws';

/** The longest that is looked at, in characters. */
const LONGEST = 8_192;

/** What the header of an unsecured JWT may hold. */
const HEADER_MEMBERS = ['alg', 'typ', 'kid'];

/** An unsecured JWT (RFC 7519 §6): nobody vouches for what it says. */
export function unsignedJwt(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}

/** Whether a text is an unsecured JWT: `none` to the letter, and a signature that is empty (RFC 7515 §4.1.1, RFC 7518 §3.6). */
export function isUnsignedJwt(token: string): boolean {
  const [header = '', payload = '', ...rest] = token.length > LONGEST ? [] : token.split('.', 4);
  if (rest.length !== 1 || rest[0] !== '' || ![header, payload].every(isCanonicalBase64url)) return false;
  const read = joseHeaderOf(header);
  return read?.['alg'] === 'none' && Object.keys(read).every((name) => HEADER_MEMBERS.includes(name));
}
