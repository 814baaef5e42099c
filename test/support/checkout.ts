import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** What a checkout needs to be checked and tested. */
const COPIED = [
  ...['src', 'test/support', 'package.json', 'tsconfig.json', 'ormconfig.ts', 'jest.config.js', 'eslint.config.mjs'],
  ...['.prettierrc.json', '.prettierignore', '.dependency-cruiser.cjs', 'rings.cjs', 'bundle.mjs'],
];

/** Copies what a developer of this repository has, to change it at will; the installed packages are shared. @param more what else is copied */
export function aCheckout(...more: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-checkout-'));
  // The compiler tells by the times of the files whether a build is up to date.
  const options = { recursive: true, preserveTimestamps: true };
  for (const path of [...COPIED, ...more]) cpSync(join(ROOT, path), join(folder, path), options);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
