import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../config/clock';
import { withFeature } from './app-module';
import { Checkout } from './checkout';
import { controllerFile } from './controller-template';
import { featureNames, type FeatureNames } from './feature-names';
import { dtoFile, entityFile, migrationFile, moduleFile, viewFile } from './source-templates';
import { storeFile } from './store-template';
import { testFile } from './test-template';

/** Where features are put together. */
const APP_MODULE = 'src/app.module.ts';

/** What was made. */
export interface MadeFeature {
  readonly names: FeatureNames;
  /** The new files, relative to the root. */
  readonly files: readonly string[];
}

/**
 * Makes a feature module that works and passes its test.
 * @param root the folder of package.json
 * @param name in kebab-case, of one thing or of many; @param singular see {@link featureNames}
 * @throws {FeatureRefused} before anything is written
 */
export function makeFeature(root: string, clock: Clock, name: string, singular?: string): MadeFeature {
  const names = featureNames(name, singular);
  const checkout = new Checkout(root);
  checkout.assertRoomFor(names);
  const appModule = readFileSync(join(root, APP_MODULE), 'utf8');
  const changed = withFeature(appModule, `${names.Many}Module`, `features/${names.many}/${names.many}.module`);

  const files = filesOf(names, Math.max(clock.now(), checkout.newestMigration() + 1));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: 'wx' });
  }
  if (changed !== appModule) writeFileSync(join(root, APP_MODULE), changed);
  const paths = files.map(([path]) => path);
  format(root, [...paths, APP_MODULE]);
  return { names, files: paths };
}

function filesOf(names: FeatureNames, timestamp: number): [path: string, text: string][] {
  const { one, many } = names;
  const folder = `src/features/${many}`;
  return [
    [`${folder}/${many}.module.ts`, moduleFile(names)],
    [`${folder}/${many}.controller.ts`, controllerFile(names)],
    [`${folder}/${one}.entity.ts`, entityFile(names)],
    [`${folder}/${one}.store.ts`, storeFile(names)],
    [`${folder}/${one}.view.ts`, viewFile(names)],
    [`${folder}/dto/${one}.dto.ts`, dtoFile(names)],
    [`${folder}/migrations/${timestamp}-create-${many}.ts`, migrationFile(names, timestamp)],
    [`test/features/${many}.e2e-spec.ts`, testFile(names)],
  ];
}

/** Where lines break depends on how long the name is: that is left to who knows it. */
function format(root: string, files: readonly string[]): void {
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  if (!existsSync(prettier)) return;
  execFileSync(process.execPath, [prettier, '--write', '--log-level', 'silent', ...files], { cwd: root });
}
