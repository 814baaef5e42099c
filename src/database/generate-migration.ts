import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, relative, resolve, sep } from 'node:path';
import { Clock } from '../config/clock';
import { discoverMigrations, migrationInstant } from './discovery';
import { migrate } from './migrate';
import { migrationSource } from './migration-source';
import { connectWriter } from './open-database';
import { schemaChanges, type SchemaChanges } from './schema-changes';

/** What a call of {@link generateMigration} came to. */
export interface GeneratedMigration {
  /** The file, or null where there was nothing to write. */
  readonly file: string | null;
  /** Differences that somebody has to write a migration for by hand; one sentence each. */
  readonly byHand: readonly string[];
}

/**
 * Writes the migration that the entities need on top of the migrations there are, found on an SQLite file of its own: it asks no
 * database of anybody's, and what it writes runs on both kinds.
 * @param name in PascalCase, such as `AddColourToNotes`
 * @param folder that owns the migration, below `sourceRoot`
 * @throws {RangeError} when the name or the folder will not do
 */
export async function generateMigration(
  name: string,
  { folder = 'database', sourceRoot, clock }: { folder?: string | undefined; sourceRoot: string; clock: Clock },
): Promise<GeneratedMigration> {
  if (!/^[A-Z][A-Za-z0-9]*[A-Za-z]$/.test(name)) {
    throw new RangeError(`Name the migration in PascalCase for what it does, such as AddColourToNotes, not "${name}".`);
  }
  const target = resolve(sourceRoot, folder, 'migrations');
  if (!target.startsWith(resolve(sourceRoot) + sep)) throw new RangeError(`The folder "${folder}" is not one of src.`);
  const { tables, byHand } = await changesSinceLastMigration();
  if (tables.length === 0) return { file: null, byHand };
  const instant = nextInstant(clock);
  const portableColumns = relative(target, resolve(sourceRoot, 'database/portable-columns')).split(sep).join(posix.sep);
  const file = join(target, `${instant}-${kebabCase(name)}.ts`);
  mkdirSync(target, { recursive: true });
  writeFileSync(file, migrationSource(`${name}${instant}`, portableColumns, tables), { flag: 'wx' });
  return { file, byHand };
}

async function changesSinceLastMigration(): Promise<SchemaChanges> {
  const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-schema-'));
  try {
    const dataSource = await connectWriter({ kind: 'sqlite', file: join(scratch, 'schema.sqlite') });
    try {
      await migrate(dataSource);
      return await schemaChanges(dataSource);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Migrations run in the order of their instants: a new one comes after all others, whatever the clocks of their authors said. */
function nextInstant(clock: Clock): number {
  const known = discoverMigrations().map(({ name }) => migrationInstant(name));
  return Math.max(clock.now(), ...known.map((instant) => instant + 1));
}

function kebabCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}
