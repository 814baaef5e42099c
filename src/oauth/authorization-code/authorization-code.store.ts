import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { sha256 } from '../../crypto/digest';
import { randomSecret } from '../../crypto/random-id';
import { statementSize } from '../../database/batch';
import { rowPlaces, sizedStatement } from '../../database/sized-statement';
import type { SqlValue } from '../../database/sql-value';
import { Sweeper } from '../../database/sweeper';
import type { Transaction } from '../../database/transaction';
import { TokenRevoker, type Withdrawn } from '../../tokens/token-revoker';
import type { AuthorizationCode } from './authorization-code.entity';
import type { AuthorizationGrant } from './response-part';

/** How long a code can be redeemed, in milliseconds: clients come at once (RFC 6749 §4.1.2; FAPI 2.0 §5.3.2.1 allows 60 s at the most). */
const VALID_FOR = 60_000;

/** How long a second use is recognised as one, in milliseconds; later it is an unknown code. */
const REMEMBERED_FOR = 3_600_000;

const PREFIX = 'ghc_';

/** What became of a code that was presented. */
export type CodeOutcome =
  | { readonly outcome: 'redeemed'; readonly code: AuthorizationCode }
  /** Somebody has redeemed it before. */
  | { readonly outcome: 'replayed'; readonly code: AuthorizationCode }
  /** Never made, made for another client, expired, or forgotten. */
  | { readonly outcome: 'unknown' };

/** A code, and the client that has come with it. */
export interface PresentedCode {
  readonly code: string;
  readonly clientId: string;
}

const redeemStatement = sizedStatement(
  (codes) => `UPDATE authorization_codes SET consumed_at = ?
    WHERE (digest, client_id) IN (VALUES ${rowPlaces(codes, 2)})
    AND consumed_at IS NULL AND valid_until > ? RETURNING *`,
);

/** Keeps the authorization codes. */
@Injectable()
export class AuthorizationCodeStore {
  constructor(
    private readonly clock: Clock,
    sweeper: Sweeper,
    revoker: TokenRevoker,
  ) {
    sweeper.register({ table: 'authorization_codes', primaryKey: 'digest' });
    revoker.whenWithdrawn((...withdrawn) => this.dropUnredeemed(...withdrawn));
  }

  /** Makes a code for what a person has let a client have. @returns the code, which is kept as a digest only */
  async add(transaction: Transaction, { request, granted, session, lineage }: AuthorizationGrant): Promise<string> {
    const { client, redirectUri, codeChallenge, dpopJkt, context } = request;
    const code = PREFIX + randomSecret().toString('base64url');
    const isNamed = request.parameters.get('redirect_uri') !== undefined;
    const now = this.clock.now();
    transaction.write(
      `INSERT INTO authorization_codes (digest, client_id, session_id, redirect_uri, names_redirect_uri, code_challenge, scope, audience, jkt, context, lineage, valid_until, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[sha256(code), client.id, session.session.id, redirectUri, isNamed ? 1 : 0, codeChallenge],
        ...[granted.scopes.join(' '), granted.audience.join(' '), dpopJkt],
        ...[contextOf(context, granted), lineage],
        ...[now + VALID_FOR, now + REMEMBERED_FOR],
      ],
    );
    return code;
  }

  /** Uses codes up, whoever comes first; those of another client are left alone. @returns what became of each, in their order */
  async redeemAll(transaction: Transaction, presented: readonly PresentedCode[]): Promise<CodeOutcome[]> {
    const keys = presented.map(({ code, clientId }) => ({ digest: sha256(code), clientId }));
    const now = this.clock.now();
    const size = statementSize(keys.length);
    const values: SqlValue[] = keys.flatMap(({ digest, clientId }) => [digest, clientId]);
    while (values.length < 2 * size) values.push(null); // which matches nothing
    const taken = await transaction.query<AuthorizationCode>(redeemStatement(size), [now, ...values, now]);
    const codes = new Map(taken.map((code) => [code.digest, code]));
    const outcomes: CodeOutcome[] = [];
    for (const { digest, clientId } of keys) {
      const code = codes.get(digest);
      if (code === undefined || code.client_id !== clientId) {
        outcomes.push(await this.explain(transaction, digest, clientId));
        continue;
      }
      codes.delete(digest); // of those who bring it at the same moment the first has it
      outcomes.push({ outcome: 'redeemed', code });
    }
    return outcomes;
  }

  private async explain(transaction: Transaction, digest: string, clientId: string): Promise<CodeOutcome> {
    const sql = 'SELECT * FROM authorization_codes WHERE digest = ? AND client_id = ? AND consumed_at IS NOT NULL';
    const [used] = await transaction.query<AuthorizationCode>(sql, [digest, clientId]);
    return used === undefined ? { outcome: 'unknown' } : { outcome: 'replayed', code: used };
  }

  /** Drops the codes by which a client would still be given something. Where none is named, each ends with the session that it was given in. */
  private async dropUnredeemed(transaction: Transaction, { clientId, userId }: Withdrawn): Promise<void> {
    if (clientId === null) return;
    const ofPerson = userId === null ? '' : 'AND session_id IN (SELECT id FROM sessions WHERE user_id = ?)';
    const sql = `DELETE FROM authorization_codes WHERE client_id = ? AND consumed_at IS NULL ${ofPerson}`;
    await transaction.change(sql, [clientId, ...(userId === null ? [] : [userId])]);
  }
}

/** What is kept for other specifications: what they said, and which claims beyond the scopes were granted. */
function contextOf(
  context: Readonly<Record<string, unknown>>,
  { claims = [] }: AuthorizationGrant['granted'],
): string | null {
  const all = claims.length === 0 ? context : { ...context, claims };
  return Object.keys(all).length === 0 ? null : JSON.stringify(all);
}
