import { Batch, statementSize } from './batch';
import { GatheredIn } from './gathered-in';
import type { Reader } from './reader';
import { places, rowPlaces, sizedStatement } from './sized-statement';
import type { SqlValue } from './sql-value';
import type { Transaction } from './transaction';

/** How many keys one statement looks for at the most, and how many such statements run at once. */
const BATCH = { size: 64, parallel: 2 };

/** What stands for the keys in the text of a statement: those that a column is compared with, or a table of them. */
const KEYS = /\b(IN|FROM) KEYS\b/;

type Key = readonly string[];

/** Finds rows by a key, of one column or more; those that are asked for together by one statement. */
export class RowsByKey<Row> {
  private statement: ((keys: number) => string) | undefined;
  private readonly batch = new Batch<Key, readonly Row[]>((keys) => this.readAll(this.reader, keys), BATCH);
  private readonly inside = new GatheredIn<Key, readonly Row[]>((transaction, keys) => this.readAll(transaction, keys));

  /**
   * @param select a portable `SELECT` with `IN KEYS` where the keys come in: `… WHERE id IN KEYS`, `… WHERE (user_id, client_id) IN KEYS`; or with
   * `FROM KEYS`, a table whose columns are called `column1`, `column2`…
   * @param keyOf the key of a row
   */
  constructor(
    private readonly reader: Reader,
    private readonly select: string,
    private readonly keyOf: (row: Row) => Key,
  ) {}

  /** All rows of a key, as they were committed; whoever else asks for the same key may be given the same objects. */
  find(...key: Key): Promise<readonly Row[]> {
    return this.batch.submit(key);
  }

  /** The same as a unit of work sees them. */
  findIn(transaction: Pick<Transaction, 'query'>, ...key: Key): Promise<readonly Row[]> {
    return this.inside.ask(transaction, key);
  }

  private async readAll(source: Pick<Transaction, 'query'>, keys: readonly Key[]): Promise<(readonly Row[])[]> {
    const width = keys[0]!.length;
    const wanted = new Map(keys.map((key) => [textOf(key), key]));
    const size = statementSize(wanted.size);
    const values: SqlValue[] = [...wanted.values()].flat();
    while (values.length < size * width) values.push(null); // which matches nothing
    this.statement ??= sizedStatement((rows) => withKeys(this.select, rows, width));
    const rows = await source.query<Row>(this.statement(size), values);
    const found = new Map<string, Row[]>();
    for (const row of rows) {
      const key = textOf(this.keyOf(row));
      const known = found.get(key);
      if (known === undefined) found.set(key, [row]);
      else known.push(row);
    }
    return keys.map((key) => found.get(textOf(key)) ?? []);
  }
}

function withKeys(select: string, keys: number, width: number): string {
  const table = `VALUES ${rowPlaces(keys, width)}`;
  const list = width === 1 ? places(keys) : table;
  return select.replace(KEYS, (_found, where) => (where === 'IN' ? `IN (${list})` : `FROM (${table}) AS keys`));
}

function textOf(key: Key): string {
  return key.length === 1 ? key[0]! : JSON.stringify(key);
}
