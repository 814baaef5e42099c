import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'docs');

interface Row {
  readonly feature: string;
  readonly file: string | undefined;
  readonly test: string | undefined;
}

/** The rows of the table under the last heading. */
function rows(): Row[] {
  const text = readFileSync(join(FOLDER, 'tokens-and-guards.md'), 'utf8');
  const table = text.slice(text.indexOf('## Coming from Flask-JWT-Extended'));
  return table
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| There |'))
    .map((line) => {
      const [feature = '', , cell = ''] = line.slice('| '.length).split(' | ');
      const [, file, test] = /^\[[\w -]+\]\(([^)]+)\) “(.+)” \|$/.exec(cell) ?? [];
      return { feature, file, test };
    });
}

describe('the table of Flask-JWT-Extended', () => {
  it('is there', () => {
    expect(rows().length).toBeGreaterThan(30);
  });

  it.each(rows().map((row) => [row.feature, row] as const))(
    '%s names a test that exists',
    (_feature, { file, test }) => {
      expect(file).toBeDefined();
      const source = readFileSync(join(FOLDER, file!), 'utf8');
      expect(source).toContain(`it('${test!}'`);
    },
  );
});
