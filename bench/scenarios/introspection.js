import { againstOidcProvider, APPLICATION, PATHS, RESOURCES } from '../harness/pair.js';

export const title = 'Introspection';

const FORM = 'application/x-www-form-urlencoded';

/** A resource server asks about the tokens of 64 sessions; the peer tells of opaque ones only, Gatehouse of JWTs too. */
export function run(bench) {
  return againstOidcProvider(bench, { name: 'introspection' }, async ({ ours, peer }) => {
    await define(bench, 'oursOpaque', 'ours', ours.port, { resource: RESOURCES.opaque, scope: 'opaque:read' });
    await define(bench, 'oursJwt', 'ours', ours.port, { resource: RESOURCES.jwt, scope: 'jwt:read' });
    await define(bench, 'peer', 'peer', peer.port, { resource: RESOURCES.opaque, scope: APPLICATION.scope });
    return [
      { title: 'introspection, opaque tokens', ours: 'oursOpaque', peer: 'peer', atLeast: 2.5 },
      { title: 'introspection, JWT (the peer: opaque)', ours: 'oursJwt', peer: 'peer', atLeast: 2.5 },
    ];
  });
}

async function define({ load, connections }, name, side, port, parameters) {
  const tokens = [];
  for (let index = 0; index < connections; index++) {
    const answer = await post(port, PATHS[side].token, { grant_type: 'client_credentials', ...parameters });
    tokens.push(answer.access_token);
  }
  const { active } = await post(port, PATHS[side].introspect, { token: tokens[0] });
  const { active: other } = await post(port, PATHS[side].introspect, { token: 'nonsense' });
  if (active !== true || other !== false) throw new Error(`${side}: introspection tells good tokens from others wrongly`);
  await load.define(name, 'fixed', {
    port,
    connections,
    requests: tokens.map((token) => ({
      method: 'POST',
      path: PATHS[side].introspect,
      authorization: APPLICATION.authorization,
      type: FORM,
      body: new URLSearchParams({ token }).toString(),
    })),
  });
}

async function post(port, path, parameters) {
  const response = await fetch(`http://localhost:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': FORM, authorization: APPLICATION.authorization },
    body: new URLSearchParams(parameters).toString(),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} is answered with ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
