import { defineJourneys, signIn } from '../harness/journeys.js';
import { againstOidcProvider } from '../harness/pair.js';

export const title = 'Code flow with a live session';

/** People who are signed in and have agreed before: the authorization request, answered with a code, and the exchange of the code. */
export function run(bench) {
  return againstOidcProvider(bench, { name: 'code-flow', people: bench.connections }, async (pair) => {
    await defineJourneys(bench, pair, { client: 'confidential', whole: false });
    await signIn(bench, pair);
    return [{ title: 'code flow, live session', ours: 'ours', peer: 'peer', atLeast: 3 }];
  });
}
