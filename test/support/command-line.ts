import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { TEST_ISSUER } from './create-test-app';
import { apiControllers } from '../../src/api-controllers';
import { runCommandLine } from '../../src/cli/command-line';
import { ensureBuilt, TEST_KEY } from './server-process';
import type { TestDatabase } from './test-database';

const CLI = join(resolve(__dirname, '../..'), 'dist/cli.js');

/** How long a command may take before the test gives up, in milliseconds. */
const PATIENCE = 30_000;

/** How a command ended, and what it said. */
export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is run with. */
export interface CommandOptions {
  /** The whole environment, except for the path. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input; empty if it is left out. */
  readonly input?: string;
}

/** Runs the built command line in a process of its own, without a terminal: the whole truth, and a second of it. */
export async function runCommand(words: readonly string[], options: CommandOptions = {}): Promise<CommandOutcome> {
  await ensureBuilt();
  const { env = {}, cwd = tmpdir(), input = '' } = options;
  const child = spawn(process.execPath, [CLI, ...words], { cwd, env: { PATH: process.env['PATH'], ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => undefined); // a command that reads nothing may be gone by now
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const code = await new Promise<number | null>((ended) => child.once('close', ended));
  clearTimeout(timer);
  return { code, ...output };
}

/** Runs the command line in this process, one command at a time and without a terminal. @param input its standard input */
export async function runCommandHere(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<CommandOutcome> {
  const output = { stdout: '', stderr: '' };
  const taken: { mockRestore(): void }[] = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      output[name] += String(text);
      return true;
    }),
  );
  const stdin = Object.assign(Readable.from([Buffer.from(input)]), { isTTY: false, fd: 0 }) as typeof process.stdin;
  taken.push(jest.spyOn(process, 'stdin', 'get').mockReturnValue(stdin));
  const own = process.env;
  process.env = { PATH: own['PATH'], ...env };
  try {
    return { code: await runCommandLine([process.execPath, CLI, ...words], apiControllers), ...output };
  } finally {
    process.env = own;
    for (const each of taken) each.mockRestore();
  }
}

/** The command line on the database of a test. @param words separated by spaces */
export interface CommandLine {
  (words: string): Promise<CommandOutcome>;
  /** With this standard input. */
  withInput(words: string, input: string): Promise<CommandOutcome>;
}

/** A command line that has the settings of the servers that the tests start on this database. @param settings further ones, by their names */
export function commandLineOn({ url }: TestDatabase, settings: Readonly<Record<string, string>> = {}): CommandLine {
  const env = { NODE_ENV: 'test', ISSUER: TEST_ISSUER, KEY_ENCRYPTION_KEY: TEST_KEY, DATABASE_URL: url, ...settings };
  return Object.assign((words: string) => runCommandHere(words.split(' '), env), {
    withInput: (words: string, input: string) => runCommandHere(words.split(' '), env, input),
  });
}
