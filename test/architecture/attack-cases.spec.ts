import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const document = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
const rows = [...document.matchAll(/^\| ([A-Z]{3}-\d\d) \| [^|]+ \| ([^|]+) \|$/gm)].map(([, id, last]) => ({
  id: id!,
  files: [...last!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
}));
const tested = rows.filter(({ files }) => files.length > 0);

describe('docs/security.md', () => {
  it('lists every case once', () => {
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(tested.length).toBeGreaterThan(90);
  });

  it.each(tested.flatMap(({ id, files }) => files.map((file) => [id, file] as const)))(
    '%s stands in the code of %s',
    (id, file) => {
      const code = readFileSync(join(root, file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
      expect(code).toContain(id);
    },
  );
});
