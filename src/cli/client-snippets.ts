import { type Client, isPublicClient, mayUseGrant } from '../clients/client';
import { needsSecret } from '../clients/client-secrets';
import { GrantType } from '../protocol/grant-types';
import { isNativeRedirect } from '../protocol/redirect-uri';

/** Where a client finds the server: `issuer` and the addresses of its metadata document (RFC 8414 §2). */
export interface ServerAddresses {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly [endpoint: `${string}_endpoint`]: string;
}

/** Some lines of code with which a client of this kind gets its first token; null where there is no usual way. */
export function snippetFor(client: Client, server: ServerAddresses): string | null {
  if (mayUseGrant(client, GrantType.authorizationCode)) {
    return isPublicClient(client) ? publicSnippet(client, server) : webSnippet(client, server);
  }
  return mayUseGrant(client, GrantType.clientCredentials) ? serviceSnippet(client, server) : null;
}

/** What cannot keep a secret runs in a browser, or is a native app, which its redirect URI tells (RFC 8252 §7). */
function publicSnippet(client: Client, server: ServerAddresses): string {
  const redirectUri = firstRedirectUri(client);
  if (isNativeRedirect(redirectUri)) return appSnippet(client, server);
  return NATIVE_LOOPBACK.test(redirectUri) ? loopbackSnippet(client, server) : browserSnippet(client, server);
}

/** A loopback address without a port that stays is for a program; `localhost` with one is where pages are while they are written (RFC 8252 §8.3). */
const NATIVE_LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost(?!:\d))(?=[:/?]|$)/;

function webSnippet(client: Client, server: ServerAddresses): string {
  return [
    ...head('npm install openid-client, and CLIENT_SECRET in the environment', client, server),
    '',
    '// Where to send a person; keep verifier and state in their session.',
    ...beginAndFinish(client, '// At the redirect URI: the address that was asked for, and what was kept.'),
  ].join('\n');
}

function appSnippet(client: Client, server: ServerAddresses): string {
  return [
    ...head('npm install openid-client', client, server),
    '',
    "// What to open in the person's browser; keep verifier and state.",
    ...beginAndFinish(client, '// When the system opens the app by its redirect URI: the address, and what was kept.'),
  ].join('\n');
}

function beginAndFinish(client: Client, atTheEnd: string): string[] {
  return [
    'export async function begin() {',
    ...AUTHORIZATION,
    ...authorizationUrl(client, 'const url = '),
    '  return { url: url.href, verifier, state };',
    '}',
    '',
    atTheEnd,
    'export function finish(currentUrl, { verifier, state }) {',
    ...redemption('new URL(currentUrl)', 'return '),
    '}',
  ];
}

function loopbackSnippet(client: Client, server: ServerAddresses): string {
  const { hostname, pathname } = new URL(firstRedirectUri(client));
  const place = firstRedirectUri(client).replace(/^http:\/\/[^/?]+/, '');
  return [
    ...head('npm install openid-client', client, server, "import { createServer } from 'node:http';"),
    '',
    "// show opens an address in the person's browser; the answer comes to a port of this machine that is free (RFC 8252 §7.3).",
    'export async function signIn(show) {',
    ...AUTHORIZATION,
    '  const server = createServer();',
    `  await new Promise((listening) => server.listen(0, ${text(hostname.replace(/[[\]]/g, ''))}, listening));`,
    `  const redirectUri = \`http://${hostname}:\${server.address().port}${place}\`;`,
    '  const answer = new Promise((answered) => {',
    "    server.on('request', (request, response) => {",
    '      const url = new URL(request.url, redirectUri);',
    `      if (url.pathname !== ${text(pathname)}) return response.writeHead(404).end();`,
    "      response.setHeader('connection', 'close').end('You can close this window.');",
    '      answered(url);',
    '    });',
    '  });',
    ...authorizationUrl(client, 'const url = ', 'redirectUri'),
    '  await show(url.href);',
    '  const currentUrl = await answer;',
    '  server.close();',
    ...redemption('currentUrl', 'return '),
    '}',
  ].join('\n');
}

