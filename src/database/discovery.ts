import type { MigrationInterface } from 'typeorm';
import { foundModules } from './found-modules';

/** A class, as an entity or a migration is one. */
export type Class<Instance = unknown> = new () => Instance;

/** Every entity under `src`: the exported classes of the files named `*.entity`. A new one needs no registration. */
export function discoverEntities(): Class[] {
  return classesOf(/\.entity\.(js|ts)$/);
}

/**
 * Every migration under `src`, in the order in which they run: the exported classes of the files in folders named `migrations`. A new one needs
 * no registration.
 */
export function discoverMigrations(): Class<MigrationInterface>[] {
  const migrations = classesOf(/\/migrations\/[^/]+\.(js|ts)$/) as Class<MigrationInterface>[];
  return migrations.sort((one, other) => migrationInstant(one.name) - migrationInstant(other.name));
}

/** The instant at the end of a migration's name, in epoch milliseconds. */
export function migrationInstant(name: string): number {
  return Number(/\d{13}$/.exec(name)?.[0] ?? 0);
}

function classesOf(files: RegExp): Class[] {
  return foundModules(files).flatMap((exported) =>
    Object.values(exported).filter((value): value is Class => typeof value === 'function'),
  );
}
