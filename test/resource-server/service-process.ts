import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { TestClient } from '../support/test-client';
import type { Report } from './served-process';

const HOOK = join(__dirname, '../support/processes/typescript-hook.cjs');

/** Another service in a process of its own, and a client that calls it. */
export class ServiceProcess extends TestClient {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** What it has loaded for a database. */
    readonly databasePackages: readonly string[],
  ) {
    super(url);
  }

  /** Starts a script of this folder. @param now epoch milliseconds at which its clock stands */
  static async start(script: string, options: object, now: number): Promise<ServiceProcess> {
    const child = spawn(process.execPath, ['-r', HOOK, join(__dirname, script), JSON.stringify({ ...options, now })], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { PATH: process.env['PATH'] },
    });
    const report = await nextReport(child);
    if (!('url' in report)) throw new Error(`The service did not start: ${JSON.stringify(report)}`);
    return new ServiceProcess(child, report.url, report.databasePackages);
  }

  /** Moves its clock on. */
  async advance(seconds: number): Promise<void> {
    const done = nextReport(this.child);
    this.child.send({ advance: seconds });
    await done;
  }

  /** Ends it, and waits. */
  async stop(): Promise<void> {
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.disconnect();
    await ended;
  }
}

/** A port that is free now, for a server whose address has to be known before it starts. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

function nextReport(child: ChildProcess): Promise<Report> {
  return new Promise((reported, failed) => {
    child.once('message', reported);
    child.once('exit', (code) => failed(new Error(`The service ended with ${code ?? 'a signal'}.`)));
  });
}
