import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { TestApp } from './create-test-app';
import type { Answer } from './test-client';
import { CALLBACK } from './test-clients';

/** How an answer of the authorization endpoint travels to {@link CALLBACK}; `page` where it does not. */
export function carrierOf({ status, headers, text }: Answer): 'query' | 'fragment' | 'form_post' | 'page' {
  const location = headers.get('location') ?? '';
  if (status === 303 && location.startsWith(`${CALLBACK}?`)) return 'query';
  if (status === 303 && location.startsWith(`${CALLBACK}#`)) return 'fragment';
  return status === 200 && text.includes(`<form method="post" action="${CALLBACK}">`) ? 'form_post' : 'page';
}

/** What an answer tells the client, in whatever way it travels. */
export function membersOf({ headers, text }: Answer): URLSearchParams {
  const location = headers.get('location');
  if (location !== null) return new URLSearchParams(location.slice(location.search(/[?#]/) + 1));
  const unescape = (value: string) =>
    value.replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_all, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name]!,
    );
  const fields = [...text.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  return new URLSearchParams(fields.map(([, name, value]) => [unescape(name!), unescape(value!)]));
}

/** The members of an answer that this server has signed for a client, as somebody reads them who knows the published keys (JARM §2.4). */
export async function signedMembersOf(
  app: TestApp,
  response: string,
  { audience, algorithm = 'RS256' }: { readonly audience: string; readonly algorithm?: string },
): Promise<JWTPayload> {
  const keys = (await app.get('/jwks.json')).body as unknown as JSONWebKeySet;
  const { payload } = await jwtVerify(response, createLocalJWKSet(keys), {
    issuer: app.settings.issuer,
    audience,
    algorithms: [algorithm],
    requiredClaims: ['exp'],
    currentDate: new Date(app.clock.now()),
  });
  return payload;
}
