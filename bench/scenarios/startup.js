import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../harness/child.js';
import { freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { value } from '../harness/rounds.js';
import { median } from '../harness/statistics.js';
import { residentBytes } from '../load/process-usage.js';

export const title = 'Start and rest';

const MEGABYTE = 1_000_000;
const IDLE_MS = 10_000;

/** From `node dist/main.js` to the first answer, on one core; then resident memory at rest. */
export async function run({ cores, quick, progress }) {
  const starts = quick ? 2 : 5;
  const first = [];
  const later = [];
  let resident = null;
  for (let index = 0; index < starts; index++) {
    const folder = freshFolder(`startup-${index}`);
    const once = async (times, restMs) => {
      const began = performance.now();
      const server = new Gatehouse({ core: cores.server, folder, port: await freePort(), asShipped: true });
      await server.listening();
      times.push((performance.now() - began) / 1000);
      if (restMs) {
        await pause(restMs);
        resident = residentBytes(server.pid);
      }
      await server.stop();
    };
    await once(first, 0);
    await once(later, index === starts - 1 ? IDLE_MS : 0);
    progress(`start ${index + 1}/${starts}: ${first.at(-1).toFixed(2)} s, then ${later.at(-1).toFixed(2)} s`);
  }
  return [
    value({
      title: 'first start, empty folder',
      value: median(first),
      unit: 's',
      atMost: 1.5,
      note: `median of ${starts}, migrations and keys included`,
    }),
    value({ title: 'later start', value: median(later), unit: 's', atMost: 1.5, note: `median of ${starts}` }),
    value({
      title: 'resident memory at rest',
      value: resident === null ? null : resident / MEGABYTE,
      unit: 'MB',
      ...(resident === null ? {} : { atMost: 160 }),
      note: 'after 10 s',
    }),
  ];
}
