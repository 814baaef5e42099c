import { type Client, isPublicClient, mayUseGrant } from '../clients/client';
import { needsSecret } from '../clients/client-secrets';
import { GrantType } from '../protocol/grant-types';

/** Where a client finds the server: `issuer` and the addresses of its metadata document (RFC 8414 §2). */
export interface ServerAddresses {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly [endpoint: `${string}_endpoint`]: string;
}

/** Some lines of code with which a client of this kind gets its first token; null where there is no usual way. */
export function snippetFor(client: Client, server: ServerAddresses): string | null {
  if (mayUseGrant(client, GrantType.authorizationCode)) {
    return isPublicClient(client) ? browserSnippet(client, server) : webSnippet(client, server);
  }
  return mayUseGrant(client, GrantType.clientCredentials) ? serviceSnippet(client, server) : null;
}

function webSnippet(client: Client, server: ServerAddresses): string {
  return [
    ...head('npm install openid-client, and CLIENT_SECRET in the environment', client, server),
    '',
    '// Where to send a person; keep verifier and state in their session.',
    'export async function begin() {',
    ...AUTHORIZATION,
    ...authorizationUrl(client, 'const url = '),
    '  return { url: url.href, verifier, state };',
    '}',
    '',
    '// At the redirect URI: the address that was asked for, and what was kept.',
    'export function finish(currentUrl, { verifier, state }) {',
    ...redemption('new URL(currentUrl)', 'return '),
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

function head(needs: string, client: Client, { issuer }: ServerAddresses): string[] {
  const options = issuer.startsWith('http:') ? ', { execute: [client.allowInsecureRequests] }' : '';
  const where = `new URL(${text(issuer)}), ${text(client.id)}`;
  return [
    `// ${needs}`,
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

function authorizationUrl({ metadata }: Client, assigned: string): string[] {
  const {
    redirect_uris: [redirectUri = ''],
    scope,
  } = metadata;
  return [
    `  ${assigned}client.buildAuthorizationUrl(config, {`,
    `    redirect_uri: ${text(redirectUri)},`,
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
