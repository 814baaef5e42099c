import { Injectable } from '@nestjs/common';
import { compactDecrypt } from 'jose';
import { type EncryptionHint, readCompactJwe } from '../protocol/compact-jwe';
import { encryptionKeyFor } from '../protocol/encryption-algorithms';
import { KeyRing } from './key-ring';
import type { UsableKey } from './signing-key-material';

/** How many keys one text is tried with at the most, where it names none. */
const MOST_KEYS = 3;

/** What was in an encrypted text, and how it was encrypted. */
export interface OpenedJwe {
  readonly text: string;
  readonly hint: EncryptionHint;
}

/** Opens what others have encrypted to our keys (RFC 7516). */
@Injectable()
export class JweOpener {
  constructor(private readonly keyRing: KeyRing) {}

  /** @returns null where it cannot be opened, for whatever reason: which one, nobody is told (RFC 7516 §11.5) */
  async open(token: string): Promise<OpenedJwe | null> {
    const hint = readCompactJwe(token);
    if (hint === null) return null;
    for (const { privateKey } of this.fitting(hint)) {
      try {
        const { plaintext } = await compactDecrypt(token, privateKey, {
          keyManagementAlgorithms: [hint.alg],
          contentEncryptionAlgorithms: [hint.enc],
        });
        return { text: Buffer.from(plaintext).toString('utf8'), hint };
      } catch {
        // Whatever is wrong with it, also a point that is not on the curve, it is not for this key.
      }
    }
    return null;
  }

  private fitting({ alg, kid }: EncryptionHint): readonly UsableKey[] {
    const keys = this.keyRing.decryptionKeys(encryptionKeyFor(alg));
    return kid === undefined ? keys.slice(0, MOST_KEYS) : keys.filter((key) => key.kid === kid);
  }
}
