import { existsSync, readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { codeOfStatus, PROBLEM_CODES } from './problem-codes';
import { problemTable, problemTableIn, withProblemTable } from './problem-table';

const README = join(__dirname, '../../README.md');

describe('the kinds of problems', () => {
  it.each(Object.entries(PROBLEM_CODES))(
    '%s has a status of an error, a title, a meaning and a remedy',
    (code, kind) => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(STATUS_CODES[kind.status]).toBeDefined();
      expect(kind.status).toBeGreaterThanOrEqual(400);
      expect(kind.title).toMatch(/^[A-Z].*[^.]$/);
      expect(kind.meaning).toMatch(/^[A-Z].*\.$/);
      expect(kind.remedy).toMatch(/^[A-Z].*\.$/);
    },
  );

  it.each([
    [400, 'bad_request'],
    [404, 'not_found'],
    [429, 'rate_limited'],
    [418, 'refused'],
    [500, 'internal_error'],
    [502, 'internal_error'],
  ])('a bare %d is %s', (status, code) => {
    expect(codeOfStatus(status)).toBe(code);
  });
});

describe('the table of problems', () => {
  it('has a row with an anchor for every kind', () => {
    const rows = problemTable().split('\n');
    for (const code of Object.keys(PROBLEM_CODES)) {
      expect(rows.filter((row) => row.startsWith(`| <a id="${code}"></a>\`${code}\` | `))).toHaveLength(1);
    }
    expect(rows.filter((row) => row.startsWith('| ')).every((row) => row.split(' | ').length === 5)).toBe(true);
  });

  it('is put between the markers and found there again', () => {
    const document = 'a\n<!-- problems:begin -->\nyesterday\n<!-- problems:end -->\nb\n';
    const written = withProblemTable(document);
    expect(problemTableIn(written)).toBe(problemTable());
    expect(written).not.toContain('yesterday');
    expect(withProblemTable(written)).toBe(written);
    expect(() => withProblemTable('# Nothing here')).toThrow('Put the lines <!-- problems:begin -->');
  });

  it('stands in the README as it is today', () => {
    const readme = existsSync(README) ? readFileSync(README, 'utf8') : null;
    // Otherwise write it anew: npm run build && node dist/src/http/problem-table.js --write README.md
    expect(readme === null ? problemTable() : problemTableIn(readme)).toBe(problemTable());
  });
});
