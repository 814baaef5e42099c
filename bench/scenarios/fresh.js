import { freshFolder, Gatehouse } from '../harness/gatehouse.js';
import { peerKeys, startFastifyJwt, startNestPassport } from '../harness/peers.js';
import { compare, interleave } from '../harness/rounds.js';
import { assertGuards, sampleOf } from '../harness/samples.js';
import { signTokens } from '../load/tokens.js';

export const title = 'Guarded route, a new token in each request';

const OWN = 'Gatehouse, ES256, tokens that it issued itself';
const OURS = 'Gatehouse, ES256, tokens of another node';
const NEST_PEM = 'Nest + Express + passport-jwt, ES256 (PEM)';
const NEST_KEY_OBJECT = 'Nest + Express + passport-jwt, ES256 (KeyObject, undocumented)';
const NEST_SECRET = 'Nest + Express + passport-jwt, HS256';
const FASTIFY = 'Fastify + @fastify/jwt, ES256';

const WARMUP_MS = 300;
/** More tokens than the fastest contestant uses in a window, as a share of what it used before. */
const HEADROOM = 1.3;

/** What a token costs at its first use: no token is sent twice. Once with tokens that the node issued, once with another node's. */
export async function run(bench) {
  const { cores, connections, load } = bench;
  const core = cores.server;
  const keys = peerKeys();
  const folder = freshFolder('fresh');
  const verifier = await Gatehouse.start({ core, folder });
  const issuer = await Gatehouse.start({ core, folder, issuerPort: verifier.port });
  const people = await issuer.people(connections);
  await assertGuards({ name: OURS, port: verifier.port, goodToken: people[0].accessToken });

  await load.define('issuer', 'chain', {
    port: issuer.port,
    connections,
    path: '/auth/refresh',
    format: 'json',
    refreshTokens: people.map(({ refreshToken }) => refreshToken),
    collect: 'ours',
  });
  // The usual case: one server issues the tokens and guards the routes.
  const own = await verifier.people(connections, 'own');
  await load.define('self', 'chain', {
    port: verifier.port,
    connections,
    path: '/auth/refresh',
    format: 'json',
    refreshTokens: own.map(({ refreshToken }) => refreshToken),
    collect: 'own',
  });
  const peers = [
    {
      name: NEST_PEM,
      alg: 'ES256',
      key: keys.privatePem,
      server: await startNestPassport({ core, key: keys.publicPem }),
    },
    { name: FASTIFY, alg: 'ES256', key: keys.privatePem, server: await startFastifyJwt({ core, keys }) },
    {
      name: NEST_KEY_OBJECT,
      alg: 'ES256',
      key: keys.privatePem,
      server: await startNestPassport({ core, key: keys.publicPem, keyObject: true }),
    },
    { name: NEST_SECRET, alg: 'HS256', key: keys.secret, server: await startNestPassport({ core, key: keys.secret }) },
  ];
  for (const { name, alg, key, server } of peers) {
    const [goodToken] = signTokens({ count: 1, alg, key, issuer: `http://localhost:${server.port}` });
    await assertGuards({ name, port: server.port, goodToken });
  }
  const mintOurs = (count) => load.mint('issuer', 'ours', count);
  const mintOwn = (count) => load.mint('self', 'own', count);
  const contestants = [
    verifying({ name: OWN, server: verifier, set: 'own', supply: mintOwn, bench }),
    verifying({ name: OURS, server: verifier, set: 'ours', supply: mintOurs, bench }),
    ...peers.map(({ name, alg, key, server }, index) => {
      const set = `peer${index}`;
      const supply = (count) => load.sign(set, { count, alg, key, issuer: `http://localhost:${server.port}` });
      return verifying({ name, server, set, supply, bench });
    }),
  ];
  const samples = await interleave({ ...bench, contestants });
  await Promise.all([verifier, issuer, ...peers.map(({ server }) => server)].map((server) => server.stop()));

  const against = (subject, title) => (reference, atLeast) => compare({ title, samples, subject, reference, atLeast });
  const issuedHere = against(OWN, 'guarded route, new token, issued here');
  const issuedElsewhere = against(OURS, 'guarded route, new token, issued elsewhere');
  return [
    issuedHere(NEST_PEM, 2),
    issuedHere(FASTIFY, 1),
    issuedElsewhere(NEST_PEM, 2),
    issuedElsewhere(FASTIFY, 1),
    issuedElsewhere(NEST_KEY_OBJECT),
    issuedElsewhere(NEST_SECRET),
  ];
}

/** A contestant that is given fresh tokens before every window; a window ends early when they run out. */
function verifying({ name, server, set, supply, bench }) {
  const { load, connections, seconds, quick } = bench;
  let expectedRate = 3000;
  const once = async (warmupMs, measureMs) => {
    await supply(Math.ceil((expectedRate * HEADROOM * (warmupMs + measureMs)) / 1000));
    await load.define(set, 'tokens', { port: server.port, connections, path: '/bench/guarded', set });
    const sample = sampleOf(await load.run({ names: [set], warmupMs, measureMs, pid: server.pid }), set);
    expectedRate = Math.max(expectedRate, sample.rate);
    return sample;
  };
  return {
    name,
    warmUp: async () => {
      await once(0, 500);
      await once(0, quick ? 500 : 2000);
    },
    measure: () => once(WARMUP_MS, seconds * 1000),
  };
}
