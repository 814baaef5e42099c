import {
  Column,
  type ColumnOptions,
  getMetadataArgsStorage,
  PrimaryGeneratedColumn,
  type TableColumnOptions,
} from 'typeorm';

/** `bigint` is an exact 64-bit integer on both databases; the values kept in it stay below 2^53. */
const toNumber = {
  to: (value: unknown): unknown => value,
  from: (value: unknown): unknown => (typeof value === 'string' ? Number(value) : value),
};

/** A property that holds an instant (epoch milliseconds). */
export function InstantColumn(options: Pick<ColumnOptions, 'nullable' | 'update' | 'default'> = {}): PropertyDecorator {
  return Column({ type: 'bigint', transformer: toNumber, ...options });
}

/** A property that holds text. */
export function TextColumn(
  options: Pick<ColumnOptions, 'nullable' | 'update' | 'select' | 'default'> = {},
): PropertyDecorator {
  return Column({ type: 'text', ...options });
}

/** A property that holds a whole number. */
export function IntegerColumn(options: Pick<ColumnOptions, 'nullable' | 'update' | 'default'> = {}): PropertyDecorator {
  return Column({ type: 'bigint', transformer: toNumber, ...options });
}

/** A property that holds a primary key counted up by the database, which never gives a number twice. */
export function SequenceColumn(): PropertyDecorator {
  return PrimaryGeneratedColumn('increment', { type: sequenceType('postgres') });
}

/** Tells TypeORM, before it builds a data source, what a sequence is called on this database: SQLite counts `integer` keys only. */
export function adaptSequences(databaseType: 'sqlite' | 'postgres'): void {
  const storage = getMetadataArgsStorage();
  for (const { target, propertyName } of storage.generations) {
    const column = storage.columns.find((one) => one.target === target && one.propertyName === propertyName);
    if (column !== undefined) column.options.type = sequenceType(databaseType);
  }
}

function sequenceType(databaseType: string): 'integer' | 'bigint' {
  return databaseType === 'sqlite' ? 'integer' : 'bigint';
}

type Options = Pick<TableColumnOptions, 'isPrimary' | 'isNullable' | 'default'>;

/** For migrations: a text column. */
export function text(name: string, options: Options = {}): TableColumnOptions {
  return { name, type: 'text', ...options };
}

/** For migrations: an instant in epoch milliseconds; its name ends in `_at`. */
export function instant(name: string, options: Options = {}): TableColumnOptions {
  return { name, type: 'bigint', ...options };
}

/** For migrations: a whole number below 2^53. */
export function integer(name: string, options: Options = {}): TableColumnOptions {
  return { name, type: 'bigint', ...options };
}

/** For migrations: a primary key counted up by the database, which never gives a number twice. */
export function sequence(name: string, databaseType: string): TableColumnOptions {
  return {
    name,
    type: sequenceType(databaseType),
    isPrimary: true,
    isGenerated: true,
    generationStrategy: 'increment',
  };
}
