import { defineJourneys } from '../harness/journeys.js';
import { againstOidcProvider, APPLICATION } from '../harness/pair.js';

export const title = 'Whole OpenID code flow without the password hash';

/** Of each connection: nobody's session is among the oldest that a person may have before it has ended its journey. */
const PEOPLE_A_CONNECTION = 8;

/** A browser that was never here: sign-in page, consent page, code, tokens and an ID token, ES256 on both sides. */
export function run(bench) {
  const people = PEOPLE_A_CONNECTION * bench.connections;
  return againstOidcProvider(bench, { name: 'openid-flow', people }, async (pair) => {
    const scope = `${APPLICATION.openidScope} ${APPLICATION.scope}`;
    await defineJourneys(bench, pair, { client: 'confidential', whole: true, prompt: 'consent', scope });
    return [{ title: 'whole OpenID code flow, no hash', ours: 'ours', peer: 'peer', atLeast: 2 }];
  });
}
