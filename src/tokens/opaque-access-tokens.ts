import { Injectable } from '@nestjs/common';
import { sha256 } from '../crypto/digest';
import { randomSecret } from '../crypto/random-id';
import { Batch, statementSize } from '../database/batch';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import type { AccessTokenClaims } from './access-token-claims';

/** How many tokens one statement looks for at the most, and how many such statements run at once. */
const BATCH = { size: 64, parallel: 2 };

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
  private readonly batch = new Batch<string, AccessTokenClaims | null>((digests) => this.readAll(digests), BATCH);

  constructor(
    private readonly reader: Reader,
    sweeper: Sweeper,
  ) {
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
    return this.batch.submit(sha256(token));
  }

  private async readAll(digests: readonly string[]): Promise<(AccessTokenClaims | null)[]> {
    const size = statementSize(digests.length);
    const places = Array.from({ length: size }, () => '?').join(', ');
    const rows = await this.reader.query<{ digest: string; claims: string }>(
      `SELECT digest, claims FROM opaque_access_tokens WHERE digest IN (${places})`,
      [...digests, ...Array.from({ length: size - digests.length }, () => null)],
    );
    const found = new Map(rows.map(({ digest, claims }) => [digest, claims]));
    return digests.map((digest) => {
      const claims = found.get(digest);
      return claims === undefined ? null : (JSON.parse(claims) as AccessTokenClaims);
    });
  }
}
