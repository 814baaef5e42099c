import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryFiles, root } from './repository-files';

const documents = repositoryFiles('docs', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md').filter(({ path }) =>
  path.endsWith('.md'),
);

/** What a reader is told to make. */
const MADE_BY_READERS = 'src/features/hello/hello.module.ts';

/** What a document names that is to be found in this repository. */
function named({ path, text }: { readonly path: string; readonly text: string }): [path: string, target: string][] {
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) =>
    join(dirname(path), link!),
  );
  const files = [...text.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, file]) => file!);
  const targets = new Set([...links, ...files]);
  targets.delete(MADE_BY_READERS);
  return [...targets].map((target) => [path, target]);
}

describe('the documents', () => {
  it('name more than 150 places of this repository', () => {
    expect(documents.flatMap(named).length).toBeGreaterThan(150);
  });

  it.each(documents.map((document) => [document.path, document] as const))(
    '%s names none that is not there',
    (_path, document) => {
      expect(named(document).filter(([, target]) => !existsSync(join(root, target)))).toEqual([]);
    },
  );
});

describe('docs/decisions', () => {
  const decisions = repositoryFiles('docs/decisions');

  it('are numbered one after the other, in their names and in their titles', () => {
    const numbers = decisions.map(({ path, text }) => [/\/(\d{4})-/.exec(path)?.[1], /^# (\d+)\. /.exec(text)?.[1]]);
    expect(numbers).toEqual(decisions.map((_, index) => [String(index + 1).padStart(4, '0'), String(index + 1)]));
  });
});
