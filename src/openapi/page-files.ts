import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Representation, representationOf } from '../http/representation';
import { INITIALIZER, RETURN_SCRIPT, STYLE } from './swagger-page';

/** The files of the page, by name. */
export type PageFiles = ReadonlyMap<string, Representation>;

/** What of the package swagger-ui-dist the page needs; nothing else of it is served. */
const PACKAGED: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Reads the files from their package. */
export async function readPageFiles(): Promise<PageFiles> {
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const packaged = await Promise.all(
    Object.entries(PACKAGED).map(
      async ([name, type]) => [name, representationOf(await readFile(join(folder, name)), type)] as const,
    ),
  );
  return new Map([
    ...packaged,
    ['page.css', representationOf(STYLE, 'text/css; charset=utf-8')],
    ['oauth2-redirect.js', representationOf(RETURN_SCRIPT, 'text/javascript; charset=utf-8')],
    ['page.js', representationOf(INITIALIZER, 'text/javascript; charset=utf-8')],
  ]);
}

/** What tells a file apart from its versions before and after, for its address. */
export function versionOf({ etag }: Representation): string {
  return etag.slice(1, 13);
}
