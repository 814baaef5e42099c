import { freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { startArgon2 } from '../harness/peers.js';
import { compare, interleave } from '../harness/rounds.js';
import { sampleOf } from '../harness/samples.js';

export const title = 'Sign-in with a password';

const OURS = 'Gatehouse, POST /auth/login';
const HASH = 'argon2id alone';
const CALM = 'guarded route, nobody signs in';
const STORM = 'guarded route, 64 clients sign in without pause';

const CLIENTS = 64;
/** A hash takes long, so windows are longer, and the queue is full before they begin. */
const LONGER = 2;
const FILL_MS = 1500;

/** Logins against the bound that the password hash sets; then what a storm of logins leaves to everybody else. */
export async function run(bench) {
  const { cores, load, seconds, connections } = bench;
  const core = cores.server;
  const server = await Gatehouse.start({ core, folder: freshFolder('login') });
  const argon2 = startArgon2({ core });
  const people = await server.people(CLIENTS);
  const { port, pid } = server;
  await load.define('logins', 'fixed', {
    port,
    connections: CLIENTS,
    requests: people.map(({ username, password }) => ({
      method: 'POST',
      path: '/auth/login',
      type: 'application/json',
      body: JSON.stringify({ username, password }),
    })),
    expect: [200, 201],
  });
  await load.define('guarded', 'fixed', {
    port,
    connections,
    requests: people.map(({ accessToken }) => ({ path: '/bench/guarded', token: accessToken })),
  });

  const measureMs = seconds * LONGER * 1000;
  const logins = await interleave({
    ...bench,
    contestants: [
      {
        name: OURS,
        measure: async () =>
          sampleOf(await load.run({ names: ['logins'], warmupMs: FILL_MS, measureMs, pid }), 'logins'),
      },
      { name: HASH, measure: () => argon2.call('run', { concurrency: CLIENTS, warmupMs: FILL_MS, measureMs }) },
    ],
  });
  await argon2.stop();

  const guardedWhile = (names, warmupMs) => async () =>
    sampleOf(await load.run({ names, warmupMs, measureMs: seconds * 1000, pid }), 'guarded');
  const guarded = await interleave({
    ...bench,
    contestants: [
      { name: CALM, warmUp: guardedWhile(['guarded'], 0), measure: guardedWhile(['guarded'], 300) },
      { name: STORM, measure: guardedWhile(['guarded', 'logins'], FILL_MS) },
    ],
  });
  await server.stop();

  const storm = compare({
    title: 'guarded route in a storm of logins',
    samples: guarded,
    subject: STORM,
    reference: CALM,
    atLeast: 0.4,
  });
  // With two kinds of requests at once, CPU per request says nothing.
  storm.subject.cpu = null;
  storm.cpuRatio = null;
  return [compare({ title: 'logins', samples: logins, subject: OURS, reference: HASH, atLeast: 0.9 }), storm];
}
