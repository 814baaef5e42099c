import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { onCore } from './cores.js';

const ALIVE_POLL_MS = 5;
const STOP_AFTER_MS = 10_000;
const KEPT_OUTPUT = 4000;
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A child process of the harness: a compared server, the load generator, or the hash baseline. */
export class Child {
  #name;
  #process;
  #output = '';
  #pending = new Map();
  #nextId = 1;

  /** @param {{ name: string, script: string, core: number | null, nodeOptions?: string[], env?: object, cwd?: string }} options */
  constructor({ name, script, core, nodeOptions = [], env = {}, cwd }) {
    this.#name = name;
    const [command, ...args] = onCore(core, [process.execPath, ...nodeOptions, script]);
    this.#process = spawn(command, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process.stdout.on('data', (text) => this.#keep(text));
    this.#process.stderr.on('data', (text) => this.#keep(text));
    this.#process.on('message', (message) => this.#received(message));
    this.#process.on('exit', () => this.#ended());
    running.add(this.#process);
  }

  /** With taskset too: it replaces itself by the command. */
  get pid() {
    return this.#process.pid;
  }

  /** Waits until `url` answers at all. @throws when the process ends first, or `timeoutMs` pass */
  async answers(url, timeoutMs = 60_000) {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (this.#process.exitCode !== null) throw this.#failure('ended before it listened');
      const answer = await fetch(url).then(
        (response) => response.arrayBuffer().then(() => response),
        () => null,
      );
      if (answer) return;
      await new Promise((resolve) => setTimeout(resolve, ALIVE_POLL_MS));
    }
    throw this.#failure(`does not answer at ${url}`);
  }

  /** Calls an operation of a child that listens on the IPC channel. */
  call(operation, argument = {}) {
    if (!this.#process.connected) return Promise.reject(this.#failure('ended'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#process.send({ id, operation, argument });
    });
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_AFTER_MS);
    await exited;
    clearTimeout(timer);
  }

  #keep(text) {
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
  }

  #received({ id, result, error }) {
    const call = this.#pending.get(id);
    if (!call) return;
    this.#pending.delete(id);
    if (error) call.reject(new Error(`${this.#name}: ${error}`));
    else call.resolve(result);
  }

  #ended() {
    running.delete(this.#process);
    for (const { reject } of this.#pending.values()) reject(this.#failure('ended'));
    this.#pending.clear();
  }

  #failure(what) {
    return new Error(`${this.#name} ${what}. Its last output:\n${this.#output || '(none)'}`);
  }
}

/** A TCP port that is free now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// What npm adds to the environment, and settings of the shell that calls the bench, must not reach the servers.
function cleanEnvironment() {
  const kept = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH'];
  return Object.fromEntries(
    kept.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]),
  );
}
