import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** The folder of this repository. */
export const root = resolve(__dirname, '../..');

/** Folders that hold what is built, installed or stored rather than written. */
const notWritten = new Set(['.git', 'node_modules', 'dist', 'coverage', 'data']);

/** One file of the repository; `path` is relative to its root, with `/`. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** All text files under the given folders or files of the repository; what does not exist is left out. */
export function repositoryFiles(...places: readonly string[]): RepositoryFile[] {
  return places
    .flatMap((place) => pathsUnder(join(root, place)))
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

/** The TypeScript files that run in production. */
export function sourceFiles(): RepositoryFile[] {
  return repositoryFiles('src').filter(({ path }) => /\.tsx?$/.test(path) && !/\.spec\.tsx?$/.test(path));
}

/** The TypeScript files of the tests, those beside the code included. */
export function testFiles(): RepositoryFile[] {
  const beside = repositoryFiles('src').filter(({ path }) => /\.spec\.tsx?$/.test(path));
  return [...beside, ...repositoryFiles('test').filter(({ path }) => /\.tsx?$/.test(path))];
}

/** How many lines a text has; a newline at its end begins none. */
export function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

function pathsUnder(place: string): string[] {
  const entries = entriesOf(place);
  if (entries === 'absent') return [];
  if (entries === 'file') return [place];
  return entries
    .filter((entry) => !notWritten.has(entry.name))
    .flatMap((entry) => {
      const path = join(place, entry.name);
      if (entry.isDirectory()) return pathsUnder(path);
      return entry.isFile() ? [path] : [];
    });
}

function entriesOf(place: string): Dirent[] | 'file' | 'absent' {
  try {
    return readdirSync(place, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return 'file';
    if (code === 'ENOENT') return 'absent';
    throw error;
  }
}
