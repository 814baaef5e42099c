import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface } from 'typeorm';

/** A class, as an entity or a migration is one. */
export type Class<Instance = unknown> = new () => Instance;

const sourceRoot = join(__dirname, '..');

/** Every entity under `src`: the exported classes of the files named `*.entity`. A new one needs no registration. */
export function discoverEntities(): Class[] {
  return classesIn(sourceFiles().filter((file) => /\.entity\.(js|ts)$/.test(file)));
}

/**
 * Every migration under `src`, in the order in which they run: the exported classes of the files in folders named `migrations`. A new one needs
 * no registration.
 */
export function discoverMigrations(): Class<MigrationInterface>[] {
  const files = sourceFiles().filter((file) => /[\\/]migrations[\\/][^\\/]+\.(js|ts)$/.test(file));
  const migrations = classesIn(files) as Class<MigrationInterface>[];
  return migrations.sort((one, other) => migrationInstant(one.name) - migrationInstant(other.name));
}

/** The instant at the end of a migration's name, in epoch milliseconds. */
export function migrationInstant(name: string): number {
  return Number(/\d{13}$/.exec(name)?.[0] ?? 0);
}

let found: readonly string[] | undefined;

/** They do not change while a process runs. */
function sourceFiles(): readonly string[] {
  return (found ??= readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' })
    .filter((file) => !/\.(spec|d)\.ts$/.test(file))
    .sort()
    .map((file) => join(sourceRoot, file)));
}

function classesIn(files: readonly string[]): Class[] {
  return files.flatMap((file) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the files are known at run time only, and CommonJS loads them in order
    const exported = require(file) as Record<string, unknown>;
    return Object.values(exported).filter((value): value is Class => typeof value === 'function');
  });
}