function browserSnippet(client: Client, server: ServerAddresses): string {
  return [
    ...head('npm install openid-client; it runs in browsers', client, server),
    '',
    'export async function signIn() {',
    ...AUTHORIZATION,
    "  sessionStorage.setItem('sign-in', JSON.stringify({ verifier, state }));",
    ...authorizationUrl(client, 'location.href = '),
    '}',
    '',
    '// On the page at the redirect URI.',
    'export async function finish() {',
    "  const { verifier, state } = JSON.parse(sessionStorage.getItem('sign-in'));",
    "  sessionStorage.removeItem('sign-in');",
    ...redemption('new URL(location.href)', 'const tokens = await '),
    "  history.replaceState({}, '', location.pathname);",
    '  return tokens;',
    '}',
  ].join('\n');
}

function serviceSnippet(client: Client, server: ServerAddresses): string {
  const { scope, token_endpoint_auth_method: method } = client.metadata;
  const asked = scope === '' ? [] : [`-d ${shell(`scope=${scope}`)}`];
  switch (method) {
    case 'client_secret_basic':
      return curl(server, `-u ${shell(client.id)}:"$CLIENT_SECRET"`, ...asked);
    case 'client_secret_post':
      return curl(
        server,
        `-d client_id=${shell(client.id)}`,
        '--data-urlencode client_secret="$CLIENT_SECRET"',
        ...asked,
      );
    default:
      return [
        ...head('npm install openid-client', client, server),
        '',
        `const tokens = await client.clientCredentialsGrant(config, { scope: ${text(scope)} });`,
      ].join('\n');
  }
}

function curl(server: ServerAddresses, ...parts: readonly string[]): string {
  return [`curl ${server.token_endpoint}`, '-d grant_type=client_credentials', ...parts].join(' \\\n  ');
}

const AUTHORIZATION = ['  const verifier = client.randomPKCECodeVerifier();', '  const state = client.randomState();'];

function head(needs: string, client: Client, { issuer }: ServerAddresses, ...imports: readonly string[]): string[] {
  const options = issuer.startsWith('http:') ? ', { execute: [client.allowInsecureRequests] }' : '';
  const where = `new URL(${text(issuer)}), ${text(client.id)}`;
  return [
    `// ${needs}`,
    ...imports,
    ...(needsSecret(client.metadata) ? ["import { env } from 'node:process';"] : []),
    "import * as client from 'openid-client';",
    '',
    `const config = await client.discovery(${where}, undefined, ${authenticationOf(client)}${options});`,
  ];
}

function authenticationOf({ metadata }: Client): string {
  switch (metadata.token_endpoint_auth_method) {
    case 'none':
      return 'client.None()';
    case 'client_secret_basic':
      return 'client.ClientSecretBasic(env.CLIENT_SECRET)';
    case 'client_secret_post':
      return 'client.ClientSecretPost(env.CLIENT_SECRET)';
    case 'client_secret_jwt':
      return 'client.ClientSecretJwt(env.CLIENT_SECRET)';
    case 'private_key_jwt':
      return 'client.PrivateKeyJwt(privateKey)';
  }
}

function firstRedirectUri({ metadata }: Client): string {
  return metadata.redirect_uris[0] ?? '';
}

/** @param redirectUri in JavaScript */
function authorizationUrl(client: Client, assigned: string, redirectUri = text(firstRedirectUri(client))): string[] {
  const { scope } = client.metadata;
  return [
    `  ${assigned}client.buildAuthorizationUrl(config, {`,
    `    redirect_uri: ${redirectUri},`,
    ...(scope === '' ? [] : [`    scope: ${text(scope)},`]),
    '    state,',
    '    code_challenge: await client.calculatePKCECodeChallenge(verifier),',
    "    code_challenge_method: 'S256',",
    '  });',
  ];
}

function redemption(currentUrl: string, returned: string): string[] {
  return [
    `  ${returned}client.authorizationCodeGrant(config, ${currentUrl}, {`,
    '    pkceCodeVerifier: verifier,',
    '    expectedState: state,',
    '  });',
  ];
}

/** A text in JavaScript. */
function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A word for a shell. */
function shell(value: string): string {
  return /^[\w.~:/=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
