import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Picks the core of the servers and the core of the load.
 *
 * @returns {{ server: number | null, load: number | null, sentence: string }} null where pinning is not possible
 */
export function chooseCores() {
  const allowed = allowedCores();
  if (spawnSync('taskset', ['--version']).status !== 0) {
    return { server: null, load: null, sentence: 'NOT pinned (no taskset): server and load share all cores' };
  }
  const server = allowed[0] ?? 0;
  const siblings = coreList(read(`/sys/devices/system/cpu/cpu${server}/topology/thread_siblings_list`) ?? `${server}`);
  const others = allowed.filter((core) => core !== server);
  const load = others.find((core) => !siblings.includes(core)) ?? others[0];
  if (load === undefined) {
    return { server: null, load: null, sentence: 'NOT pinned (one core only): server and load share it' };
  }
  const shared = siblings.includes(load) ? ', two threads of one physical core' : '';
  return { server, load, sentence: `servers on core ${server}, load on core ${load}${shared}` };
}

/** Moves this process to a core, so that the harness itself never disturbs a server. */
export function pinSelf(core) {
  if (core !== null) execFileSync('taskset', ['-cp', String(core), String(process.pid)], { stdio: 'ignore' });
}

/** The command line that runs `command` on `core`. */
export function onCore(core, command) {
  return core === null ? command : ['taskset', '-c', String(core), ...command];
}

function allowedCores() {
  const match = /Cpus_allowed_list:\s*(\S+)/.exec(read('/proc/self/status') ?? '');
  return match ? coreList(match[1]) : [];
}

function coreList(text) {
  return text
    .trim()
    .split(',')
    .flatMap((part) => {
      const [from, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
