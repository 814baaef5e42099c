/**
 * How long to wait for the answer to a statement, in milliseconds. A server that has been stopped or cut off says nothing at all, and
 * its own time limits do not run then: callers should hear 503 soon all the same.
 */
const ANSWER_TIMEOUT = 2_000;

/** A statement as pg wants it: `$n` placeholders, and a name so that the server plans it once a connection. */
export interface PostgresStatement {
  readonly name?: string;
  readonly text: string;
  /** Milliseconds after which pg gives up; the connection is of no use then. */
  readonly query_timeout: number;
}

/** A statement that begins or ends a transaction. */
export function control(text: 'BEGIN' | 'COMMIT' | 'ROLLBACK'): PostgresStatement {
  return { text, query_timeout: ANSWER_TIMEOUT };
}

const statements = new Map<string, PostgresStatement>();
let named = 0;

/** Turns a portable statement with `?` placeholders into a named PostgreSQL one; a `?` inside a quoted string stays. */
export function postgresStatement(sql: string): PostgresStatement {
  const known = statements.get(sql);
  if (known !== undefined) return known;
  let position = 0;
  const text = sql.replace(/'(?:[^']|'')*'|\?/g, (match) => (match === '?' ? `$${++position}` : match));
  const statement = { name: `s${++named}`, text, query_timeout: ANSWER_TIMEOUT };
  statements.set(sql, statement);
  return statement;
}

/**
 * Tells whether a statement failed because a newer version has changed a table since the server planned it; from then on every
 * statement has a new name and is planned again, so that it can be repeated.
 */
export function isOutdatedPlan(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as { code?: unknown; routine?: unknown };
  // "cached plan must not change result type", which a server says in its own language
  if (code !== '0A000' || routine !== 'RevalidateCachedQuery') return false;
  statements.clear();
  return true;
}
