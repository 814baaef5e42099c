import * as ts from 'typescript';
import { lineCount, type RepositoryFile, sourceFiles, testFiles } from './repository-files';

const sized = (files: readonly RepositoryFile[]) => files.map(({ path, text }) => ({ path, lines: lineCount(text) }));

const longerThan = (limit: number, files: readonly RepositoryFile[]) =>
  sized(files)
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path}: ${lines} lines`);

function constructorsOf({ path, text }: RepositoryFile): { place: string; parameters: number }[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: { place: string; parameters: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isConstructorDeclaration(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${path}:${line + 1}`, parameters: node.parameters.length });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('the sizes of the code', () => {
  const sources = sourceFiles();

  it('keeps every source file within 350 lines', () => {
    expect(longerThan(350, sources)).toEqual([]);
  });

  it('keeps half of the source files within 120 lines', () => {
    const lines = sized(sources)
      .map((file) => file.lines)
      .sort((a, b) => a - b);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('keeps nine in ten source files within 260 lines', () => {
    expect(longerThan(260, sources).length).toBeLessThanOrEqual(sources.length / 10);
  });

  it('keeps every controller within 120 lines, but for one', () => {
    const controllers = sources.filter(({ path }) => path.endsWith('.controller.ts'));
    // The first-party API has seven routes that belong together, and says much about each.
    const [longest, others] = [140, controllers.filter(({ path }) => path !== 'src/auth/auth.controller.ts')];
    expect([...longerThan(longest, controllers), ...longerThan(120, others)]).toEqual([]);
  });

  it('keeps every test file within 600 lines', () => {
    expect(longerThan(600, testFiles())).toEqual([]);
  });

  it('gives no constructor more than 6 parameters', () => {
    const crowded = sources.flatMap(constructorsOf).filter(({ parameters }) => parameters > 6);
    expect(crowded).toEqual([]);
  });
});
