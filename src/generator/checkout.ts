import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FeatureNames, FeatureRefused } from './feature-names';

/** Paths of the server that have no controller in every version. */
const PATHS_OF_THE_HOUSE = ['account', 'admin', 'auth', 'consent', 'device', 'docs', 'health', 'metrics', 'oauth'];

/** Tables that no entity names. */
const TABLES_OF_THE_HOUSE = ['migrations'];

/** What is there already, as far as a new feature could collide with it. */
export class Checkout {
  private readonly sources: readonly { readonly path: string; readonly text: string }[];

  /**
   * @param root the folder of package.json
   * @throws {FeatureRefused} when there is no server here
   */
  constructor(readonly root: string) {
    if (!existsSync(join(root, 'src/app.module.ts')) || !existsSync(join(root, 'src/features'))) {
      throw new FeatureRefused('There is no src/app.module.ts here: run this in the folder of package.json.');
    }
    this.sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => ({ path, text: readFileSync(join(root, 'src', path), 'utf8') }));
  }

  /** @throws {FeatureRefused} when the feature, its table, its entity, its path or its test is there already */
  assertRoomFor({ many, One, table }: FeatureNames): void {
    const taken = [
      [`The folder src/features/${many}`, existsSync(join(this.root, 'src/features', many))],
      [`The test test/features/${many}.e2e-spec.ts`, existsSync(join(this.root, `test/features/${many}.e2e-spec.ts`))],
      [`The table ${table}`, this.tables().includes(table)],
      [`The entity ${One}`, this.entities().includes(One)],
      [`The path /${many}`, this.paths().includes(many)],
    ].find(([, isTaken]) => isTaken);
    if (taken !== undefined) throw new FeatureRefused(`${taken[0]} is there already: choose another name.`);
  }

  /** The instant in the name of the newest migration, in epoch milliseconds. */
  newestMigration(): number {
    const instants = this.sources.map(({ path }) => Number(/migrations[\\/](\d+)-[^\\/]+$/.exec(path)?.[1] ?? 0));
    return Math.max(0, ...instants);
  }

  private tables(): string[] {
    return [...TABLES_OF_THE_HOUSE, ...this.namesIn(/@Entity\(\s*['"`]([^'"`]+)/g, /\.entity\.ts$/)];
  }

  private entities(): string[] {
    return this.namesIn(/\bexport class (\w+)/g, /\.entity\.ts$/);
  }

  private paths(): string[] {
    return [...PATHS_OF_THE_HOUSE, ...this.namesIn(/@Controller\(\s*['"`]\/?([^'"`/]+)/g, /\.ts$/)];
  }

  private namesIn(pattern: RegExp, files: RegExp): string[] {
    return this.sources
      .filter(({ path }) => files.test(path))
      .flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name]) => name ?? ''));
  }
}
