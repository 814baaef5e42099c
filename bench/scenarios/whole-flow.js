import { defineJourneys } from '../harness/journeys.js';
import { againstOidcProvider } from '../harness/pair.js';

export const title = 'Whole code flow without the password hash';

/** Of each connection: nobody's session is among the oldest that a person may have before it has ended its journey. */
const PEOPLE_A_CONNECTION = 8;

/** A browser that was never here: sign-in page, consent page, code, tokens. */
export function run(bench) {
  const people = PEOPLE_A_CONNECTION * bench.connections;
  return againstOidcProvider(bench, { name: 'whole-flow', people }, async (pair) => {
    // A person of ours has agreed before from their second journey on; the peer remembers that by the session, which is new.
    await defineJourneys(bench, pair, { client: 'confidential', whole: true, prompt: 'consent' });
    return [{ title: 'whole code flow, no hash', ours: 'ours', peer: 'peer', atLeast: 2 }];
  });
}
