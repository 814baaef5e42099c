import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { sha256 } from './digest';

const VERSION = 'v1';
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** None of the key-encryption keys opens this envelope. */
export class EnvelopeNotOpened extends Error {
  /** @param remedy what with, and what to do, to end the sentence */
  constructor(purpose: string, remedy: string) {
    super(`A secret kept in the database ("${purpose}") cannot be decrypted with ${remedy}.`);
  }
}

/** What is to be done where the key comes from the environment. */
export const GIVE_THE_KEY =
  'KEY_ENCRYPTION_KEY: give the key it was encrypted with, as a further value after a comma if a new one is in use';

/**
 * Encrypts secrets for keeping in the database: AES-256-GCM under a key derived (HKDF, RFC 5869) from the key-encryption key.
 * The purpose is authenticated, so that an envelope made for one thing cannot be put in the place of another.
 */
export class Envelope {
  private readonly keys: readonly { id: string; key: Buffer }[];

  /**
   * @param keyEncryptionKeys 32 bytes each; the first one encrypts, each of them decrypts
   * @param remedy what whoever has other keys is told to do
   */
  constructor(
    keyEncryptionKeys: readonly Buffer[],
    private readonly remedy = GIVE_THE_KEY,
  ) {
    if (keyEncryptionKeys.length === 0) throw new RangeError('An envelope needs a key-encryption key.');
    this.keys = keyEncryptionKeys.map((secret) => ({
      id: sha256(Buffer.concat([Buffer.from('gatehouse key id'), secret])).slice(0, 8),
      key: Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'gatehouse envelope', 32)),
    }));
  }

  /** @returns text that only a holder of the key-encryption key can open */
  seal(purpose: string, plaintext: Buffer): string {
    const { id, key } = this.keys[0]!;
    const iv = randomBytes(IV_LENGTH);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, id, sealed.toString('base64url')].join('.');
  }

  /** @throws {EnvelopeNotOpened} when the key is not among ours, or the envelope was changed or made for another purpose */
  open(purpose: string, envelope: string): Buffer {
    const [version, id, encoded] = envelope.split('.');
    const key = this.keys.find((candidate) => candidate.id === id)?.key;
    if (version !== VERSION || key === undefined || encoded === undefined) {
      throw new EnvelopeNotOpened(purpose, this.remedy);
    }
    const sealed = Buffer.from(encoded, 'base64url');
    const tagStart = sealed.length - TAG_LENGTH;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_LENGTH), {
        authTagLength: TAG_LENGTH,
      });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(tagStart));
      return Buffer.concat([decipher.update(sealed.subarray(IV_LENGTH, tagStart)), decipher.final()]);
    } catch {
      throw new EnvelopeNotOpened(purpose, this.remedy);
    }
  }

  /** Tells whether an envelope was sealed with a key that is no longer the first one. */
  isOutdated(envelope: string): boolean {
    return envelope.split('.')[1] !== this.keys[0]!.id;
  }
}
