import { readFileSync, writeFileSync } from 'node:fs';
import { SECTIONS } from './schema';
import type { Setting } from './setting';

const BEGIN = '<!-- settings:begin -->';
const END = '<!-- settings:end -->';

/** The Markdown table of all settings, as it stands in the README. */
export function settingsTable(): string {
  const rows = SECTIONS.flatMap(({ title, settings }) => [`| **${title}** | | | |`, ...settings.map(row)]);
  return ['| name | default | unit | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** @returns the table that stands between the markers of a document, or null where they are missing */
export function tableIn(document: string): string | null {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  return begin < 0 || end < begin ? null : document.slice(begin + BEGIN.length, end).trim();
}

/**
 * The document with the table of today between its markers.
 * @throws {Error} when the markers are missing
 */
export function withTable(document: string): string {
  if (tableIn(document) === null) {
    throw new Error(`Put the lines ${BEGIN} and ${END} where the table of settings shall stand.`);
  }
  const [begin, end] = [document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)];
  return `${document.slice(0, begin)}\n\n${settingsTable()}\n\n${document.slice(end)}`;
}

function row(setting: Setting<unknown>): string {
  const shownDefault = setting.default === '' ? 'none' : setting.fallback ? setting.default : `\`${setting.default}\``;
  const meaning = [
    setting.meaning,
    setting.secret ? 'Secret.' : '',
    setting.specification ? `([${setting.specification.title}](${setting.specification.url}))` : '',
  ];
  const cells = [`\`${setting.name}\``, shownDefault, setting.unit, meaning.filter(Boolean).join(' ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (require.main === module) {
  const [flag, file] = process.argv.slice(2);
  if (flag === '--write' && file !== undefined) {
    writeFileSync(file, withTable(readFileSync(file, 'utf8')));
  } else {
    process.stdout.write(`${settingsTable()}\n`);
  }
}
