/**
 * Peer: oidc-provider as its documentation sets it up, with rotating refresh tokens and ES256 JWT access tokens for a resource server, and
 * opaque ones for another.
 *
 * DATABASE is an SQLite file with SYNCHRONOUS as its durability, or the URL of a PostgreSQL database; without, it keeps everything in
 * its memory. A bench-only route hands out refresh tokens that were made through the provider's own models, where a person would have had to
 * sign in: POST /bench/chains?count=n.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { interactions } from './oidc-interactions.js';
import { postgresAdapter } from './oidc-postgres-adapter.js';
import { sqliteAdapter } from './oidc-sqlite-adapter.js';

const { PORT, DATABASE, SYNCHRONOUS, SECRET } = process.env;
const CLIENT = 'bench';
const RESOURCE = 'https://api.example.com';
const OPAQUE_RESOURCE = 'https://opaque.example.com';
const SCOPE = 'notes:read notes:write';

const signingKey = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  alg: 'ES256',
  use: 'sig',
  kid: 'bench',
};

const provider = new Provider(`http://localhost:${PORT}`, {
  ...(DATABASE ? { adapter: await adapterFor(DATABASE) } : {}),
  clients: [
    {
      client_id: CLIENT,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['https://client.example.com/callback'],
      id_token_signed_response_alg: 'ES256',
    },
    ...(SECRET
      ? [
          {
            client_id: 'confidential',
            client_secret: SECRET,
            token_endpoint_auth_method: 'client_secret_basic',
            grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
            response_types: ['code'],
            redirect_uris: ['https://client.example.com/callback'],
            id_token_signed_response_alg: 'ES256',
          },
        ]
      : []),
  ],
  jwks: { keys: [signingKey] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  rotateRefreshToken: true,
  // Whoever may refresh is given a refresh token, as by Gatehouse.
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: 900,
    AuthorizationCode: 60,
    ClientCredentials: 900,
    Grant: 14 * 86_400,
    IdToken: 900,
    RefreshToken: 14 * 86_400,
    Session: 14 * 86_400,
    Interaction: 3600,
  },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'updated_at'], email: ['email', 'email_verified'] },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, preferred_username: sub, email: `${sub}@example.com`, email_verified: false, updated_at: 1_795_000_000 }),
  }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      // Without scopes of a resource, the access token is for UserInfo.
      useGrantedResource: (_ctx, model) => model.scope?.includes('notes:') ?? true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: SCOPE,
        audience: resource,
        accessTokenFormat: resource === OPAQUE_RESOURCE ? 'opaque' : 'jwt',
        accessTokenTTL: 900,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
const handle = provider.callback();
const interact = interactions(provider);

const server = createServer((request, response) => {
  const url = new URL(request.url, `http://localhost:${PORT}`);
  if (url.pathname.startsWith('/interaction/')) return interact(request, response);
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

async function adapterFor(database) {
  if (/^postgres(ql)?:/.test(database)) return postgresAdapter({ url: database });
  return sqliteAdapter({ file: database, synchronous: SYNCHRONOUS });
}
