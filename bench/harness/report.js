/** Writes sections of rows as Markdown. */
export function markdown({ header, sections, notes }) {
  const parts = [`# Gatehouse bench\n\n${header.map((line) => `- ${line}`).join('\n')}`];
  const judged = sections.flatMap(({ rows }) => rows.filter(({ kind, atLeast }) => kind === 'ratio' && atLeast !== null));
  if (judged.length) parts.push(`## Ratios and targets\n\n${targetTable(judged)}`);
  for (const { title, rows } of sections) {
    const ratios = rows.filter(({ kind }) => kind === 'ratio');
    const values = rows.filter(({ kind }) => kind === 'value');
    const tables = [ratios.length ? ratioTable(ratios) : '', values.length ? valueTable(values) : ''].filter(Boolean);
    parts.push(`## ${title}\n\n${tables.join('\n\n')}`);
  }
  if (notes.length) parts.push(`## Notes\n\n${notes.map((note) => `- ${note}`).join('\n')}`);
  parts.push(verdict(sections));
  return `${parts.join('\n\n')}\n`;
}

/** Rows that have a target and miss it. */
export function misses(sections) {
  return sections.flatMap(({ rows }) => rows.filter(({ met }) => met === false));
}

function ratioTable(rows) {
  return table(
    [
      'measured',
      'rate /s',
      'compared with',
      'rate /s',
      'ratio (min–max)',
      'CPU µs/request',
      'CPU ratio',
      'target',
      'met',
    ],
    rows.map(({ title, subject, reference, ratio, cpuRatio, atLeast, met }) => [
      title,
      number(subject.rate),
      reference.name,
      number(reference.rate),
      `**${ratio.median.toFixed(2)}** (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`,
      `${micros(subject.cpu)} : ${micros(reference.cpu)}`,
      cpuRatio === null ? 'n/a' : cpuRatio.toFixed(2),
      atLeast === null ? '–' : `≥ ${atLeast.toFixed(2)}`,
      answer(met),
    ]),
  );
}

/** The ratios that have a target, and nothing else. */
function targetTable(rows) {
  return table(
    ['measured', 'compared with', 'ratio', 'CPU ratio', 'target', 'met'],
    rows.map(({ title, reference, ratio, cpuRatio, atLeast, met }) => [
      title,
      reference.name,
      `**${ratio.median.toFixed(2)}**`,
      cpuRatio === null ? 'n/a' : cpuRatio.toFixed(2),
      `≥ ${atLeast.toFixed(2)}`,
      answer(met),
    ]),
  );
}

function valueTable(rows) {
  return table(
    ['measured', 'value', 'target', 'met', ''],
    rows.map(({ title, value, unit, atMost, met, note }) => [
      title,
      value === null ? 'n/a' : `**${number(value)}** ${unit}`,
      atMost === null ? '–' : `≤ ${number(atMost)} ${unit}`,
      answer(met),
      note,
    ]),
  );
}

function verdict(sections) {
  const judged = sections.flatMap(({ rows }) => rows.filter(({ met }) => met !== null));
  const missed = misses(sections);
  if (judged.length === 0) return 'No row of this run has a target.';
  if (missed.length === 0) return `All ${judged.length} targets met.`;
  return `${judged.length - missed.length} of ${judged.length} targets met; missed: ${missed.map(({ title }) => title).join('; ')}.`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function answer(met) {
  if (met === null) return '–';
  return met ? 'yes' : '**no**';
}

function micros(cpu) {
  return cpu === null ? 'n/a' : number(cpu);
}

function number(value) {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
