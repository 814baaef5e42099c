import { defineJourneys, signIn } from '../harness/journeys.js';
import { againstOidcProvider, APPLICATION, PATHS } from '../harness/pair.js';

export const title = 'UserInfo';

/** What the access tokens of 64 people let their application know about them. */
export function run(bench) {
  const { load, connections } = bench;
  return againstOidcProvider(bench, { name: 'userinfo', people: connections }, async (pair) => {
    await defineJourneys(bench, pair, { client: 'confidential', whole: true, scope: APPLICATION.openidScope });
    await signIn(bench, pair);
    for (const side of ['ours', 'peer']) {
      const tokens = await load.accessTokens(side);
      await assertTold(pair[side].port, PATHS[side].userinfo, tokens[0]);
      await load.define(`${side}Userinfo`, 'fixed', {
        port: pair[side].port,
        connections,
        requests: tokens.map((token) => ({ path: PATHS[side].userinfo, authorization: `Bearer ${token}` })),
      });
    }
    return [{ title: 'UserInfo', ours: 'oursUserinfo', peer: 'peerUserinfo', atLeast: 2.5 }];
  });
}

async function assertTold(port, path, token) {
  const ask = (authorization) => fetch(`http://localhost:${port}${path}`, { headers: { authorization } });
  const told = await (await ask(`Bearer ${token}`)).json();
  if (!told.sub || !told.email || !told.preferred_username) throw new Error(`${path} tells ${JSON.stringify(told)}`);
  const { status } = await ask('Bearer nonsense');
  if (status !== 401) throw new Error(`${path} answers a bad token with ${status}`);
}
