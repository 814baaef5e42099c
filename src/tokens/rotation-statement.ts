import { statementSize } from '../database/batch';
import { rowPlaces, sizedStatement } from '../database/sized-statement';
import type { SqlValue } from '../database/sql-value';
import type { RefreshToken } from './refresh-token';
import type { TokenFamily } from './token-family.entity';

/** How many rotations back a replay within the leeway can still be answered: clients do not refresh faster. */
export const REMEMBERED_ROTATIONS = 16;

/** Characters of one `digest:instant;` entry: 43 + 1 + 13 + 1. */
const ENTRY_LENGTH = 58;

/** A family is good while nobody has revoked it, its end has not come, and it has been used not too long ago. */
export const LIVE = 'revoked_at IS NULL AND absolute_expires_at > ? AND rotated_at + idle > ?';

/** A token to be used, and what takes its place. */
export interface RotationRow {
  readonly token: RefreshToken;
  readonly successor: RefreshToken;
}

/** What of a family a use has to look at afterwards. */
export type RotatedRow = Pick<TokenFamily, 'id' | 'current_digest' | 'expires_at'>;

const rotation = sizedStatement(
  (tokens) => `UPDATE token_families SET current_digest = CASE WHEN rotates = 1 THEN v.column3 ELSE current_digest END,
    superseded = CASE WHEN rotates = 0 THEN superseded WHEN rotated_at <= ? THEN v.column4
    ELSE SUBSTR(v.column4 || superseded, 1, ${REMEMBERED_ROTATIONS * ENTRY_LENGTH}) END, rotated_at = ?
    FROM (VALUES ${rowPlaces(tokens, 4)}) AS v
    WHERE id = v.column1 AND current_digest = v.column2 AND ${LIVE}
    RETURNING id, current_digest, expires_at`,
);

/**
 * One conditional update for any number of tokens. It touches no indexed column, and lets go of what the leeway has passed over: a
 * refresh rewrites one row of a few hundred bytes.
 */
export function rotationStatement(
  rows: readonly RotationRow[],
  { now, leeway }: { readonly now: number; readonly leeway: number },
): { readonly sql: string; readonly parameters: readonly SqlValue[] } {
  const size = statementSize(rows.length);
  const parameters: SqlValue[] = [now - leeway, now];
  for (const { token, successor } of rows) {
    parameters.push(token.familyId, token.digest, successor.digest, `${token.digest}:${now};`);
  }
  for (let filler = rows.length; filler < size; filler++) parameters.push(null, null, null, null);
  parameters.push(now, now);
  return { sql: rotation(size), parameters };
}
