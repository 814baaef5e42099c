import { Injectable } from '@nestjs/common';
import { CompactEncrypt } from 'jose';
import { InvalidRequest } from '../protocol/errors';
import {
  type ContentEncryption,
  DEFAULT_CONTENT_ENCRYPTION,
  type KeyManagementAlgorithm,
} from '../protocol/encryption-algorithms';
import { type EncryptingKey, ClientKeys } from './client-keys';
import type { Client } from './client';
import type { EncryptedAnswer } from './openid-metadata';

/** How something is encrypted. */
interface Encryption {
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryption;
}

/**
 * Encrypts what only the client is to read, as it has registered (OpenID Connect Core §10.2). What a client wants encrypted is never sent to it in any
 * other way: where that is switched off, or there is no key, it is not sent at all.
 */
@Injectable()
export class ClientEncryption {
  private isOn = false;
  private readonly keys = new WeakMap<Client, Map<KeyManagementAlgorithm, EncryptingKey | null>>();

  constructor(private readonly clientKeys: ClientKeys) {}

  /** Switches it on. */
  enable(): void {
    this.isOn = true;
  }

  /** Finds the key for what the client is sent, which may have to be fetched: outside of any unit of work, before {@link seal}. */
  async prepare(client: Client, answer: EncryptedAnswer): Promise<void> {
    const encryption = encryptionOf(client, answer);
    if (encryption === null || !this.isOn) return;
    const { alg } = encryption;
    const known = this.keys.get(client) ?? new Map<KeyManagementAlgorithm, EncryptingKey | null>();
    this.keys.set(client, known.set(alg, await this.clientKeys.findForEncryption(client, alg)));
  }

  /** Whether the client has registered that this is encrypted. */
  isWanted(client: Client, answer: EncryptedAnswer): boolean {
    return encryptionOf(client, answer) !== null;
  }

  /**
   * @param content a JWT, or the claims where nobody signs them
   * @returns the content encrypted to the client where it has registered that, and else as it is
   * @throws {InvalidRequest} where it cannot be encrypted
   */
  async seal(client: Client, answer: EncryptedAnswer, content: string | object): Promise<string> {
    const encryption = encryptionOf(client, answer);
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    if (encryption === null) return text;
    const found = this.keys.get(client)?.get(encryption.alg) ?? null;
    if (!this.isOn || found === null) throw new InvalidRequest(NO_KEY);
    const { kid, key } = found;
    return new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({
        ...encryption,
        ...(kid === undefined ? {} : { kid }),
        // RFC 7519 §5.2: that there is a JWT inside has to be said.
        ...(typeof content === 'string' ? { cty: 'JWT' } : { typ: 'JWT' }),
      })
      .encrypt(key);
  }
}

const NO_KEY =
  'The client has registered that this answer is encrypted, and there is no key of its own that fits (jwks, jwks_uri; use enc).';

function encryptionOf({ metadata }: Client, answer: EncryptedAnswer): Encryption | null {
  const alg = metadata[`${answer}_encrypted_response_alg`];
  if (alg === undefined) return null;
  return { alg, enc: metadata[`${answer}_encrypted_response_enc`] ?? DEFAULT_CONTENT_ENCRYPTION };
}
