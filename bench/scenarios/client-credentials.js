import { againstOidcProvider, APPLICATION, PATHS } from '../harness/pair.js';

export const title = 'Client credentials, JWT access tokens';

/** A client with a secret asks for ES256 JWT access tokens; neither server keeps anything of them. */
export function run(bench) {
  const { load, connections } = bench;
  return againstOidcProvider(bench, { name: 'client-credentials', peer: 'memory' }, async ({ ours, peer }) => {
    for (const [name, { port }] of Object.entries({ ours, peer })) {
      const request = {
        method: 'POST',
        path: PATHS[name].token,
        authorization: APPLICATION.authorization,
        type: 'application/x-www-form-urlencoded',
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: APPLICATION.scope }).toString(),
      };
      await load.define(name, 'fixed', { port, connections, requests: [request] });
    }
    return [{ title: 'client credentials, JWT', ours: 'ours', peer: 'peer', atLeast: 3 }];
  });
}
