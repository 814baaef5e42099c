import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(__dirname, '../..');

/** What dependency-cruiser objects to: `from` imports `to` against `rule`. */
export interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: string;
}

/** The outcome of one run. */
export interface Cruise {
  readonly violations: readonly Violation[];
  readonly ruleNames: readonly string[];
  readonly modules: number;
}

interface JsonReport {
  summary: {
    violations: { from: string; to: string; rule: { name: string } }[];
    ruleSetUsed: { forbidden: { name: string }[] };
    totalCruised: number;
  };
}

/** Runs dependency-cruiser with the rules of this repository on the `src` of a folder. */
export async function cruise(folder: string): Promise<Cruise> {
  const { stdout } = await run(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src'],
    ],
    { cwd: folder, maxBuffer: 256 * 1024 * 1024 },
  );
  const { summary } = JSON.parse(stdout) as JsonReport;
  return {
    violations: summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name })),
    ruleNames: [...new Set(summary.ruleSetUsed.forbidden.map(({ name }) => name))],
    modules: summary.totalCruised,
  };
}
