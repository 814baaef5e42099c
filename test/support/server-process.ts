import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { TEST_ISSUER } from './create-test-app';

const ROOT = resolve(__dirname, '../..');
const BUILT = 'dist/main.js';
const MAIN = join(ROOT, BUILT);

/** How long a start, or an end, may take before the test gives up, in milliseconds. */
const PATIENCE = 40_000;

/** The key-encryption key of every server that a test starts, so that several can share a database. */
export const TEST_KEY = 'Zm9yLXRlc3RzLW9ubHkta2VlcC1vdXQtb2YtcHJvZCE=';

/** Limits that no load of a test reaches. */
export const NO_LIMITS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['LOGIN_PER_ACCOUNT', 'LOGIN_PER_ADDRESS', 'LOGIN_TOTAL', 'SESSIONS_PER_ACCOUNT'],
    ...['REGISTRATION_PER_ADDRESS', 'REGISTRATION_TOTAL'],
    ...['REFRESH_PER_ACCOUNT', 'REFRESH_PER_ADDRESS', 'REFRESH_TOTAL'],
  ].map((name) => [`RATE_LIMIT_${name}`, '1000000']),
);

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** All that a process which did not start left behind. */
export interface FailedStart extends Exit {
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds until it gave up. */
  readonly took: number;
}

/** What a process is started with. */
export interface ServerOptions {
  /** The whole environment, except for the path; nothing of the test's own environment gets through. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The checkout whose build is started, and which has one; by default this one. */
  readonly checkout?: string;
}

/** The built server in a process of its own, so that it can be killed, paused and looked at from outside. */
export class ServerProcess {
  private static readonly all = new Set<ServerProcess>();

  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens, without a trailing slash. */
    readonly url: string,
    /** Milliseconds from the start of the process until it listened. */
    readonly startedIn: number,
    private readonly output: { stdout: string; stderr: string },
    /** How it ended. */
    readonly exit: Promise<Exit>,
  ) {
    ServerProcess.all.add(this);
    void exit.then(() => ServerProcess.all.delete(this));
  }

  /** Ends whatever a failed test has left running. */
  static async killAll(): Promise<void> {
    await Promise.all([...ServerProcess.all].map((server) => server.kill()));
  }

  /** Starts the server on a free port and waits until it listens. @param url of its database */
  static async start(database: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const shared = { NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0', ISSUER: TEST_ISSUER, LOG_LEVEL: 'warn' };
    return ServerProcess.startWith({
      env: { ...shared, KEY_ENCRYPTION_KEY: TEST_KEY, ...NO_LIMITS, DATABASE_URL: database, ...env },
    });
  }

  /** Starts the server with exactly this environment and waits until it listens. */
  static async startWith(options: ServerOptions): Promise<ServerProcess> {
    const begun = performance.now();
    const { child, output, exit } = await launch(options);
    const url = await new Promise<string>((listening, reject) => {
      const fail = (why: string) => reject(new Error(`The server ${why}.\n${output.stdout}${output.stderr}`));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail('did not listen in time');
      }, PATIENCE);
      void exit.then(({ code, signal }) => fail(`ended with ${code ?? signal} before it listened`));
      child.stdout?.on('data', () => {
        const found = /Gatehouse listens on (https?:\/\/[^\s,]+)/.exec(output.stdout)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        listening(found);
      });
    });
    return new ServerProcess(child, url, performance.now() - begun, output, exit);
  }

  /** Runs a server that is not expected to start, until it ends. */
  static async failToStart(options: ServerOptions): Promise<FailedStart> {
    const begun = performance.now();
    const { child, output, exit } = await launch(options);
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    const ended = await exit;
    clearTimeout(timer);
    return { ...ended, ...output, took: performance.now() - begun };
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get stdout(): string {
    return this.output.stdout;
  }

  get stderr(): string {
    return this.output.stderr;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it as an operator would, and waits. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), PATIENCE);
    const exit = await this.exit;
    clearTimeout(timer);
    return exit;
  }

  /** Ends it as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }
}

async function launch({ env = {}, cwd = tmpdir(), checkout }: ServerOptions): Promise<{
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  exit: Promise<Exit>;
}> {
  if (checkout === undefined) await ensureBuilt();
  const main = checkout === undefined ? MAIN : join(checkout, BUILT);
  const child = spawn(process.execPath, [main], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exit = new Promise<Exit>((done) => child.once('close', (code, signal) => done({ code, signal })));
  return { child, output, exit };
}

/** `npm test` builds first; whoever runs one test alone in a fresh checkout gets the build made here. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(MAIN)) return;
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: ROOT });
}
