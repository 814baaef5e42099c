import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository-files';

/** A module of a plan, and what holds it; the name of the test where it does not begin with that of the module. */
interface Row {
  readonly module: string;
  readonly file: string;
  readonly test: string;
}

const document = readFileSync(join(root, 'docs', 'conformance.md'), 'utf8');
const lines = document.split('\n').filter((line) => line.startsWith('| `oidcc-'));
const rows = lines.flatMap((line): Row[] => {
  const [, module = '', cell = ''] = /^\| `([\w-]+)` \| [^|]+ \| ([^|]+) \|$/.exec(line) ?? [];
  const [, file = '', test = `${module}: `] = /^`([^`]+)`(?: “([^”]+)”)?$/.exec(cell) ?? [];
  return [{ module, file, test }];
});

describe('docs/conformance.md', () => {
  it('OPS-10: names what holds every module, each row in a form that this test reads', () => {
    expect(rows.length).toBeGreaterThan(145);
    expect(rows.filter(({ module, file }) => module === '' || file === '')).toEqual([]);
  });

  it.each(rows.map((row) => [row.module, row.file, row] as const))(
    '%s is held by a test in %s',
    (_module, _file, row) => {
      expect(existsSync(join(root, row.file))).toBe(true);
      // The name of a test, not a remark.
      const code = readFileSync(join(root, row.file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
      expect(code).toContain(row.test);
    },
  );
});
