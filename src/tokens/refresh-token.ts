import { createSecretKey, type KeyObject } from 'node:crypto';
import { hmacSha256, equalInConstantTime, sha256 } from '../crypto/digest';
import { randomSecret } from '../crypto/random-id';

const PREFIX = 'ghr_';
const FAMILY_LENGTH = 16;
const SECRET_LENGTH = 32;
const TAG_LENGTH = 16;
const TOKEN_LENGTH = FAMILY_LENGTH + SECRET_LENGTH + TAG_LENGTH;

/** A refresh token taken apart; its tag has proved that this server made it. */
export interface RefreshToken {
  readonly familyId: string;
  /** The wire form. */
  readonly value: string;
  /** What is stored in its place. */
  readonly digest: string;
}

/**
 * Makes and reads refresh tokens: opaque to clients, `ghr_` + base64url of family id (128 bits), secret (256 bits) and tag (128 bits).
 *
 * The tag, a keyed hash, tells a token that was once ours from any other without a look at the database: forged ones cost nothing,
 * and a rotated one is recognised as a replay however old it is, though nothing is kept of it. The successor of a token is derived
 * from it by another keyed hash, so that a client which lost the answer finds the same successor again while only digests are stored.
 */
export class RefreshTokenFormat {
  private readonly tagKey: KeyObject;
  private readonly successorKey: KeyObject;

  /** @param secret 256 bits shared by all nodes */
  constructor(secret: Buffer) {
    this.tagKey = createSecretKey(hmacSha256(secret, 'refresh token tag'));
    this.successorKey = createSecretKey(hmacSha256(secret, 'refresh token successor'));
  }

  /** The first token of a family. @param familyId 128 bits in base64url */
  first(familyId: string): RefreshToken {
    return this.assemble(Buffer.from(familyId, 'base64url'), randomSecret());
  }

  /** The token that takes this one's place; always the same one. */
  successorOf(token: RefreshToken): RefreshToken {
    const bytes = Buffer.from(token.value.slice(PREFIX.length), 'base64url');
    const family = bytes.subarray(0, FAMILY_LENGTH);
    return this.assemble(family, hmacSha256(this.successorKey, bytes.subarray(0, FAMILY_LENGTH + SECRET_LENGTH)));
  }

  /** @returns null for every text that this server has not made */
  read(value: string): RefreshToken | null {
    if (!value.startsWith(PREFIX) || value.length !== PREFIX.length + Math.ceil((TOKEN_LENGTH * 4) / 3)) return null;
    const bytes = Buffer.from(value.slice(PREFIX.length), 'base64url');
    if (bytes.length !== TOKEN_LENGTH || bytes.toString('base64url') !== value.slice(PREFIX.length)) return null;
    const body = bytes.subarray(0, FAMILY_LENGTH + SECRET_LENGTH);
    if (!equalInConstantTime(bytes.subarray(FAMILY_LENGTH + SECRET_LENGTH), this.tag(body))) return null;
    return {
      familyId: body.toString('base64url', 0, FAMILY_LENGTH),
      value,
      digest: sha256(body.subarray(FAMILY_LENGTH)),
    };
  }

  private assemble(family: Buffer, secret: Buffer): RefreshToken {
    const body = Buffer.concat([family, secret]);
    return {
      familyId: family.toString('base64url'),
      value: PREFIX + Buffer.concat([body, this.tag(body)]).toString('base64url'),
      digest: sha256(secret),
    };
  }

  private tag(body: Buffer): Buffer {
    return hmacSha256(this.tagKey, body).subarray(0, TAG_LENGTH);
  }
}
