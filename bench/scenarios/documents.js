import { againstOidcProvider } from '../harness/pair.js';

export const title = 'Discovery and keys';

const DOCUMENTS = [
  { title: 'discovery', ours: '/.well-known/openid-configuration', peer: '/.well-known/openid-configuration', atLeast: 4 },
  { title: 'JWKS', ours: '/jwks.json', peer: '/jwks', atLeast: 2 },
];

/** The two documents that every client reads; nobody sends an entity tag. */
export function run(bench) {
  const { load, connections } = bench;
  return againstOidcProvider(bench, { name: 'documents', peer: 'memory' }, async (pair) => {
    const measured = [];
    for (const { title, atLeast, ...paths } of DOCUMENTS) {
      const plans = {};
      for (const side of ['ours', 'peer']) {
        plans[side] = `${side} ${title}`;
        await load.define(plans[side], 'fixed', {
          port: pair[side].port,
          connections,
          requests: [{ path: paths[side] }],
        });
      }
      measured.push({ title, ...plans, atLeast });
    }
    return measured;
  });
}
