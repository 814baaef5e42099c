import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER: issuer, AUDIENCE: audience, PORT: port } = process.env;

// All else about the issuer is found from its identifier (RFC 8414 §3), and has to be of that very issuer (§3.3).
const { origin, pathname } = new URL(issuer);
const path = pathname === '/' ? '' : pathname;
const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server${path}`)).json();
if (metadata.issuer !== issuer) throw new Error('The metadata is of another issuer.');
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));

// What an access token has to be (RFC 9068 §4). The algorithm is named here, never taken from the token.
const rules = {
  issuer,
  audience,
  algorithms: ['ES256'],
  typ: 'at+jwt',
  clockTolerance: 5,
  requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
};

/** Errors that are the token's fault; any other means that nobody can tell, and is no reason to let somebody in. */
const BAD_TOKEN = /^ERR_(?:JWT_|JWS_|JWKS_NO_MATCHING_KEY$|JOSE_ALG_NOT_ALLOWED$|JOSE_NOT_SUPPORTED$)/;

/** Express middleware as it stands: `app.get('/orders', guard('orders:read'), handler)`. */
function guard(scope) {
  return async (request, response, next) => {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse(response, 401, `scope="${scope}"`);
    try {
      const { payload } = await jwtVerify(token, keys, rules);
      // RFC 9449 §7.2: a token that is bound to a key is no bearer token.
      if (payload.cnf !== undefined) return refuse(response, 401, 'error="invalid_token"');
      if (!String(payload.scope).split(' ').includes(scope)) {
        return refuse(response, 403, `error="insufficient_scope", scope="${scope}"`);
      }
      request.claims = payload;
    } catch (error) {
      if (BAD_TOKEN.test(error.code)) return refuse(response, 401, 'error="invalid_token"');
      return response.writeHead(503, { 'retry-after': '2' }).end();
    }
    return next();
  };
}

/** RFC 6750 §3, RFC 9728 §5.1 */
function refuse(response, status, parameters) {
  const { origin, pathname } = new URL(audience);
  const resource = `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
  response.writeHead(status, { 'www-authenticate': `Bearer ${parameters}, resource_metadata="${resource}"` }).end();
}

const readOrders = guard('orders:read');

createServer((request, response) => {
  readOrders(request, response, () => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ orders: [], for: request.claims.sub }));
  });
}).listen(Number(port), '127.0.0.1');
