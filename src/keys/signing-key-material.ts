import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { sha256 } from '../crypto/digest';
import type { Envelope } from '../crypto/envelope';
import type { SigningKey, SigningKeyState } from './signing-key.entity';

/** The algorithm of new keys: the fastest to sign with of those every client knows. */
export const DEFAULT_ALGORITHM = 'ES256' as const;

/** A key as the database keeps it, without its place in the rotation. */
export type SealedKey = Pick<SigningKey, 'kid' | 'alg' | 'public_jwk' | 'private_jwk_sealed'>;

/** A key ready for use: native key objects, never text that would be parsed again for each signature. */
export interface UsableKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: SigningKeyState;
  readonly createdAt: number;
  readonly activatedAt: number | null;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** Makes a P-256 key pair for ES256 (RFC 7518 §3.4) and encrypts its private part. */
export async function generateSealedKey(envelope: Envelope): Promise<SealedKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = thumbprint(jwk);
  return {
    kid,
    alg: DEFAULT_ALGORITHM,
    public_jwk: JSON.stringify({ ...jwk, use: 'sig', alg: DEFAULT_ALGORITHM, kid }),
    private_jwk_sealed: envelope.seal(
      purposeOf(kid),
      Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))),
    ),
  };
}

/** @throws {EnvelopeNotOpened} when the private part was encrypted with a key that is not among ours */
export function openKey(row: SigningKey, envelope: Envelope): UsableKey {
  const privateJwk = JSON.parse(envelope.open(purposeOf(row.kid), row.private_jwk_sealed).toString()) as JsonWebKey;
  const publicJwk = JSON.parse(row.public_jwk) as Record<string, unknown>;
  return {
    kid: row.kid,
    alg: row.alg,
    state: row.state,
    createdAt: row.created_at,
    activatedAt: row.activated_at,
    privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }),
    publicKey: createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }),
    publicJwk,
  };
}

/** The private part, encrypted with the key-encryption key in use now. */
export function resealedKey(row: SigningKey, envelope: Envelope): string {
  return envelope.seal(purposeOf(row.kid), envelope.open(purposeOf(row.kid), row.private_jwk_sealed));
}

/** RFC 7638 §3.2: the required members of an EC key, in lexicographic order. */
function thumbprint(jwk: JsonWebKey): string {
  return sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }));
}

function purposeOf(kid: string): string {
  return `signing key ${kid}`;
}
