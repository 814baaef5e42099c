import { databaseFile, freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { usedBytes } from '../harness/growth.js';
import { value } from '../harness/rounds.js';

export const title = 'Growth of the database';

const CLIENTS = 64;

/** How many bytes a login and a refresh leave behind, before the sweeper comes. */
export async function run(bench) {
  const { cores, load, quick, progress } = bench;
  const folder = freshFolder('growth');
  const server = await Gatehouse.start({ core: cores.server, folder });
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
  await load.define('refreshes', 'chain', {
    port,
    connections: CLIENTS,
    path: '/auth/refresh',
    format: 'json',
    refreshTokens: people.map(({ refreshToken }) => refreshToken),
  });

  const measure = async (plan, measureMs) => {
    const before = usedBytes(databaseFile(folder));
    const { plans } = await load.run({ names: [plan], warmupMs: 0, measureMs, pid });
    const bytes = usedBytes(databaseFile(folder)) - before;
    progress(`${plan}: ${plans[plan].requests} requests, ${bytes} bytes`);
    return { bytes: bytes / plans[plan].requests, requests: plans[plan].requests };
  };
  const refresh = await measure('refreshes', quick ? 1500 : 8000);
  const login = await measure('logins', quick ? 2000 : 10_000);
  await server.stop();
  return [
    value({ title: 'bytes per login', value: login.bytes, unit: 'bytes', note: `over ${login.requests} logins` }),
    value({
      title: 'bytes per refresh',
      value: refresh.bytes,
      unit: 'bytes',
      note: `over ${refresh.requests} refreshes`,
    }),
  ];
}
