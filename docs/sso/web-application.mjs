// A web application that keeps its people signed in by a cookie of its own, and has them signed in, and out, by the server that ISSUER names.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const home = `http://localhost:${PORT}`;
const authentication = openid.ClientSecretBasic(CLIENT_SECRET);
const provider = await openid.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication);
const keys = createRemoteJWKSet(new URL(provider.serverMetadata().jwks_uri));

// What is known of each browser: the sign-in that it has begun, then its tokens and its session at the server.
const browsers = new Map();

const pages = {
  '/': ({ claims }) => (claims === undefined ? 'Nobody is signed in.' : `${claims.name} is signed in.`),

  '/login': async (browser) => {
    browser.verifier = openid.randomPKCECodeVerifier();
    browser.state = openid.randomState();
    browser.nonce = openid.randomNonce();
    return openid.buildAuthorizationUrl(provider, {
      redirect_uri: `${home}/callback`,
      scope: 'openid profile email',
      code_challenge: await openid.calculatePKCECodeChallenge(browser.verifier),
      code_challenge_method: 'S256',
      state: browser.state,
      nonce: browser.nonce,
    });
  },

  '/callback': async (browser, url) => {
    browser.tokens = await openid.authorizationCodeGrant(provider, url, {
      pkceCodeVerifier: browser.verifier,
      expectedState: browser.state,
      expectedNonce: browser.nonce,
      idTokenExpected: true,
    });
    const { sub, sid } = browser.tokens.claims();
    browser.sid = sid;
    browser.claims = await openid.fetchUserInfo(provider, browser.tokens.access_token, sub);
    return new URL(home);
  },

  '/renew': async (browser) => {
    const before = browser.tokens;
    if (before === undefined) return 'Nothing to renew.';
    browser.tokens = await openid.refreshTokenGrant(provider, before.refresh_token);
    const isAnother = browser.tokens.access_token !== before.access_token;
    return isAnother ? `Renewed for ${browser.tokens.claims().sub}.` : 'Nothing is new.';
  },

  '/logout': (browser) => {
    const { id_token } = browser.tokens ?? {};
    forget(browser);
    if (id_token === undefined) return new URL(home);
    return openid.buildEndSessionUrl(provider, { id_token_hint: id_token, post_logout_redirect_uri: `${home}/` });
  },
};

function forget(browser) {
  for (const name of Object.keys(browser)) delete browser[name];
}

// The server says that a session has ended (OpenID Connect Back-Channel Logout §2.6): every browser in it is signed out here, too.
async function endSession(request) {
  const token = new URLSearchParams(await text(request)).get('logout_token') ?? '';
  const { payload } = await jwtVerify(token, keys, {
    issuer: provider.serverMetadata().issuer,
    audience: CLIENT_ID,
    typ: 'logout+jwt',
    algorithms: ['RS256'],
    requiredClaims: ['sid', 'iat', 'exp'],
  });
  const isLogout = payload.events?.['http://schemas.openid.net/event/backchannel-logout'] !== undefined;
  if (!isLogout || payload.nonce !== undefined) throw new Error('It is no logout token.');
  for (const browser of browsers.values()) if (browser.sid === payload.sid) forget(browser);
}

async function answer(request, response) {
  const url = new URL(request.url, home);
  if (url.pathname === '/signed-out' && request.method === 'POST') {
    const status = await endSession(request).then(
      () => 200,
      () => 400,
    );
    return response.writeHead(status, { 'cache-control': 'no-store' }).end();
  }
  const page = pages[url.pathname];
  if (page === undefined) return response.writeHead(404).end();
  const [, known] = /(?:^|; )reports=([\w-]+)/.exec(request.headers.cookie ?? '') ?? [];
  const id = browsers.has(known) ? known : randomBytes(32).toString('base64url');
  if (id !== known) browsers.set(id, {});
  const result = await page(browsers.get(id), url);
  response.setHeader('set-cookie', `reports=${id}; HttpOnly; SameSite=Lax; Path=/`);
  if (result instanceof URL) return response.writeHead(303, { location: result.href }).end();
  return response.end(result);
}

createServer((request, response) => {
  answer(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.writeHead(500).end(error.message);
  });
}).listen(Number(PORT), 'localhost', () => process.stdout.write(`Listens on ${home}\n`));
