import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of commands in a document that says of itself that it can be run. */
export interface RunnableBlock {
  /** What was said in `<!-- run, 1000 s later -->`: seconds to pass before it. */
  readonly secondsLater: number;
  readonly commands: string;
  /** What its output has to contain, in this order; `…` stands for anything. */
  readonly expected: readonly string[];
}

/** The runnable blocks of a document of this repository. */
export function runnableBlocks(document: string): RunnableBlock[] {
  const text = readFileSync(join(__dirname, '..', '..', document), 'utf8');
  const blocks = [...text.matchAll(/<!-- run(?:, (\d+) s later)? -->\n+```sh\n([\s\S]*?)```/g)];
  return blocks.map(([, seconds, body]) => {
    const lines = body!.split('\n');
    return {
      secondsLater: Number(seconds ?? 0),
      commands: lines.filter((line) => !line.startsWith('# → ')).join('\n'),
      expected: lines.filter((line) => line.startsWith('# → ')).map((line) => line.slice('# → '.length)),
    };
  });
}

/** A shell that keeps its variables from block to block, as a reader's terminal does. */
export class Shell {
  private readonly process: ChildProcessWithoutNullStreams;
  private output = '';

  constructor() {
    this.process = spawn('bash', ['--noprofile', '--norc'], { stdio: 'pipe' });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Runs commands and returns what they print. */
  async run(commands: string): Promise<string> {
    const mark = `end-of-block-${this.output.length}`;
    const start = this.output.length;
    this.process.stdin.write(`${commands}\necho\necho ${mark}\n`);
    while (!this.output.includes(`${mark}\n`, start)) {
      if (this.process.exitCode !== null) throw new Error(`The shell ended: ${this.output.slice(start)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.output.slice(start, this.output.indexOf(mark, start));
  }

  close(): void {
    this.process.kill();
  }
}

/** A pattern for an expected line. */
export function linePattern(line: string): RegExp {
  return new RegExp(
    line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^"\\n]*'),
  );
}
