import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A folder that is nobody's source, from which the packages of this repository are found. */
const FOLDER = resolve(__dirname, '../../dist');

/**
 * Saves a piece of JavaScript as a module, as a reader of the documentation would, and has some lines use it.
 * @param lines of an asynchronous function whose parameter `module` is what the piece exports
 * @returns what the lines return
 */
export async function runSnippet<Result>(
  snippet: string,
  lines: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const folder = await mkdtemp(join(FOLDER, 'snippet-'));
  try {
    await writeFile(join(folder, 'snippet.mjs'), snippet);
    const script = `const use = async (module) => {\n${lines}\n};\nconsole.log(JSON.stringify(await use(await import('./snippet.mjs'))));`;
    await writeFile(join(folder, 'use.mjs'), script);
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'use.mjs')], {
      env: { PATH: process.env['PATH'], ...env },
    });
    return JSON.parse(stdout) as Result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
