import type { OpenAPIObject } from '@nestjs/swagger';
import type { Scope } from '../auth/scope-registry';
import { applicationVersion } from './application-version';
import type { Swagger } from './declared-classes';
import { BEARER } from './operation-access';

const DESCRIPTION = `An OAuth 2.1 authorization server and OpenID provider that is also the backend it protects.

**To try a guarded operation:** register with \`POST /auth/register\`, sign in with \`POST /auth/login\`, press **Authorize** and paste the
\`access_token\` of the answer. Every answer carries \`X-Request-Id\`; every error is a problem document (RFC 9457) whose \`code\` is stable.`;

/** Everything of the document but the paths. */
export function documentHead(
  swagger: Swagger,
  scopes: readonly Scope[],
  furtherSchemes: readonly string[],
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
  for (const name of furtherSchemes) {
    builder.addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A live refresh token.' }, name);
  }
  const head = builder.build();
  // The builder leaves them there, empty.
  delete head.info.contact;
  delete head.tags;
  return head;
}

function describe(scopes: readonly Scope[]): string {
  const lines = scopes.map(({ name, description, roles }) => {
    const whose =
      roles === undefined ? '' : ` (for people with the role ${roles.map((role) => `\`${role}\``).join(' or ')})`;
    return `- \`${name}\`: ${description}${whose}`;
  });
  return ['An access token of this server. Its scopes:', '', ...lines].join('\n');
}
