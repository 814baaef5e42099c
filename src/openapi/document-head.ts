import type { DocumentBuilder, OpenAPIObject } from '@nestjs/swagger';
import type { Scope } from '../auth/scope-registry';
import { applicationVersion } from './application-version';
import type { Swagger } from './declared-classes';
import { BEARER, CLIENT_BASIC, REFRESH_TOKEN, SIGN_IN } from './operation-access';

const DESCRIPTION = `An OAuth 2.1 authorization server that is also the backend it protects.

**To try a guarded operation:** press **Authorize** and sign in (below, under *oauth2*), or paste an \`access_token\`, such as \`POST /auth/login\` answers with. Every answer carries \`X-Request-Id\`; every error is a problem document (RFC 9457) whose \`code\` is stable; under \`/oauth/\` it is \`error\` and \`error_description\` (RFC 6749 §5.2).

**Not listed:** what applications open in a browser, and the metadata under \`/.well-known/\`, whose formats are those of the standards.`;

const FURTHER_SCHEMES = {
  [REFRESH_TOKEN]: { type: 'http', scheme: 'bearer', description: 'A live refresh token.' },
  [CLIENT_BASIC]: {
    type: 'http',
    scheme: 'basic',
    description:
      'For the endpoints of OAuth: `client_id` and `client_secret` of a client registered for `client_secret_basic` (RFC 6749 §2.3.1). Others send theirs in the form.',
  },
} as const;

/** What the head says of access. */
export interface DocumentedAccess {
  readonly scopes: readonly Scope[];
  /** The issuer at which people sign in to try things out; null where they cannot. */
  readonly signsInAt: string | null;
  /** Names of schemes of special routes. */
  readonly furtherSchemes: readonly (keyof typeof FURTHER_SCHEMES)[];
}

/** Everything of the document but the paths. */
export function documentHead(
  swagger: Swagger,
  { scopes, signsInAt, furtherSchemes }: DocumentedAccess,
): Omit<OpenAPIObject, 'paths'> {
  const builder = new swagger.DocumentBuilder()
    .setTitle('Gatehouse')
    .setDescription(DESCRIPTION)
    .setVersion(applicationVersion())
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setOpenAPIVersion('3.1.0')
    // OpenAPI 3.1 §4.8.5: relative to where the document is, so that it holds behind a proxy that takes a prefix away.
    .addServer('./', 'This server')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: describe(scopes) }, BEARER);
  if (signsInAt !== null) builder.addOAuth2(signInAt(signsInAt, scopes), SIGN_IN);
  for (const name of furtherSchemes) builder.addSecurity(name, FURTHER_SCHEMES[name]);
  const head = builder.build();
  // The builder leaves them there, empty.
  delete head.info.contact;
  delete head.tags;
  return head;
}

/** OpenAPI 3.1 §4.8.29: the addresses are those of the issuer, for programs that are made of the document too. */
function signInAt(issuer: string, scopes: readonly Scope[]): Parameters<DocumentBuilder['addOAuth2']>[0] {
  const authorizationCode = {
    authorizationUrl: `${issuer}/oauth/authorize`,
    tokenUrl: `${issuer}/oauth/token`,
    scopes: Object.fromEntries(scopes.map((scope) => [scope.name, phrase(scope)])),
  };
  return { type: 'oauth2', description: 'Sign in, with authorization code and PKCE.', flows: { authorizationCode } };
}

function phrase({ description, roles }: Scope): string {
  const whose =
    roles === undefined ? '' : ` (for people with the role ${roles.map((role) => `\`${role}\``).join(' or ')})`;
  return `${description}${whose}`;
}

function describe(scopes: readonly Scope[]): string {
  const lines = scopes.map((scope) => `- \`${scope.name}\`: ${phrase(scope)}`);
  return ['An access token of this server. Its scopes:', '', ...lines].join('\n');
}
