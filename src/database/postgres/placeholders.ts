/** A statement as pg wants it: `$n` placeholders, and a name so that the server plans it once a connection. */
export interface PostgresStatement {
  readonly name: string;
  readonly text: string;
}

const statements = new Map<string, PostgresStatement>();
let named = 0;

/** Turns a portable statement with `?` placeholders into a named PostgreSQL one; a `?` inside a quoted string stays. */
export function postgresStatement(sql: string): PostgresStatement {
  const known = statements.get(sql);
  if (known !== undefined) return known;
  let position = 0;
  const text = sql.replace(/'(?:[^']|'')*'|\?/g, (match) => (match === '?' ? `$${++position}` : match));
  const statement = { name: `s${++named}`, text };
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
