import { freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { startOidcProvider } from '../harness/peers.js';
import { compare, interleave } from '../harness/rounds.js';
import { contestant } from '../harness/samples.js';

export const title = 'Refresh with rotation, on SQLite';

const OURS = 'Gatehouse, synchronous=FULL';
const PEER = 'oidc-provider, synchronous=NORMAL';
const PEER_DURABLE = 'oidc-provider, synchronous=FULL';

/** Each connection refreshes its own chain: a rotated refresh token stored, a new ES256 JWT access token signed. */
export async function run(bench) {
  const { cores, connections, load } = bench;
  const core = cores.server;
  const ours = await Gatehouse.start({ core, folder: freshFolder('refresh-gatehouse') });
  const peer = await startOidcProvider({ core, folder: freshFolder('refresh-peer'), synchronous: 'NORMAL' });
  const durablePeer = await startOidcProvider({
    core,
    folder: freshFolder('refresh-durable-peer'),
    synchronous: 'FULL',
  });

  const people = await ours.people(connections);
  await load.define('ours', 'chain', {
    port: ours.port,
    connections,
    path: '/auth/refresh',
    format: 'json',
    refreshTokens: people.map(({ refreshToken }) => refreshToken),
  });
  await defineOidcChains(load, 'peer', peer.port, connections);
  await defineOidcChains(load, 'durablePeer', durablePeer.port, connections);

  const samples = await interleave({
    ...bench,
    contestants: [
      contestant({ name: OURS, load, plan: 'ours', pid: ours.pid, bench }),
      contestant({ name: PEER, load, plan: 'peer', pid: peer.pid, bench }),
      contestant({ name: PEER_DURABLE, load, plan: 'durablePeer', pid: durablePeer.pid, bench }),
    ],
  });
  await Promise.all([ours.stop(), peer.stop(), durablePeer.stop()]);
  return [
    compare({ title: 'refresh with rotation', samples, subject: OURS, reference: PEER, atLeast: 3 }),
    compare({ title: 'refresh with rotation', samples, subject: OURS, reference: PEER_DURABLE }),
  ];
}

async function defineOidcChains(load, name, port, connections) {
  const response = await fetch(`http://127.0.0.1:${port}/bench/chains?count=${connections}`, { method: 'POST' });
  await load.define(name, 'chain', {
    port,
    connections,
    path: '/token',
    format: 'form',
    parameters: { grant_type: 'refresh_token', client_id: 'bench' },
    refreshTokens: await response.json(),
  });
}
