/** An unsecured JWT (RFC 7519 §6): nobody vouches for what it says. */
export function unsignedJwt(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}
