import type { TableChanges, WantedColumn, WantedForeignKey, WantedIndex } from './schema-changes';

/**
 * The text of a migration that runs on both databases.
 * @param className with its instant at the end
 * @param portableColumns how the migration imports the portable columns
 */
export function migrationSource(className: string, portableColumns: string, tables: readonly TableChanges[]): string {
  const up = tables.flatMap((table) => (table.isNew ? [createTable(table)] : extendTable(table)));
  const down = [...tables].reverse().flatMap((table) => (table.isNew ? [dropTable(table)] : reduceTable(table)));
  return `${imports(portableColumns, tables, [...up, ...down].join('\n'))}
/** Why: … */
export class ${className} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
${indented(up, 4)}
  }

  async down(runner: QueryRunner): Promise<void> {
${indented(down, 4)}
  }
}
`;
}

function imports(portableColumns: string, tables: readonly TableChanges[], body: string): string {
  const classes = ['Table', 'TableColumn', 'TableForeignKey', 'TableIndex'].filter((name) =>
    body.includes(`new ${name}(`),
  );
  const kinds = [...new Set(tables.flatMap(({ columns }) => columns.map(({ kind }) => kind)))].sort();
  const typeorm = `import { ${['type MigrationInterface', 'type QueryRunner', ...classes].join(', ')} } from 'typeorm';\n`;
  return kinds.length === 0 ? typeorm : `${typeorm}import { ${kinds.join(', ')} } from '${portableColumns}';\n`;
}

function createTable({ name, columns, indices, foreignKeys }: TableChanges): string {
  const list = (what: string, entries: readonly string[]) =>
    entries.length === 0
      ? []
      : [
          `    ${what}: [\n${indented(
            entries.map((entry) => `${entry},`),
            6,
          )}\n    ],`,
        ];
  const parts = [
    `    name: ${quoted(name)},`,
    ...list('columns', columns.map(columnCall)),
    ...list('indices', indices.map(indexOptions)),
    ...list('foreignKeys', foreignKeys.map(foreignKeyOptions)),
  ];
  return `await runner.createTable(\n  new Table({\n${parts.join('\n')}\n  }),\n);`;
}

function extendTable({ name, columns, indices, foreignKeys }: TableChanges): string[] {
  const on = quoted(name);
  return [
    ...columns.map((column) => `await runner.addColumn(${on}, new TableColumn(${columnCall(column)}));`),
    ...indices.map((index) => `await runner.createIndex(${on}, new TableIndex(${indexOptions(index)}));`),
    ...foreignKeys.map(
      (key) => `await runner.createForeignKey(${on}, new TableForeignKey(${foreignKeyOptions(key)}));`,
    ),
  ];
}

function dropTable({ name }: TableChanges): string {
  return `await runner.dropTable(${quoted(name)});`;
}

function reduceTable({ name, columns, indices, foreignKeys }: TableChanges): string[] {
  const on = quoted(name);
  return [
    ...foreignKeys.map((key) => `await runner.dropForeignKey(${on}, ${quoted(key.name)});`),
    ...indices.map((index) => `await runner.dropIndex(${on}, ${quoted(index.name)});`),
    ...columns.map((column) => `await runner.dropColumn(${on}, ${quoted(column.name)});`),
  ];
}

function columnCall({ name, kind, isPrimary, isNullable, default: value }: WantedColumn): string {
  if (kind === 'sequence') return `sequence(${quoted(name)}, runner.connection.options.type)`;
  const options = [
    ...(isPrimary ? ['isPrimary: true'] : []),
    ...(isNullable ? ['isNullable: true'] : []),
    ...(value === undefined ? [] : [`default: ${quoted(value)}`]),
  ];
  return `${kind}(${[quoted(name), ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])].join(', ')})`;
}

function indexOptions({ name, columnNames, isUnique }: WantedIndex): string {
  return `{ name: ${quoted(name)}, columnNames: ${quotedList(columnNames)}${isUnique ? ', isUnique: true' : ''} }`;
}

function foreignKeyOptions(key: WantedForeignKey): string {
  const parts = [
    `name: ${quoted(key.name)},`,
    `columnNames: ${quotedList(key.columnNames)},`,
    `referencedTableName: ${quoted(key.referencedTableName)},`,
    `referencedColumnNames: ${quotedList(key.referencedColumnNames)},`,
    ...(key.onDelete === undefined ? [] : [`onDelete: ${quoted(key.onDelete)},`]),
  ];
  return `{\n${indented(parts, 2)}\n}`;
}

function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}

function indented(lines: readonly string[], spaces: number): string {
  return lines
    .join('\n')
    .split('\n')
    .map((line) => ' '.repeat(spaces) + line)
    .join('\n');
}
