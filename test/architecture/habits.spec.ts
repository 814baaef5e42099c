import * as ts from 'typescript';
import { type RepositoryFile, repositoryFiles, sourceFiles, testFiles } from './repository-files';

/** `path:line: text` of every line that an expression finds. */
function linesWith(files: readonly RepositoryFile[], expression: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
      .filter(({ line }) => expression.test(line))
      .map(({ line, place }) => `${place}: ${line.trim()}`),
  );
}

/** Every comment of a file, adjoining `//` lines taken together, without its markers. */
function commentsOf({ path, text }: RepositoryFile): { path: string; comment: string }[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  const comments: string[] = [];
  let previous: ts.SyntaxKind = ts.SyntaxKind.Unknown;
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (token === ts.SyntaxKind.WhitespaceTrivia || token === ts.SyntaxKind.NewLineTrivia) continue;
    if (token === ts.SyntaxKind.SingleLineCommentTrivia || token === ts.SyntaxKind.MultiLineCommentTrivia) {
      const plain = scanner.getTokenText().replace(/^\s*(\/\/|\/\*\*?|\*\/|\*)|\*\/$/gm, '');
      const continues = token === previous && token === ts.SyntaxKind.SingleLineCommentTrivia;
      comments.push(continues ? `${comments.pop() ?? ''}\n${plain}` : plain);
    }
    previous = token;
  }
  return comments.map((comment) => ({ path, comment: comment.replace(/\s+/g, ' ').trim() }));
}

describe('the habits of the code', () => {
  const sources = sourceFiles();
  const tests = testFiles();
  const typescript = [...sources, ...tests];

  it('looks at the real tree', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(tests.map(({ path }) => path)).toContain('test/architecture/habits.spec.ts');
  });

  it('has no barrel in src', () => {
    expect(sources.filter(({ path }) => /\/index\.ts$/.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('has no folder named after nothing', () => {
    const vague =
      /(^|\/)(utils?|helpers?|common|shared|misc|lib|libs|services|entities|controllers|interfaces|types)\//;
    expect(typescript.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('names folders and TypeScript files in kebab-case', () => {
    const kebab = /^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+([-.][a-z0-9]+)*\.ts$/;
    expect(typescript.filter(({ path }) => !kebab.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('reads the environment in src/config only', () => {
    const elsewhere = sources.filter(({ path }) => !path.startsWith('src/config/'));
    expect(linesWith(elsewhere, /^(?!\s*(\/\/|\/?\*)).*\bprocess\s*(\.\s*env\b|\[\s*['"`]env)/)).toEqual([]);
  });

  it('gives a reason wherever it silences a check', () => {
    const silenced = /(eslint-disable(?!.* -- \S.{9,}))|(@ts-(ignore|nocheck))|(@ts-expect-error(?!\s+\S.{9,}))/;
    const comments = typescript.flatMap(commentsOf).filter(({ comment }) => /^(eslint-|@ts-)/.test(comment));
    expect(comments.filter(({ comment }) => silenced.test(comment))).toEqual([]);
  });

  it('runs every test: none is skipped, singled out or left for later', () => {
    const bent = /\b(?:describe|it|test)(?:\.\w+)*\.(?:only|skip|todo|failing)\b|\b[fx](?:describe|it|test)\s*\(/;
    expect(linesWith(tests, bent)).toEqual([]);
  });

  it('leaves nothing for later in the code', () => {
    expect(typescript.flatMap(commentsOf).filter(({ comment }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(comment))).toEqual(
      [],
    );
  });

  it('gives a reason of at least 20 characters for every deviation from a standard', () => {
    const deviations = typescript
      .flatMap(commentsOf)
      .flatMap(({ path, comment }) => comment.split(/(?=\bDeviation:)/).map((part) => ({ path, part })))
      .filter(({ part }) => part.startsWith('Deviation:'));
    expect(deviations.filter(({ part }) => part.replace(/^Deviation:\s*/, '').length < 20)).toEqual([]);
  });

  it('spells a deviation as "Deviation:"', () => {
    const misspelt = /^\s*(deviation\b|DEVIATION\b|Deviation\b(?!:))/;
    expect(typescript.flatMap(commentsOf).filter(({ comment }) => misspelt.test(comment))).toEqual([]);
  });

  it('names no machine, no home folder and no package host', () => {
    const written = repositoryFiles(
      ...['src', 'test', 'docs', 'bench', '.ci', 'ormconfig.ts', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
      ...['package.json', 'package-lock.json', 'jest.config.js', 'eslint.config.mjs', '.dependency-cruiser.cjs'],
    ).filter(({ path }) => path !== 'test/architecture/habits.spec.ts');
    const traces = /(^|[\s'"`(=:])\/(work|root|home\/\w+|Users\/\w+)\/|\bregistry\.(npmjs|yarnpkg)\b|\/tmp\/brief/;
    expect(linesWith(written, traces)).toEqual([]);
  });
});
