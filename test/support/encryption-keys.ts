import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, createLocalJWKSet, importJWK, type JSONWebKeySet, jwtVerify } from 'jose';
import type { TestApp } from './create-test-app';

/** A key pair of a client, to which others encrypt. */
export interface DecryptionKey {
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
}

/** Makes a key pair that fits a key management algorithm. */
export function aDecryptionKey(algorithm: string, kid = 'enc-1'): DecryptionKey {
  const { privateKey, publicKey } = algorithm.startsWith('RSA')
    ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'enc' } };
}

/** Opens a token as its client does, and checks what is in it with the keys that the server publishes. */
export async function openedToken(app: TestApp, token: string, { privateKey }: DecryptionKey) {
  const { plaintext, protectedHeader: outer } = await compactDecrypt(token, privateKey);
  return { outer, ...(await verifiedToken(app, Buffer.from(plaintext).toString())) };
}

/** Checks a token with the keys that the server publishes. */
export async function verifiedToken(app: TestApp, token: string) {
  const keys = (await app.get('/jwks.json')).body as JSONWebKeySet;
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: app.settings.issuer,
    currentDate: new Date(app.clock.now()),
  });
  return { inner: protectedHeader, claims: payload };
}

/** Encrypts a text to the key that the server publishes for an algorithm. */
export async function encryptedToServer(
  app: TestApp,
  text: string,
  { alg, enc, ...header }: Readonly<Record<string, unknown>> & { readonly alg: string; readonly enc: string },
): Promise<string> {
  const { keys } = (await app.get('/jwks.json')).body as JSONWebKeySet;
  const jwk = keys.find(({ use, kty }) => use === 'enc' && kty === (alg.startsWith('RSA') ? 'RSA' : 'EC'));
  if (jwk === undefined) throw new Error('The server publishes no key to encrypt to.');
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg, enc, kid: jwk.kid!, cty: 'JWT', ...header })
    .encrypt(await importJWK(jwk, alg));
}
