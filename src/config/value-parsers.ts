import { SettingProblem } from './setting';

/** Reads a whole number between the bounds, both included. What it returns throws a {@link SettingProblem}. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most)) {
      throw new SettingProblem(`must be a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Text of the unit column for settings read by {@link duration}. */
export const DURATION_UNIT = 'seconds, or `15m`, `2h`, `30d`';

/** Reads seconds, plain or with a unit (`900`, `15m`, `2h`, `30d`), between the bounds, both included and written the same way. What it returns throws a {@link SettingProblem}. */
export function duration(least: string, most: string): (value: string) => number {
  const [lowest, highest] = [seconds(least), seconds(most)];
  return (value) => {
    const parsed = seconds(value);
    if (!(parsed >= lowest && parsed <= highest)) {
      throw new SettingProblem(`must be whole seconds, or a duration such as 15m, 2h or 30d, from ${least} to ${most}`);
    }
    return parsed;
  };
}

function seconds(value: string): number {
  const [, digits, unit = 's'] = /^(\d{1,12})([smhd])?$/.exec(value) ?? [];
  return Number(digits) * (SECONDS_PER_UNIT[unit] ?? NaN);
}

/** Reads one of a few words, which are compared exactly. What it returns throws a {@link SettingProblem}. */
export function oneOf<const W extends string>(...words: readonly W[]): (value: string) => W {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      throw new SettingProblem(`must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);
    }
    return word;
  };
}

/** Splits a comma-separated list; spaces around the items do not count, and an empty text is an empty list. */
export function listItems(value: string): readonly string[] {
  return value.trim() === '' ? [] : value.split(',').map((item) => item.trim());
}

/** @returns the URL, or null where the text is none */
export function urlOrNull(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null;
}
