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

/** Faults of form: a fence left open, a heading stuck to what is before it, a line or a link that stands twice. */
function misshapen(text: string): string[] {
  const faults: string[] = [];
  const said = new Set<string>();
  let opened: number | null = null;
  let before = '';
  for (const [index, line] of text.split('\n').entries()) {
    const place = `line ${index + 1}`;
    const fence = /^\s*```(.*)$/.exec(line);
    if (fence !== null) {
      if (opened !== null && fence[1] !== '') faults.push(`${place}: the fence of line ${opened} is open`);
      opened = opened === null ? index + 1 : null;
    } else if (opened === null) {
      if (/^#{1,6} /.test(line) && before !== '') faults.push(`${place}: a heading without a blank line before it`);
      // Rows of tables may say the same of two things.
      if (line.length > 20 && !line.startsWith('|') && said.has(line)) faults.push(`${place}: stands twice`);
      said.add(line);
    }
    before = line;
  }
  const unclosed = opened === null ? [] : [`line ${opened}: the fence is never closed`];
  return [...faults, ...unclosed, ...linkedTwice(text)];
}

/** Lists of links that name a place twice. */
function linkedTwice(text: string): string[] {
  const lists = text.split(/\n\s*\n/).filter((paragraph) => paragraph.includes(') · ['));
  return lists.flatMap((list) => {
    const targets = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
    return targets
      .filter((target, index) => targets.indexOf(target) !== index)
      .map((target) => `${target}: linked twice`);
  });
}

describe('the documents', () => {
  it.each(documents.map(({ path, text }) => [path, text] as const))('%s has its form', (_path, text) => {
    expect(misshapen(text)).toEqual([]);
  });

  it('are held to their form', () => {
    const twice = 'This line is longer than twenty letters.';
    expect(misshapen(['# A', '## B', twice, '', twice].join('\n'))).toEqual([
      'line 2: a heading without a blank line before it',
      'line 5: stands twice',
    ]);
    expect(misshapen(['```sh', '# no heading', '```yaml'].join('\n'))).toEqual(['line 3: the fence of line 1 is open']);
    expect(misshapen('```sh')).toEqual(['line 1: the fence is never closed']);
    expect(misshapen('[a](a.md) · [b](b.md) ·\n[a](a.md)')).toEqual(['a.md: linked twice']);
  });

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
