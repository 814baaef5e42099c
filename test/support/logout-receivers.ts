import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, type JWTVerifyResult } from 'jose';
import * as oauth from 'oauth4webapi';
import { ForeignApplication } from './code-flow';
import { GOOD_PASSWORD, type TestApp } from './create-test-app';
import { PageBrowser } from './page-browser';
import type { StrangersWeb } from './strangers-web';
import { aClient, type TestOAuthClient } from './test-clients';

/** Where applications of tests are sent back to after signing out. */
export const AFTER_LOGOUT = 'https://app.example.com/after';

/** What a receiver answers: a status, or what else it does with a request. */
export type ReceiverAnswer = number | ((request: IncomingMessage, response: ServerResponse) => void);

/** The server of an application that is told when sessions end (OpenID Connect Back-Channel Logout §2.5). */
export class LogoutReceiver {
  /** The logout tokens that came, in their order. */
  readonly tokens: string[] = [];
  /** How it answers from now on. */
  answer: ReceiverAnswer = 200;
  readonly uri: string;

  constructor(web: StrangersWeb, host = 'app.example.com') {
    this.uri = `https://${host}/logged-out`;
    web.host(host, (request, response) => void this.take(request, response));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const isForm = request.method === 'POST' && request.headers['content-type'] === 'application/x-www-form-urlencoded';
    this.tokens.push((isForm ? new URLSearchParams(body).get('logout_token') : null) ?? 'no logout token');
    if (typeof this.answer === 'number') response.writeHead(this.answer).end();
    else this.answer(request, response);
  }
}

/** Verifies a logout token as a client has to (OpenID Connect Back-Channel Logout §2.6). */
export async function verifiedLogoutToken(
  app: TestApp,
  token: string,
  { audience, alg = 'RS256' }: { readonly audience: string; readonly alg?: string },
): Promise<JWTVerifyResult> {
  const keys = (await app.get('/jwks.json')).body as unknown as JSONWebKeySet;
  return jwtVerify(token, createLocalJWKSet(keys), {
    issuer: app.settings.issuer,
    audience,
    algorithms: [alg],
    typ: 'logout+jwt',
    currentDate: new Date(app.clock.now()),
  });
}

/** A client of OpenID Connect that asks nobody for consent. */
export function anOpenidClient(
  app: TestApp,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<TestOAuthClient> {
  return aClient(app, {
    scope: 'openid notes:read',
    skip_consent: true,
    post_logout_redirect_uris: [AFTER_LOGOUT],
    ...metadata,
  });
}

/** Signs somebody in to a client: with their password where they are signed in nowhere in that browser. @returns what the client is given */
export async function enter(
  app: TestApp,
  client: TestOAuthClient,
  browser: PageBrowser,
  username = 'alice',
): Promise<oauth.TokenEndpointResponse> {
  const application = new ForeignApplication(app, client, oauth.ClientSecretBasic(client.secret));
  await browser.open(await application.authorizationUrl({ scope: 'openid notes:read' }));
  if (browser.path === '/sign-in') await browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
  return application.redeem(browser);
}
