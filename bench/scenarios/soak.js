import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { databaseFile, freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { usedBytes } from '../harness/growth.js';
import { value } from '../harness/rounds.js';
import { slope } from '../harness/statistics.js';
import { residentBytes } from '../load/process-usage.js';

export const title = 'Mixed load over time';

const MEGABYTE = 1_000_000;
const CLIENTS = 64;
/** Who sign in again and again, apart from those who refresh: of too many sessions the oldest end, and their chains with them. */
const SIGNING_IN = 200;
const SAMPLE_MS = 1000;
/** The share of the run in which caches and heap find their size. */
const SETTLING = 0.25;
/** The slope, in MB a minute, below which memory counts as flat: 10 minutes stay within 5 MB. */
const FLAT = 0.5;

/** Guarded, open, refresh and login requests at steady rates that leave the server some air; memory second by second. */
export async function run({ cores, load, soak, progress }) {
  const seconds = soak || 600;
  const folder = freshFolder('soak');
  const server = await Gatehouse.start({ core: cores.server, folder });
  const people = await server.people(CLIENTS);
  await defineMix(load, server.port, people, await server.people(SIGNING_IN, 'signin'));

  const before = usedBytes(databaseFile(folder));
  const points = [];
  const began = performance.now();
  const timer = setInterval(() => {
    const minutes = (performance.now() - began) / 60_000;
    points.push([minutes, (residentBytes(server.pid) ?? NaN) / MEGABYTE]);
    if (points.length % 30 === 0) progress(`${points.length} s: ${points.at(-1)[1].toFixed(1)} MB`);
  }, SAMPLE_MS);
  const names = ['refreshes', 'guarded', 'open', 'logins'];
  const { plans } = await load.run({ names, warmupMs: 0, measureMs: seconds * 1000, pid: server.pid });
  clearInterval(timer);
  const growth = usedBytes(databaseFile(folder)) - before;
  const walBytes = statSync(`${databaseFile(folder)}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  await server.stop();

  const settled = points.filter(([minutes]) => minutes * 60 >= seconds * SETTLING);
  const rates = names.map((name) => `${name} ${Math.round(plans[name].rate)}/s`).join(', ');
  return [
    value({
      title: 'slope of resident memory',
      value: slope(settled),
      unit: 'MB/min',
      atMost: FLAT,
      note: `least squares over the last ${100 - SETTLING * 100} % of ${seconds} s; ${rates}`,
    }),
    value({
      title: 'resident memory, first settled and last',
      value: settled[0][1],
      unit: 'MB',
      note: `${settled.at(-1)[1].toFixed(1)} MB at the end, ${Math.max(...points.map(([, mb]) => mb)).toFixed(1)} MB at most`,
    }),
    value({
      title: 'growth of the database',
      value: growth / MEGABYTE,
      unit: 'MB',
      note: `${plans.logins.requests} logins, ${plans.refreshes.requests} refreshes; write-ahead log ${(walBytes / MEGABYTE).toFixed(1)} MB`,
    }),
  ];
}

async function defineMix(load, port, people, signingIn) {
  await load.define('refreshes', 'chain', {
    port,
    connections: people.length,
    perSecond: 300,
    path: '/auth/refresh',
    format: 'json',
    refreshTokens: people.map(({ refreshToken }) => refreshToken),
    accessTokens: people.map(({ accessToken }) => accessToken),
  });
  await load.define('guarded', 'follow', {
    port,
    connections: 64,
    perSecond: 2000,
    path: '/bench/guarded',
    chain: 'refreshes',
  });
  await load.define('open', 'fixed', { port, connections: 8, perSecond: 1000, requests: [{ path: '/bench/open' }] });
  await load.define('logins', 'fixed', {
    port,
    connections: 8,
    perSecond: 10,
    inTurn: true,
    requests: signingIn.map(({ username, password }) => ({
      method: 'POST',
      path: '/auth/login',
      type: 'application/json',
      body: JSON.stringify({ username, password }),
    })),
    expect: [200, 201],
  });
}
