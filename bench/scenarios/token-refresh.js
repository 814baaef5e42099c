import { defineJourneys, signIn } from '../harness/journeys.js';
import { againstOidcProvider, APPLICATION, PATHS } from '../harness/pair.js';

export const title = 'Refresh with rotation at the token endpoint';

/** A public application refreshes; the chain of each connection began with a code flow of a person of its own. */
export function run(bench) {
  const { load, connections } = bench;
  return againstOidcProvider(bench, { name: 'token-refresh', people: connections }, async (pair) => {
    await defineJourneys(bench, pair, { client: 'public', whole: true });
    await signIn(bench, pair);
    for (const side of ['ours', 'peer']) {
      await load.define(`${side}Chains`, 'chain', {
        port: pair[side].port,
        connections,
        path: PATHS[side].token,
        format: 'form',
        parameters: { grant_type: 'refresh_token', client_id: APPLICATION.public },
        refreshTokens: await load.refreshTokens(side),
      });
    }
    return [{ title: 'refresh, token endpoint', ours: 'oursChains', peer: 'peerChains', atLeast: 3 }];
  });
}
