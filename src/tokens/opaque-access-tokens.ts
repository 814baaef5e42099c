import { Injectable } from '@nestjs/common';
import { sha256 } from '../crypto/digest';
import { randomSecret } from '../crypto/random-id';
import { Reader } from '../database/reader';
import { RowsByKey } from '../database/rows-by-key';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import type { AccessTokenClaims } from './access-token-claims';

const PREFIX = 'gha_';

/** Prefix and 256 bits in base64url. */
const FORM = /^gha_[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of an opaque access token. */
export function isOpaqueAccessToken(text: string): boolean {
  return FORM.test(text);
}

/** Keeps the access tokens that are opaque: for resource servers that want to ask about each (RFC 7662). */
@Injectable()
export class OpaqueAccessTokens {
  private readonly rows: RowsByKey<{ readonly digest: string; readonly claims: string }>;

  constructor(reader: Reader, sweeper: Sweeper) {
    const sql = 'SELECT digest, claims FROM opaque_access_tokens WHERE digest IN KEYS';
    this.rows = new RowsByKey(reader, sql, ({ digest }) => [digest]);
    sweeper.register({ table: 'opaque_access_tokens', primaryKey: 'digest' });
  }

  /** Makes a token that stands for these claims. */
  async add(transaction: Transaction, claims: AccessTokenClaims): Promise<string> {
    const token = PREFIX + randomSecret().toString('base64url');
    transaction.write('INSERT INTO opaque_access_tokens (digest, client_id, claims, expires_at) VALUES (?, ?, ?, ?)', [
      sha256(token),
      claims.client_id,
      JSON.stringify(claims),
      claims.exp * 1_000,
    ]);
    return token;
  }

  /** What a token stands for, whether it is still good or not; null for any other text. */
  async find(token: string): Promise<AccessTokenClaims | null> {
    if (!isOpaqueAccessToken(token)) return null;
    const [row] = await this.rows.find(sha256(token));
    return row === undefined ? null : (JSON.parse(row.claims) as AccessTokenClaims);
  }
}
