import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SETTINGS } from './schema';
import { settingsTable, tableIn, withTable } from './settings-table';

const README = join(__dirname, '../../README.md');

describe('the table of settings', () => {
  it('has a row for every setting, with its default, unit and meaning', () => {
    const rows = settingsTable().split('\n');
    for (const { name, meaning } of ALL_SETTINGS) {
      const row = rows.filter((line) => line.startsWith(`| \`${name}\` |`));
      expect(row).toHaveLength(1);
      expect(row[0]?.match(/^\| \S+ \| \S.* \| \S.* \| \S.* \|$/)).not.toBeNull();
      expect(row[0]).toContain(meaning);
    }
  });

  it('is put between the markers and found there again', () => {
    const document = 'a\n<!-- settings:begin -->\nyesterday\n<!-- settings:end -->\nb\n';
    const written = withTable(document);
    expect(tableIn(written)).toBe(settingsTable());
    expect(written).toMatch(/^a\n<!-- settings:begin -->\n\n[^]*\n\n<!-- settings:end -->\nb\n$/);
    expect(written).not.toContain('yesterday');
    expect(withTable(written)).toBe(written);
  });

  it('is not put into a document without markers', () => {
    expect(tableIn('# Nothing here')).toBeNull();
    expect(() => withTable('# Nothing here')).toThrow(
      'Put the lines <!-- settings:begin --> and <!-- settings:end -->',
    );
    expect(tableIn('<!-- settings:end --><!-- settings:begin -->')).toBeNull();
  });

  it('stands in the README as it is today', () => {
    const readme = existsSync(README) ? readFileSync(README, 'utf8') : null;
    // Otherwise write it anew: npm run build && node dist/src/config/settings-table.js --write README.md
    expect(readme === null ? settingsTable() : tableIn(readme)).toBe(settingsTable());
  });
});
