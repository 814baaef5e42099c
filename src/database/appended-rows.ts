import { statementPieces } from './batch';
import type { SqlValue } from './sql-value';

/** How many rows one statement adds at the most; a power of two. */
const MOST_ROWS = 16;

/** A statement and what its placeholders stand for. */
export interface FilledStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

type Row = readonly SqlValue[];

const texts = new Map<string, string>();

/** Rows that wait for the end of a unit of work, or of several that are committed together: many of one table become one statement. */
export class AppendedRows {
  private readonly rows = new Map<string, Row[]>();

  /** @param into a portable `INSERT INTO table (columns)` without its values; constant text */
  add(into: string, row: Row): void {
    const known = this.rows.get(into);
    if (known === undefined) this.rows.set(into, [row]);
    else known.push(row);
  }

  /** Adds what others have gathered, behind what is here. */
  addAll(others: AppendedRows): void {
    for (const [into, rows] of others.rows) for (const row of rows) this.add(into, row);
  }

  /** What adds them, in the order in which they came. */
  statements(): FilledStatement[] {
    return [...this.rows].flatMap(([into, rows]) =>
      statementPieces(rows, MOST_ROWS).map((piece) => ({
        sql: textFor(into, piece.length, piece[0]!.length),
        parameters: piece.flat(),
      })),
    );
  }
}

function textFor(into: string, rows: number, columns: number): string {
  const key = `${rows} ${into}`;
  let text = texts.get(key);
  if (text === undefined) {
    const places = (count: number, what: string): string => Array.from({ length: count }, () => what).join(', ');
    text = `${into} VALUES ${places(rows, `(${places(columns, '?')})`)}`;
    texts.set(key, text);
  }
  return text;
}
