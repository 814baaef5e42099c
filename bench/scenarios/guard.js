import { freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { compare, interleave } from '../harness/rounds.js';
import { assertGuards, contestant } from '../harness/samples.js';

export const title = 'Guarded route, token known to the node';

const OPEN = 'Gatehouse, open route';
const GUARDED = 'Gatehouse, guarded route';

/** What the guard costs when the token has been seen before: one token a connection, against the open route beside it. */
export async function run(bench) {
  const { load, cores, connections } = bench;
  const server = await Gatehouse.start({ core: cores.server, folder: freshFolder('guard') });
  const people = await server.people(connections);
  await assertGuards({ name: 'Gatehouse', port: server.port, goodToken: people[0].accessToken });
  const { port, pid } = server;
  await load.define('open', 'fixed', { port, connections, requests: [{ path: '/bench/open' }] });
  await load.define('guarded', 'fixed', {
    port,
    connections,
    requests: people.map(({ accessToken }) => ({ path: '/bench/guarded', token: accessToken })),
  });
  const samples = await interleave({
    ...bench,
    contestants: [
      contestant({ name: GUARDED, load, plan: 'guarded', pid, bench }),
      contestant({ name: OPEN, load, plan: 'open', pid, bench }),
    ],
  });
  await server.stop();
  return [compare({ title: 'guarded route, warm cache', samples, subject: GUARDED, reference: OPEN, atLeast: 0.8 })];
}
