import * as oauth from 'oauth4webapi';
import { ForeignApplication } from './code-flow';
import { GOOD_PASSWORD, type TestApp } from './create-test-app';
import { PageBrowser } from './page-browser';
import type { StrangersWeb } from './strangers-web';

/** The address of a document that describes a client, and thereby the client's id. */
export const DOCUMENT = 'https://agent.example/oauth/client.json';

/** Where that client is sent back to. */
export const DOCUMENT_CALLBACK = 'https://agent.example/callback';

/** A document that describes a client without credentials. */
export function aDocument(
  changes: Readonly<Record<string, unknown>> = {},
  id: string = DOCUMENT,
): Readonly<Record<string, unknown>> {
  return {
    client_id: id,
    client_name: 'Helpful Agent',
    redirect_uris: [new URL('/callback', id).href],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    scope: 'notes:read notes:write',
    ...changes,
  };
}

/** An application known by its document. */
export function aDescribedApplication(
  app: TestApp,
  id: string = DOCUMENT,
  { redirectUri = new URL('/callback', id).href, authentication = oauth.None() } = {},
): ForeignApplication {
  return new ForeignApplication(app, { id, secret: '' }, authentication, { redirectUri });
}

/** Opens the authorization endpoint for an application, and signs alice in where that is asked. */
export async function arrive(
  app: TestApp,
  application: ForeignApplication,
  parameters: Readonly<Record<string, string>> = {},
  browser = new PageBrowser(app),
): Promise<PageBrowser> {
  await browser.open(await application.authorizationUrl({ scope: 'notes:read', ...parameters }));
  if (browser.find('#sign-in') !== null) {
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
  }
  return browser;
}

/** Publishes a document. */
export function publish(
  web: StrangersWeb,
  changes: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
  id: string = DOCUMENT,
): void {
  web.json(id, aDocument(changes, id), headers);
}
