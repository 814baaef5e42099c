import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const root = join(__dirname, '..', '..');
const document = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
const rows = [...document.matchAll(/^\| ([A-Z]{3}-\d\d) \| [^|]+ \| ([^|]+) \|$/gm)].map(([, id, last]) => ({
  id: id!,
  files: [...last!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
}));
const tested = rows.filter(({ files }) => files.length > 0);

interface Name {
  readonly text: string;
  /** Whether it names a test, or tests; otherwise it is a string that may name a case. */
  readonly isOfTest: boolean;
}

/** The names of tests in a file, and its other strings: a case in a table has its id at the start, or at the end in brackets. */
function namesIn(path: string, code: string): Name[] {
  const found: Name[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isText) found.push({ text: node.getText().slice(1, -1), isOfTest: isNameOfTest(node) });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true));
  return found;
}

/** Whether a string is the first argument of `it`, `describe`, or what `it.each(…)` answers. */
function isNameOfTest(node: ts.Node): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== node) return false;
  return /^(?:it|test|describe)\b/.test(call.expression.getText());
}

function bears({ text, isOfTest }: Name, id: string): boolean {
  return isOfTest ? text.includes(id) : text.startsWith(id) || text.endsWith(`(${id})`);
}

describe('docs/security.md', () => {
  const known = new Map<string, readonly Name[]>();

  it('lists every case once', () => {
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(tested.length).toBeGreaterThan(90);
  });

  it.each(tested.flatMap(({ id, files }) => files.map((file) => [id, file] as const)))(
    '%s is in the name of a test of %s',
    (id, file) => {
      const names = known.get(file) ?? namesIn(file, readFileSync(join(root, file), 'utf8'));
      known.set(file, names);
      expect(names.some((name) => bears(name, id))).toBe(true);
    },
  );

  it('takes no id that stands anywhere else', () => {
    const text = [
      "describe('ABC-01 and ABC-02', () => {",
      "  it.each([['ABC-03: a case', 'not ABC-04'], [`ABC-05`], ['a case (ABC-10)']])('%s', () => send('?x=ABC-06'));",
      "  it(`ABC-07: it`, () => expect(answer).toBe('of ABC-08')); // ABC-09",
      '});',
    ].join('\n');
    const ids = Array.from({ length: 10 }, (_, index) => `ABC-${String(index + 1).padStart(2, '0')}`);
    const found = ids.filter((id) => namesIn('x.ts', text).some((name) => bears(name, id)));
    expect(found).toEqual(['ABC-01', 'ABC-02', 'ABC-03', 'ABC-05', 'ABC-07', 'ABC-10']);
  });
});
