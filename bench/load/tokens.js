import { createHmac, createPrivateKey, randomUUID, sign } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Signs access tokens of the shape of RFC 9068 for the peers that only verify, each with its own `jti`.
 *
 * @param {{ count: number, alg: 'ES256' | 'HS256', key: string, issuer: string }} options `key`: a PEM or a secret
 * @returns {string[]}
 */
export function signTokens({ count, alg, key, issuer }) {
  const header = encode({ alg, typ: 'at+jwt', kid: 'bench' });
  const now = Math.floor(Date.now() / 1000);
  const privateKey = alg === 'ES256' ? createPrivateKey(key) : null;
  const signature = (input) =>
    privateKey
      ? sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
      : createHmac('sha256', key).update(input).digest('base64url');
  return Array.from({ length: count }, () => {
    const claims = {
      iss: issuer,
      aud: issuer,
      sub: randomUUID(),
      client_id: 'bench',
      scope: 'notes:read notes:write',
      jti: randomUUID(),
      iat: now,
      exp: now + 900,
      auth_time: now,
      sid: randomUUID(),
      username: 'bench',
    };
    const input = `${header}.${encode(claims)}`;
    return `${input}.${signature(input)}`;
  });
}
