import { readFileSync, writeFileSync } from 'node:fs';
import { PROBLEM_CODES } from './problem-codes';

const BEGIN = '<!-- problems:begin -->';
const END = '<!-- problems:end -->';

/** Every problem with what it means and what to do, as the Markdown table of the README; each row is the anchor of its code. */
export function problemTable(): string {
  const rows = Object.entries(PROBLEM_CODES).map(
    ([code, { status, title, meaning, remedy }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} | ${meaning} | ${remedy} |`,
  );
  return ['| code | status | title | what it means | what to do |', '|---|--:|---|---|---|', ...rows].join('\n');
}

/** @returns the table that stands between the markers of a document, or null where they are missing */
export function problemTableIn(document: string): string | null {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  return begin < 0 || end < begin ? null : document.slice(begin + BEGIN.length, end).trim();
}

/**
 * The document with the table of today between its markers.
 * @throws {Error} when the markers are missing
 */
export function withProblemTable(document: string): string {
  if (problemTableIn(document) === null) {
    throw new Error(`Put the lines ${BEGIN} and ${END} where the table of problems shall stand.`);
  }
  const [begin, end] = [document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)];
  return `${document.slice(0, begin)}\n\n${problemTable()}\n\n${document.slice(end)}`;
}

if (require.main === module) {
  const [flag, file] = process.argv.slice(2);
  if (flag === '--write' && file !== undefined) {
    writeFileSync(file, withProblemTable(readFileSync(file, 'utf8')));
  } else {
    process.stdout.write(`${problemTable()}\n`);
  }
}
