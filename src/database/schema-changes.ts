import type { DataSource, EntityMetadata, Table } from 'typeorm';

/** A column as an entity declares it, in the words of the portable columns. */
export interface WantedColumn {
  readonly name: string;
  readonly kind: 'text' | 'instant' | 'integer' | 'sequence';
  readonly isPrimary: boolean;
  readonly isNullable: boolean;
  /** SQL of the default value. */
  readonly default: string | undefined;
}

/** An index as an entity declares it. */
export interface WantedIndex {
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly isUnique: boolean;
}

/** A foreign key as an entity declares it. */
export interface WantedForeignKey {
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly referencedTableName: string;
  readonly referencedColumnNames: readonly string[];
  readonly onDelete: string | undefined;
}

/** What of one table a migration has to make. */
export interface TableChanges {
  readonly name: string;
  readonly isNew: boolean;
  readonly columns: readonly WantedColumn[];
  readonly indices: readonly WantedIndex[];
  readonly foreignKeys: readonly WantedForeignKey[];
}

/** How the entities differ from a database, and where that is beyond what a migration can be generated for. */
export interface SchemaChanges {
  readonly tables: readonly TableChanges[];
  /** One sentence each. */
  readonly byHand: readonly string[];
}

/** Tables that TypeORM and SQLite keep for themselves. */
const FOREIGN_TABLES = /^(migrations|typeorm_metadata|sqlite_.*)$/;

/** Compares the entities of an SQLite data source with its database. */
export async function schemaChanges(dataSource: DataSource): Promise<SchemaChanges> {
  const runner = dataSource.createQueryRunner();
  const present = new Map((await runner.getTables()).map((table) => [table.name, table]));
  await runner.release();
  const byHand: string[] = [];
  const changes = dataSource.entityMetadatas.map((metadata) =>
    changesOf(metadata, dataSource, present.get(metadata.tableName), byHand),
  );
  const wanted = new Set(dataSource.entityMetadatas.map(({ tableName }) => tableName));
  for (const name of present.keys()) {
    if (!wanted.has(name) && !FOREIGN_TABLES.test(name)) byHand.push(`The table ${name} has no entity any more.`);
  }
  const tables = changes.filter(
    ({ isNew, columns, indices, foreignKeys }) => isNew || columns.length + indices.length + foreignKeys.length > 0,
  );
  return { tables: parentsFirst(tables), byHand };
}

function changesOf(
  metadata: EntityMetadata,
  dataSource: DataSource,
  present: Table | undefined,
  byHand: string[],
): TableChanges {
  const table = metadata.tableName;
  const columns = wantedColumns(metadata, dataSource, byHand);
  const indices = metadata.indices.map((index) => ({
    name: index.name,
    columnNames: index.columns.map(({ databaseName }) => databaseName),
    isUnique: index.isUnique,
  }));
  const foreignKeys = metadata.foreignKeys.map((key) => ({
    name: key.name,
    columnNames: key.columnNames,
    referencedTableName: key.referencedEntityMetadata.tableName,
    referencedColumnNames: key.referencedColumnNames,
    onDelete: key.onDelete,
  }));
  for (const index of metadata.indices.filter(({ where }) => where !== undefined)) {
    byHand.push(`The index ${index.name} holds for some rows only; generated as one for all rows.`);
  }
  for (const { name } of [...metadata.uniques, ...metadata.checks]) {
    byHand.push(
      `The constraint ${name} of ${table} is not portable: write a unique @Index instead, or the rule into the code.`,
    );
  }
  if (present === undefined) return { name: table, isNew: true, columns, indices, foreignKeys };
  noteRemovals(present, { columns, indices, foreignKeys }, byHand);
  return {
    name: table,
    isNew: false,
    columns: missingColumns(present, columns, byHand),
    indices: indices.filter(({ name }) => !present.indices.some((index) => index.name === name)),
    foreignKeys: foreignKeys.filter(({ name }) => !present.foreignKeys.some((key) => key.name === name)),
  };
}

function wantedColumns(metadata: EntityMetadata, dataSource: DataSource, byHand: string[]): WantedColumn[] {
  return metadata.columns.flatMap((column) => {
    const name = column.databaseName;
    const type = dataSource.driver.normalizeType(column);
    const kind = column.isGenerated ? 'sequence' : kindOf(name, type);
    if (kind === null) {
      byHand.push(`The column ${name} of ${metadata.tableName} has the type ${type}: use one of the portable columns.`);
      return [];
    }
    const { isPrimary, isNullable } = column;
    return [{ name, kind, isPrimary, isNullable, default: dataSource.driver.normalizeDefault(column) }];
  });
}

function kindOf(name: string, type: string): WantedColumn['kind'] | null {
  if (type === 'text') return 'text';
  if (type !== 'bigint') return null;
  return name.endsWith('_at') ? 'instant' : 'integer';
}

/** The columns that are not there yet; those that are there and look different are for a human. */
function missingColumns(present: Table, wanted: readonly WantedColumn[], byHand: string[]): WantedColumn[] {
  return wanted.filter((column) => {
    const found = present.findColumnByName(column.name);
    const place = `${column.name} of ${present.name}`;
    if (found === undefined) {
      if (column.isNullable || column.default !== undefined) return true;
      byHand.push(`The column ${place} is required: give it a default, or fill it in before it becomes required.`);
      return false;
    }
    const same =
      (found.type === 'text') === (column.kind === 'text') &&
      found.isNullable === column.isNullable &&
      found.isPrimary === column.isPrimary &&
      (found.default ?? undefined) === column.default;
    if (!same) byHand.push(`The column ${place} has another type, default or nullability than its entity says.`);
    return false;
  });
}

function noteRemovals(
  present: Table,
  wanted: Pick<TableChanges, 'columns' | 'indices' | 'foreignKeys'>,
  byHand: string[],
): void {
  const gone = (found: readonly { name?: string | undefined }[], known: readonly { name: string }[], what: string) => {
    for (const { name } of found) {
      if (!known.some((one) => one.name === name)) {
        byHand.push(`The ${what} ${name ?? ''} of ${present.name} is not in its entity any more.`);
      }
    }
  };
  gone(present.columns, wanted.columns, 'column');
  gone(present.indices, wanted.indices, 'index');
  gone(present.foreignKeys, wanted.foreignKeys, 'foreign key');
  for (const index of wanted.indices) {
    const found = present.indices.find(({ name }) => name === index.name);
    if (found === undefined) continue;
    const same = found.isUnique === index.isUnique && found.columnNames.join() === index.columnNames.join();
    if (!same) byHand.push(`The index ${index.name} of ${present.name} has other columns than its entity says.`);
  }
}

/** A foreign key can only point at a table that is there. */
function parentsFirst(tables: readonly TableChanges[]): TableChanges[] {
  const sorted = new Set<TableChanges>();
  const visiting = new Set<TableChanges>();
  const visit = (table: TableChanges) => {
    if (visiting.has(table)) return;
    visiting.add(table);
    for (const { referencedTableName } of table.foreignKeys) {
      const parent = tables.find(({ name }) => name === referencedTableName);
      if (parent !== undefined) visit(parent);
    }
    sorted.add(table);
  };
  tables.forEach(visit);
  return [...sorted];
}
