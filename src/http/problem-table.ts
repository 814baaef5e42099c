import { PROBLEM_CODES } from './problem-codes';

/** The line before the table of problems in the README. */
const BEGIN = '<!-- problems:begin -->';

/** The line after it. */
const END = '<!-- problems:end -->';

/** Every problem with what it means and what to do, as a Markdown table between its markers; each row is the anchor of its code. */
export function problemTable(): string {
  const rows = Object.entries(PROBLEM_CODES).map(
    ([code, { status, title, meaning, remedy }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} | ${meaning} | ${remedy} |`,
  );
  return [
    BEGIN,
    '',
    '| Code | Status | Title | What it means | What to do |',
    '|---|--:|---|---|---|',
    ...rows,
    '',
    END,
  ].join('\n');
}

/** The table that stands in a document, markers included, or null where there is none. */
export function problemTableIn(document: string): string | null {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  return begin < 0 || end < 0 ? null : document.slice(begin, end + END.length);
}
