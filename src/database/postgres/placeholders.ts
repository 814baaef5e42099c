/** A statement as pg wants it: `$n` placeholders, and a name so that the server plans it once a connection. */
export interface PostgresStatement {
  readonly name: string;
  readonly text: string;
}

const statements = new Map<string, PostgresStatement>();

/** Turns a portable statement with `?` placeholders into a named PostgreSQL one; a `?` inside a quoted string stays. */
export function postgresStatement(sql: string): PostgresStatement {
  const known = statements.get(sql);
  if (known !== undefined) return known;
  let position = 0;
  const text = sql.replace(/'(?:[^']|'')*'|\?/g, (match) => (match === '?' ? `$${++position}` : match));
  const statement = { name: `s${statements.size}`, text };
  statements.set(sql, statement);
  return statement;
}
