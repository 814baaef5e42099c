import { statementPieces } from './batch';
import type { SqlValue } from './sql-value';

/** How many rows one statement adds at the most. */
const MOST_ROWS = 16;

/** A statement and what its placeholders stand for. */
export interface FilledStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

type Row = readonly SqlValue[];

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

  /** What adds them, in the order in which they came, table by table. */
  statements(): FilledStatement[] {
    return mergedInserts(
      [...this.rows].flatMap(([into, rows]) => rows.map((row) => ({ sql: insertOf(into, row), parameters: row }))),
    );
  }
}

/** An insert of one row: what stands before its values, and the values. */
const ONE_ROW = /^(INSERT INTO [^]*?\)\s+VALUES\s+)(\([^()]*\))$/;
const split = new Map<string, { readonly before: string; readonly values: string } | null>();

/** The same statements in the same order; inserts of one kind that follow each other are one. */
export function mergedInserts(statements: readonly FilledStatement[]): FilledStatement[] {
  const merged: FilledStatement[] = [];
  for (let at = 0; at < statements.length;) {
    const { sql } = statements[at]!;
    let end = at + 1;
    while (end < statements.length && statements[end]!.sql === sql) end++;
    const insert = end - at === 1 ? null : splitInsert(sql);
    if (insert === null) merged.push(...statements.slice(at, end));
    else {
      for (const piece of statementPieces(statements.slice(at, end), MOST_ROWS)) {
        const rows = Array.from(piece, () => insert.values).join(', ');
        merged.push({ sql: `${insert.before}${rows}`, parameters: piece.flatMap(({ parameters }) => parameters) });
      }
    }
    at = end;
  }
  return merged;
}

function splitInsert(sql: string): { readonly before: string; readonly values: string } | null {
  let parts = split.get(sql);
  if (parts === undefined) {
    const [, before, values] = ONE_ROW.exec(sql) ?? [];
    parts = before === undefined || values === undefined ? null : { before, values };
    split.set(sql, parts);
  }
  return parts;
}

const texts = new Map<string, string>();

function insertOf(into: string, row: Row): string {
  let text = texts.get(into);
  if (text === undefined) {
    text = `${into} VALUES (${row.map(() => '?').join(', ')})`;
    texts.set(into, text);
  }
  return text;
}
