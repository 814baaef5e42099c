// A program on the device of a person: it opens a browser, is answered on a loopback port (RFC 8252 §7.3), and renews its tokens by itself until
// the person has signed out somewhere.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import * as openid from 'openid-client';

const { ISSUER, CLIENT_ID, RENEW_AFTER = '300' } = process.env;
const provider = await openid.discovery(new URL(ISSUER), CLIENT_ID, undefined, openid.None());
const verifier = openid.randomPKCECodeVerifier();
const state = openid.randomState();

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const home = `http://127.0.0.1:${server.address().port}`;
const address = openid.buildAuthorizationUrl(provider, {
  redirect_uri: `${home}/callback`,
  scope: 'openid profile',
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});
process.stdout.write(`Open ${address.href}\n`);

const [request, response] = await once(server, 'request');
response.setHeader('connection', 'close').end('You can close this window.');
server.close();

let tokens = await openid.authorizationCodeGrant(provider, new URL(request.url, home), {
  pkceCodeVerifier: verifier,
  expectedState: state,
  idTokenExpected: true,
});
const { sub } = tokens.claims();
const { name } = await openid.fetchUserInfo(provider, tokens.access_token, sub);
process.stdout.write(`Signed in as ${name}.\n`);

for (;;) {
  await setTimeout(Number(RENEW_AFTER) * 1000);
  try {
    tokens = await openid.refreshTokenGrant(provider, tokens.refresh_token);
  } catch (error) {
    if (error.error !== 'invalid_grant') throw error;
    process.stdout.write('Signed out.\n');
    break;
  }
  process.stdout.write(`Renewed for ${tokens.claims().sub === sub ? name : 'somebody else'}.\n`);
}
