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

/** What stands behind each `Deviation:`, to the end of its comment, without the comment's markers. */
function reasonsForDeviations({ path, text }: RepositoryFile): { place: string; reason: string }[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const start = line.indexOf('Deviation:');
    if (start < 0) return [];
    const following = line.includes('*/') ? [] : lines.slice(index + 1);
    const end = following.findIndex((next) => !/^\s*(\/\/|\*(?!\/))/.test(next));
    const said = [line.slice(start + 'Deviation:'.length), ...following.slice(0, end)];
    const reason = said.map((part) => part.replace(/^\s*(\/\/|\*)|\*\/.*$/g, '').trim()).join(' ');
    return [{ place: `${path}:${index + 1}`, reason: reason.trim() }];
  });
}

describe('the habits of the code', () => {
  const sources = sourceFiles();
  const tests = testFiles();
  const typescript = [...sources, ...tests];
  const notHere = (line: string) => !line.startsWith('test/architecture/habits.spec.ts:');

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
    const kebab = /^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/;
    expect(typescript.filter(({ path }) => !kebab.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('names the role of a file after a dot: a store is a .store.ts', () => {
    expect(sources.filter(({ path }) => /-store\.tsx?$/.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('reads the environment in src/config only', () => {
    const elsewhere = sources.filter(({ path }) => !path.startsWith('src/config/'));
    expect(linesWith(elsewhere, /^(?!\s*(\/\/|\/?\*)).*\bprocess\s*(\.\s*env\b|\[\s*['"`]env)/)).toEqual([]);
  });

  it('gives a reason wherever it silences a check', () => {
    const silencing = /(?:\/\/|\/\*)\s*(?:eslint-disable|@ts-)/;
    const reasoned = /eslint-disable\S*(?: [^-].*)? -- \S.{9,}|@ts-expect-error\b\W+\S.{9,}/;
    expect(linesWith(typescript, silencing).filter((line) => !reasoned.test(line))).toEqual([]);
  });

  it('runs every test: none is skipped, singled out or left for later', () => {
    const bent =
      /\b(?:describe|it|test)(?:\.\w+|\([^()]*\))*\.(?:only|skip|todo|failing)\b|\b[fx](?:describe|it|test)\s*\(/;
    expect(linesWith(tests, bent)).toEqual([]);
  });

  it('leaves nothing for later in the code', () => {
    expect(linesWith(typescript, /(?:\/\/|\/\*|^\s*\*).*\b(?:TODO|FIXME|XXX|HACK)\b/).filter(notHere)).toEqual([]);
  });

  it('gives a reason of at least 20 characters for every deviation from a standard', () => {
    const bare = sources.flatMap(reasonsForDeviations).filter(({ reason }) => reason.length < 20);
    expect(bare).toEqual([]);
  });

  it('spells a deviation as "Deviation:", so that a search finds it', () => {
    expect(linesWith(sources, /(?:\/\/|\/\*\*?|^\s*\*)\s*(?:DEVIATION|deviation|Deviation)\b(?!:)/)).toEqual([]);
  });

  it('names no machine, no home folder and no package host', () => {
    const written = repositoryFiles(
      ...['src', 'test', 'docs', 'bench', '.ci', 'ormconfig.ts', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
      ...[
        'package.json',
        'package-lock.json',
        'jest.config.js',
        'eslint.config.mjs',
        '.dependency-cruiser.cjs',
        'rings.cjs',
      ],
    ).filter(({ path }) => path !== 'test/architecture/habits.spec.ts');
    const traces = /(^|[\s'"`(=:])\/(work|root|home\/\w+|Users\/\w+)\/|\bregistry\.(npmjs|yarnpkg)\b|\/tmp\/brief/;
    expect(linesWith(written, traces)).toEqual([]);
  });
});
