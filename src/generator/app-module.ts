import { FeatureRefused } from './feature-names';

/** Behind the features of the house stand those that a test adds: the last line of the list. */
const ANCHOR = /^( *)\.\.\.features,$/m;

/**
 * The text of `app.module.ts` with a feature imported; the same text where it is already.
 * @throws {FeatureRefused} when the text has lost its list, or another module has that name
 */
export function withFeature(text: string, moduleName: string, file: string): string {
  const line = `import { ${moduleName} } from './${file}';`;
  if (text.includes(line)) return text;
  if (new RegExp(`\\b${moduleName}\\b`).test(text)) {
    throw new FeatureRefused(`src/app.module.ts imports another ${moduleName} already: choose another name.`);
  }
  if (!ANCHOR.test(text)) {
    throw new FeatureRefused(
      'src/app.module.ts has no line "...features," in its imports: put it back at their end, features are added before it.',
    );
  }
  const lines = text.replace(ANCHOR, (anchor, indent: string) => `${indent}${moduleName},\n${anchor}`).split('\n');
  lines.splice(placeOf(file, lines), 0, line);
  return lines.join('\n');
}

/** Imports of our own files stand in alphabetical order. */
function placeOf(file: string, lines: readonly string[]): number {
  const own = lines.flatMap((line, index) => {
    const path = /^import .* from '\.\/(.+)';$/.exec(line)?.[1];
    return path === undefined ? [] : [{ path, index }];
  });
  const next = own.find(({ path }) => path > file);
  return next?.index ?? (own.at(-1)?.index ?? -1) + 1;
}
