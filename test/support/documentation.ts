import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of commands in a document that says of itself that it can be run. */
export interface RunnableBlock {
  /**
   * `run` is run in a shell, and so is `open`, which prints an address for a browser and waits for what comes back; `start` starts the server, in
   * whichever way.
   */
  readonly kind: 'run' | 'open' | 'start';
  /** What was said in `<!-- run, 1000 s later -->`: seconds to pass before it. */
  readonly secondsLater: number;
  readonly commands: string;
  /** What its output has to contain, in this order; `…` stands for anything. */
  readonly expected: readonly string[];
}

/** The runnable blocks of a document of this repository. */
export function runnableBlocks(document: string): RunnableBlock[] {
  const blocks = [
    ...read(document).matchAll(
      /<!-- (run|start)(?:, (\d+) s later)?(, and open the address)? -->\n+```sh\n([\s\S]*?)```/g,
    ),
  ];
  return blocks.map(([, word, seconds, opened, body]) => {
    const lines = body!.split('\n');
    return {
      kind: opened !== undefined ? 'open' : word === 'start' ? 'start' : 'run',
      secondsLater: Number(seconds ?? 0),
      commands: lines.filter((line) => !line.startsWith('# → ')).join('\n'),
      expected: lines.filter((line) => line.startsWith('# → ')).map((line) => line.slice('# → '.length)),
    };
  });
}

/** The files that a document has its reader save, by their names. */
export function savedFiles(document: string): ReadonlyMap<string, string> {
  const files = read(document).matchAll(/<!-- save as (\S+) -->\n+```\w+\n([\s\S]*?)```/g);
  return new Map([...files].map(([, name, text]) => [name!, text!]));
}

/** @throws {Error} where an output is not what the document promises of a block */
export function expectPromised({ expected }: RunnableBlock, output: string): void {
  let rest = output;
  for (const line of expected) {
    const found = linePattern(line).exec(rest);
    if (found === null) throw new Error(`The document promises\n${line}\nand what came was\n${output}`);
    rest = rest.slice(found.index + found[0].length);
  }
}

function read(document: string): string {
  return readFileSync(join(__dirname, '..', '..', document), 'utf8');
}

/** Where a shell runs, and what it knows; without, as the test itself. */
export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A shell that keeps its variables from block to block, as a reader's terminal does. */
export class Shell {
  private readonly process: ChildProcessWithoutNullStreams;
  private output = '';
  /** Where the output of the latest commands begins. */
  private begin = 0;

  constructor(options: ShellOptions = {}) {
    this.process = spawn('bash', ['--noprofile', '--norc'], { ...options, stdio: 'pipe' });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Runs commands and returns what they print. */
  async run(commands: string): Promise<string> {
    const mark = `end-of-block-${this.output.length}`;
    this.begin = this.output.length;
    this.process.stdin.write(`${commands}\necho\necho ${mark}\n`);
    const [text] = await this.seen(new RegExp(`^[\\s\\S]*${mark}\\n`));
    return text.slice(0, text.indexOf(mark));
  }

  /** Waits until the latest commands have printed something. */
  async seen(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output.slice(this.begin));
      if (found !== null) return found;
      if (this.process.exitCode !== null) throw new Error(`The shell ended: ${this.output.slice(this.begin)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.process.kill();
  }
}

/** A pattern for an expected line. */
function linePattern(line: string): RegExp {
  return new RegExp(
    line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^"\\n]*'),
  );
}
