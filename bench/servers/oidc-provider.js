/**
 * Peer: oidc-provider with rotating refresh tokens and ES256 JWT access tokens for a resource server.
 *
 * DATABASE is the SQLite file, SYNCHRONOUS its durability. A bench-only route hands out refresh tokens that were made
 * through the provider's own models, where a person would have had to sign in: POST /bench/chains?count=n.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { sqliteAdapter } from './oidc-sqlite-adapter.js';

const { PORT, DATABASE, SYNCHRONOUS } = process.env;
const CLIENT = 'bench';
const RESOURCE = 'https://api.example.com';
const SCOPE = 'notes:read notes:write';

const signingKey = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  alg: 'ES256',
  use: 'sig',
  kid: 'bench',
};

const provider = new Provider(`http://localhost:${PORT}`, {
  adapter: sqliteAdapter({ file: DATABASE, synchronous: SYNCHRONOUS }),
  clients: [
    {
      client_id: CLIENT,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['https://client.example.com/callback'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [signingKey] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 900,
    Grant: 14 * 86_400,
    IdToken: 900,
    RefreshToken: 14 * 86_400,
    Session: 14 * 86_400,
    Interaction: 3600,
  },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: RESOURCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 900,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
const handle = provider.callback();

const server = createServer((request, response) => {
  const url = new URL(request.url, `http://localhost:${PORT}`);
  if (url.pathname !== '/bench/chains') return handle(request, response);
  return newChains(Number(url.searchParams.get('count'))).then((tokens) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens));
  });
});
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));

async function newChains(count) {
  const client = await provider.Client.find(CLIENT);
  const tokens = [];
  for (let index = 0; index < count; index++) {
    const accountId = `person-${index}`;
    const grant = new provider.Grant({ accountId, clientId: CLIENT });
    grant.addResourceScope(RESOURCE, SCOPE);
    const grantId = await grant.save();
    const token = new provider.RefreshToken({
      accountId,
      client,
      grantId,
      gty: 'authorization_code',
      scope: SCOPE,
      resource: RESOURCE,
      authTime: Math.floor(Date.now() / 1000),
      expiresWithSession: false,
    });
    tokens.push(await token.save());
  }
  return tokens;
}
