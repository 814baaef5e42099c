import { APPLICATION, PATHS } from './pair.js';

const ENOUGH = 20;

/**
 * Defines the plans `ours` and `peer`: people of both servers in browsers, and the application that has sent them.
 *
 * @param bench
 * @param pair
 * @param {{ client: 'confidential' | 'public', whole: boolean, prompt?: string, scope?: string }} options `whole`: each journey from sign-in to tokens
 */
export async function defineJourneys({ load, connections }, { ours, peer, people }, { client, whole, prompt, scope = APPLICATION.scope }) {
  const isPublic = client === 'public';
  for (const [name, { port }] of Object.entries({ ours, peer })) {
    await load.define(name, 'journey', {
      port,
      connections,
      expect: [200, 302, 303],
      whole,
      openid: scope.split(' ').includes('openid'),
      redirectUri: APPLICATION.redirectUri,
      authorizePath: PATHS[name].authorize,
      authorizeParameters: {
        client_id: APPLICATION[client],
        scope,
        ...(prompt === undefined ? {} : { prompt }),
      },
      tokenPath: PATHS[name].token,
      tokenParameters: isPublic ? { client_id: APPLICATION.public } : {},
      ...(isPublic ? {} : { authorization: APPLICATION.authorization }),
      people: Array.from({ length: connections }, (_, index) =>
        people.filter((_person, place) => place % connections === index),
      ),
    });
  }
}

/** Lets every browser of both plans come to its tokens at least once. */
export async function signIn({ load, progress }, { ours, peer }) {
  for (const [name, { pid }] of Object.entries({ ours, peer })) {
    for (let round = 0; (await load.refreshTokens(name)).includes(null); round++) {
      if (round === ENOUGH) throw new Error(`${name}: some browsers do not come to their tokens`);
      await load.run({ names: [name], warmupMs: 0, measureMs: 1000, pid });
    }
    progress(`${name}: all browsers are signed in`);
  }
}
