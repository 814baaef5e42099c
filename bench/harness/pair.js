import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { freshFolder, Gatehouse, PASSWORD } from './gatehouse.js';
import { startOidcProviderOn } from './peers.js';
import { makeDatabase } from './postgres.js';
import { compare, interleave } from './rounds.js';
import { contestant } from './samples.js';

/** What no scenario may fall below on PostgreSQL, where the database's own work is the same on both sides. */
const LEAST_ON_POSTGRES = 1.5;

const SCOPE = 'notes:read notes:write';
const OPENID_SCOPE = 'openid profile email';
const SECRET = randomBytes(32).toString('base64url');

/** The resource servers beside Gatehouse's own, by the format of their tokens. */
export const RESOURCES = { jwt: 'https://jwt.example.com', opaque: 'https://opaque.example.com' };

/** The application of both servers: with a secret, and without. */
export const APPLICATION = {
  redirectUri: 'https://client.example.com/callback',
  scope: SCOPE,
  openidScope: OPENID_SCOPE,
  confidential: 'confidential',
  public: 'bench',
  authorization: `Basic ${Buffer.from(`confidential:${SECRET}`).toString('base64')}`,
};

/** Where the two servers differ. */
export const PATHS = {
  ours: { authorize: '/oauth/authorize', token: '/oauth/token', introspect: '/oauth/introspect', userinfo: '/oauth/userinfo' },
  peer: { authorize: '/auth', token: '/token', introspect: '/token/introspection', userinfo: '/me' },
};

/**
 * Measures Gatehouse against oidc-provider with the same clients and people: on SQLite, and on PostgreSQL where there is one.
 *
 * @param bench
 * @param {{ name: string, peer?: 'memory' | 'database', people?: number }} options `peer`: where the peer of the SQLite round keeps its data
 * @param {(pair: Pair) => Promise<Measured[]>} prepare defines plans, and says which are compared
 * @typedef {{ on: string, ours: object, peer: object, people: { username: string, password: string }[] }} Pair
 * @typedef {{ title: string, ours: string, peer: string, atLeast: number }} Measured names of plans, and the target on SQLite
 * @returns rows
 */
export async function againstOidcProvider(bench, { name, peer = 'database', people = 0 }, prepare) {
  const rows = [];
  for (const store of bench.postgres ? ['sqlite', 'postgres'] : ['sqlite']) {
    const pair = await start[store](bench, name, peer, people);
    for (const measured of await prepare(pair)) rows.push(await measure(bench, pair, measured, store));
    await Promise.all([pair.ours.stop(), pair.peer.stop()]);
  }
  return rows;
}

const start = {
  async sqlite({ cores }, name, peer, people) {
    const core = cores.server;
    const inMemory = peer === 'memory';
    const database = inMemory ? null : `${freshFolder(`${name}-peer`)}/oidc-provider.sqlite`;
    return {
      on: 'SQLite',
      peerName: inMemory ? 'oidc-provider, in memory' : 'oidc-provider, SQLite, synchronous=NORMAL',
      people: peopleOf(people),
      ours: await startOurs(core, name, people, null),
      peer: await startOidcProviderOn({ core, database, secret: SECRET }),
    };
  },
  async postgres({ cores, postgres }, name, _peer, people) {
    const core = cores.server;
    return {
      on: 'PostgreSQL',
      peerName: 'oidc-provider, PostgreSQL',
      people: peopleOf(people),
      ours: await startOurs(core, name, people, await makeDatabase(postgres, `${name}_ours`)),
      peer: await startOidcProviderOn({
        core,
        database: await makeDatabase(postgres, `${name}_peer`),
        secret: SECRET,
      }),
    };
  },
};

async function measure(bench, pair, { title, ours, peer, atLeast }, store) {
  const { load } = bench;
  const names = { subject: `Gatehouse, ${pair.on}`, reference: pair.peerName };
  const samples = await interleave({
    ...bench,
    contestants: [
      contestant({ name: names.subject, load, plan: ours, pid: pair.ours.pid, bench }),
      contestant({ name: names.reference, load, plan: peer, pid: pair.peer.pid, bench }),
    ],
  });
  const on = store === 'postgres' ? ', on PostgreSQL' : '';
  const target = store === 'postgres' ? LEAST_ON_POSTGRES : atLeast;
  return compare({ title: `${title}${on}`, samples, ...names, atLeast: target });
}

async function startOurs(core, name, people, database) {
  const setUp = {
    resource_servers: Object.entries(RESOURCES).map(([format, resource]) => ({
      resource,
      name: `Bench ${format}`,
      scopes: [{ name: `${format}:read`, description: 'Read' }],
      token_format: format,
      introspection_clients: [APPLICATION.confidential],
    })),
    clients: [
      {
        client_id: APPLICATION.confidential,
        client_name: 'Confidential',
        client_secret: SECRET,
        redirect_uris: [APPLICATION.redirectUri],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        scope: `${OPENID_SCOPE} ${SCOPE} jwt:read opaque:read`,
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: APPLICATION.public,
        client_name: 'Public',
        token_endpoint_auth_method: 'none',
        redirect_uris: [APPLICATION.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: SCOPE,
      },
    ],
    users: await usersOf(people),
  };
  return Gatehouse.start({ core, folder: freshFolder(`${name}-gatehouse`), database, setUp, hashes: false });
}

// One hash for all: with salts of their own, the set-up would take longer than the measurement.
async function usersOf(people) {
  const passwordHash = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  return peopleOf(people).map(({ username }) => ({
    preferred_username: username,
    email: `${username}@example.com`,
    password_hash: passwordHash,
  }));
}

function peopleOf(count) {
  return Array.from({ length: count }, (_, index) => ({
    username: `bench${String(index).padStart(4, '0')}`,
    password: PASSWORD,
  }));
}
