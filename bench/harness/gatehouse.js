import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, freePort } from './child.js';
import { NODE_FLAGS } from './node-flags.js';

const WITH_BENCH_ROUTES = fileURLToPath(new URL('../servers/gatehouse.cjs', import.meta.url));
const FOLDERS = fileURLToPath(new URL('../.tmp', import.meta.url));
export const PASSWORD = 'bench-5f0c1d-teal-otter';

// The limits stay on and are counted; only their numbers are out of reach.
const RAISED_LIMITS = Object.fromEntries(
  [
    'LOGIN_PER_ACCOUNT',
    'LOGIN_PER_ADDRESS',
    'LOGIN_TOTAL',
    'SESSIONS_PER_ACCOUNT',
    'REGISTRATION_PER_ADDRESS',
    'REGISTRATION_TOTAL',
    'REFRESH_PER_ACCOUNT',
    'REFRESH_PER_ADDRESS',
    'REFRESH_TOTAL',
  ].map((name) => [`RATE_LIMIT_${name}`, '1000000000']),
);

const KEY = randomBytes(32).toString('base64');

let nodeOptions = NODE_FLAGS;
let root = fileURLToPath(new URL('../..', import.meta.url));

/** Chooses the checkout whose build is measured: this one, or another. @returns its folder @throws when the application has not been built there */
export function useBuild(folder) {
  if (folder !== null) root = resolve(folder);
  if (!existsSync(shippedScript())) {
    throw new Error(`${shippedScript()} is missing: run "npm ci && npm run build" in the root of the repository first`);
  }
  return root;
}

/** From now on every node writes a CPU profile into `folder` when it stops. */
export function profileInto(folder) {
  nodeOptions = [...NODE_FLAGS, '--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`];
}

function shippedScript() {
  return join(root, 'dist/main.js');
}

/** One Gatehouse node, on an SQLite file in its folder unless another database is named, with its default settings apart from the rate limits. */
export class Gatehouse {
  #child;

  /**
   * @param {{ core: number | null, folder: string, port: number, issuerPort?: number, asShipped?: boolean, database?: string | null,
   *   hashes?: boolean }} options nodes of one installation share `folder` and `issuerPort`; `database`: a URL;
   *   `hashes`: false where PASSWORD is taken without computing its hash
   */
  constructor({ core, folder, port, issuerPort = port, asShipped = false, database = null, hashes = true }) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.port = port;
    this.#child = new Child({
      name: 'Gatehouse',
      script: asShipped ? shippedScript() : WITH_BENCH_ROUTES,
      core,
      nodeOptions,
      cwd: folder,
      env: {
        ...settings({ folder, port, issuerPort, database }),
        ...(asShipped ? {} : { BENCH_ROOT: root }),
        ...(hashes ? {} : { BENCH_PASSWORD: PASSWORD }),
        ...RAISED_LIMITS,
      },
    });
  }

  /**
   * Starts a node and waits until it listens.
   *
   * @param {{ core: number | null, folder: string, issuerPort?: number, database?: string | null, hashes?: boolean, setUp?: object }} options
   *   `setUp`: what the command `apply` puts into the database before
   */
  static async start({ setUp, ...options }) {
    const port = await freePort();
    if (setUp) apply(setUp, options.folder, settings({ ...options, port, issuerPort: options.issuerPort ?? port }));
    const gatehouse = new Gatehouse({ ...options, port });
    await gatehouse.listening();
    return gatehouse;
  }

  get pid() {
    return this.#child.pid;
  }

  listening() {
    return this.#child.answers(`http://127.0.0.1:${this.port}/health/live`);
  }

  /** Registers and signs in `count` people, by names of their own. @returns {Promise<{ username: string, password: string, accessToken: string, refreshToken: string }[]>} */
  async people(count, prefix = 'bench') {
    return Promise.all(
      Array.from({ length: count }, (_, index) => this.#person(`${prefix}${String(index).padStart(4, '0')}`)),
    );
  }

  stop() {
    return this.#child.stop();
  }

  async #person(username) {
    await this.#post('/auth/register', { username, email: `${username}@example.com`, password: PASSWORD });
    const tokens = await this.#post('/auth/login', { username, password: PASSWORD });
    return { username, password: PASSWORD, accessToken: tokens.access_token, refreshToken: tokens.refresh_token };
  }

  async #post(path, body) {
    const response = await fetch(`http://localhost:${this.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Gatehouse answers POST ${path} with ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }
}

function settings({ folder, port, issuerPort, database = null }) {
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    ISSUER: `http://localhost:${issuerPort}`,
    DATABASE_URL: database ?? `sqlite:${databaseFile(folder)}`,
    KEY_ENCRYPTION_KEY: KEY,
    LOG_LEVEL: 'warn',
    NODE_ENV: 'development',
  };
}

function apply(setUp, cwd, environment) {
  execFileSync(process.execPath, [join(root, 'dist/cli.js'), 'apply', '-f', '-'], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    input: JSON.stringify(setUp),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

export function databaseFile(folder) {
  return join(folder, 'bench.sqlite');
}

/** An empty folder below bench/.tmp, on the same disk as the repository: a memory file system would make durability free. */
export function freshFolder(name) {
  const folder = join(FOLDERS, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function removeFolders() {
  rmSync(FOLDERS, { recursive: true, force: true });
}
