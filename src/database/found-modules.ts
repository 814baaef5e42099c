import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const sourceRoot = join(__dirname, '..');

/**
 * What the modules under `src` export whose file, seen from there, is wanted; in the order of their names. In the bundle, which has no files to
 * look through, a list of them stands in the place of this module (`bundle.mjs`).
 */
export function foundModules(wanted: RegExp): Record<string, unknown>[] {
  return sourceFiles()
    .filter((file) => wanted.test(file))
    .map((file) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the files are known at run time only, and CommonJS loads them in order
      return require(join(sourceRoot, file)) as Record<string, unknown>;
    });
}

let found: readonly string[] | undefined;

/** They do not change while a process runs. */
function sourceFiles(): readonly string[] {
  return (found ??= readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' })
    .filter((file) => !/\.(spec|d)\.ts$/.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .sort());
}
