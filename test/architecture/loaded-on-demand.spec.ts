import * as ts from 'typescript';
import { type RepositoryFile, sourceFiles } from './repository-files';

/** Packages that take long to load and that few processes need, with the folder that loads them when they are asked for. */
const ON_DEMAND = [{ name: '@nestjs/swagger', folder: 'src/openapi/' }] as const;

/** The packages and files that a file loads as soon as it is loaded itself; imports of types are gone by then. */
function eagerImports({ path, text }: RepositoryFile): string[] {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    const isLoading =
      (ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly !== true) ||
      (ts.isExportDeclaration(statement) && !statement.isTypeOnly);
    if (!isLoading || statement.moduleSpecifier === undefined) return [];
    return ts.isStringLiteral(statement.moduleSpecifier) ? [statement.moduleSpecifier.text] : [];
  });
}

describe('packages that are loaded on demand', () => {
  it.each(ON_DEMAND)('nothing imports $name at start, types apart', ({ name }) => {
    const eager = sourceFiles().filter((file) => eagerImports(file).includes(name));
    expect(eager.map(({ path }) => path)).toEqual([]);
  });

  it.each(ON_DEMAND)('only $folder loads $name', ({ name, folder }) => {
    const loading = sourceFiles().filter(({ text }) => text.includes(`await import('${name}')`));
    expect(loading.length).toBeGreaterThan(0);
    expect(loading.filter(({ path }) => !path.startsWith(folder)).map(({ path }) => path)).toEqual([]);
  });

  it('are found however they are imported', () => {
    const imports = (text: string) => eagerImports({ path: 'x.ts', text });
    expect(imports(`import { a } from 'p';`)).toEqual(['p']);
    expect(imports(`import 'p';`)).toEqual(['p']);
    expect(imports(`export { a } from 'p';`)).toEqual(['p']);
    expect(imports(`import type { a } from 'p';`)).toEqual([]);
  });
});
