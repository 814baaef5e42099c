import { AppendedRows, mergedInserts } from './appended-rows';

describe('inserts that follow each other', () => {
  const A = 'INSERT INTO a (x, y) VALUES (?, ?)';
  const B = `INSERT INTO b (x, text)
       VALUES (?, '')`;
  const row = (sql: string, ...parameters: (string | number)[]) => ({ sql, parameters });

  it('are one statement with all their rows, whatever stands among the values', () => {
    expect(mergedInserts([row(A, 1, 2), row(A, 3, 4), row(B, 5), row(B, 6)])).toEqual([
      { sql: 'INSERT INTO a (x, y) VALUES (?, ?), (?, ?)', parameters: [1, 2, 3, 4] },
      {
        sql: `INSERT INTO b (x, text)
       VALUES (?, ''), (?, '')`,
        parameters: [5, 6],
      },
    ]);
  });

  it('keep their place among the others', () => {
    const statements = [row(A, 1, 2), row(B, 3), row(A, 4, 5)];
    expect(mergedInserts(statements)).toEqual(statements);
  });

  it.each([
    ['an upsert, which may not meet a row twice', `${A} ON CONFLICT (x) DO UPDATE SET y = excluded.y`],
    ['an update', 'UPDATE a SET x = ? WHERE y = ?'],
    ['an insert of what another query finds', 'INSERT INTO a (x, y) SELECT x, y FROM b WHERE x = ? AND y = ?'],
    ['values that are computed', 'INSERT INTO a (x, y) VALUES (lower(?), ?)'],
  ])('stay as they are: %s', (_what, sql) => {
    const statements = [row(sql, 1, 2), row(sql, 3, 4)];
    expect(mergedInserts(statements)).toEqual(statements);
  });

  it('are of sizes that there are few of', () => {
    const rows = new AppendedRows();
    for (let at = 0; at < 39; at++) rows.add('INSERT INTO a (x)', [at]);
    const statements = rows.statements();
    expect(statements.map(({ parameters }) => parameters.length)).toEqual([16, 16, 7]);
    expect(statements.flatMap(({ parameters }) => parameters)).toEqual(Array.from({ length: 39 }, (_, at) => at));
  });
});
