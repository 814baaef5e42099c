import { type ChildProcess, spawn } from 'node:child_process';

/** How long a process may take to say something, in milliseconds. */
const PATIENCE = 20_000;

/** A program of somebody else in a process of its own, which is known by what it says. */
export class OtherProcess {
  private static readonly all = new Set<OtherProcess>();
  private readonly child: ChildProcess;
  private output = '';
  private readonly ended: Promise<number | null>;

  /** Starts a program. @param env its whole environment, the path apart */
  constructor(program: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(program, words, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = new Promise((ended) => {
      this.child.once('close', ended);
      this.child.once('error', () => ended(null));
    });
    OtherProcess.all.add(this);
    void this.ended.then(() => OtherProcess.all.delete(this));
  }

  /** Ends all that a failed test has left running. */
  static async endAll(): Promise<void> {
    await Promise.all([...OtherProcess.all].map((one) => one.end()));
  }

  /** Waits until it has said something, on either stream. */
  async says(words: RegExp): Promise<RegExpExecArray> {
    const begun = performance.now();
    for (;;) {
      const found = words.exec(this.output);
      if (found !== null) return found;
      if (performance.now() - begun > PATIENCE) throw new Error(`It did not say ${words}, but: ${this.output}`);
      await new Promise((later) => setTimeout(later, 25));
    }
  }

  /** Ends it, and waits until it is gone. */
  async end(): Promise<number | null> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    this.child.kill('SIGTERM');
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  /** How it ended by itself. */
  get exit(): Promise<number | null> {
    return this.ended;
  }
}
