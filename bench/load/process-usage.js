import { readFileSync } from 'node:fs';

// The kernel reports in USER_HZ, which is 100 on every Linux that Node runs on.
const TICK_MICROS = 10_000;

/** CPU time of a process with all its threads in microseconds, or null where there is no /proc. */
export function cpuMicros(pid) {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}

/**
 * Time that a core has spent on processes, and that the hypervisor has withheld from it, in microseconds; null where there is
 * no /proc. Interrupts are left out: the kernel's network work belongs to no process.
 */
export function coreMicros(core) {
  const line = readProc('/proc/stat')
    ?.split('\n')
    .find((candidate) => candidate.startsWith(`cpu${core} `));
  if (!line) return null;
  const [, user, nice, system, , , , , steal] = line.split(' ').map(Number);
  return (user + nice + system + steal) * TICK_MICROS;
}

/** Resident memory of a process in bytes, or null where there is no /proc. */
export function residentBytes(pid) {
  const status = readProc(`/proc/${pid}/status`);
  const match = status && /VmRSS:\s+(\d+) kB/.exec(status);
  return match ? Number(match[1]) * 1024 : null;
}

function readProc(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
