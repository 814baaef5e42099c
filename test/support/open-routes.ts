/** Routes that let people in without a token. Whoever opens another one has to say so here. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  'POST /auth/login',
  'POST /auth/logout',
  'POST /auth/refresh',
  'POST /auth/register',
  'GET /docs',
  'GET /docs-json',
  'GET /docs/*',
  'GET /docs/oauth2-redirect.html',
  'GET /health/live',
  'GET /health/ready',
  'GET /jwks.json',
  'GET /problems',
]);

/** Endpoints of OAuth: clients authenticate at them, or nobody has to. */
export const OAUTH_ROUTES: ReadonlySet<string> = new Set([
  'GET /.well-known/oauth-authorization-server',
  'GET /.well-known/oauth-authorization-server/*',
  'GET /.well-known/oauth-protected-resource',
  'GET /.well-known/oauth-protected-resource/*',
  'GET /.well-known/openid-configuration',
  'GET /.well-known/openid-configuration/*',
  'GET /oauth/authorize',
  'POST /oauth/authorize',
  'POST /oauth/device_authorization',
  'POST /oauth/introspect',
  'GET /oauth/logout',
  'POST /oauth/logout',
  'POST /oauth/par',
  'POST /oauth/revoke',
  'POST /oauth/token',
]);

/** Pages, which know people by the cookie of their session. */
export const PAGE_ROUTES: ReadonlySet<string> = new Set([
  'GET /',
  'GET /account',
  'POST /account/disconnect',
  'GET /assets/icon.svg',
  'GET /assets/logos/:clientId',
  'GET /assets/pages.css',
  'GET /choose-account',
  'POST /choose-account',
  'GET /consent',
  'POST /consent',
  'GET /device',
  'POST /device',
  'POST /device/decision',
  'GET /sign-in',
  'POST /sign-in',
  'POST /sign-out',
  'GET /sign-out/confirmation',
  'POST /sign-out/confirmation',
  'GET /sign-up',
  'POST /sign-up',
  'GET /signed-out',
]);
