import * as oauth from 'oauth4webapi';
import { basicHeader } from './client-credentials';
import { ForeignApplication } from './code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from './create-test-app';
import { PageBrowser } from './page-browser';
import type { Answer } from './test-client';
import { aClient, type TestOAuthClient } from './test-clients';
import { aResourceServer } from './test-resource-servers';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
export const ORDERS = 'https://orders.example.com';
export const BILLING = 'https://billing.example.com';
/** Its tokens are opaque. */
export const LEDGER = 'https://ledger.example.com';

const MACHINE = { redirect_uris: [], response_types: [], grant_types: [EXCHANGE, 'client_credentials'] };
const SCOPES = 'orders:read orders:write billing:read billing:write ledger:read';

/** Who exchanges for what: the portal has people's tokens for the orders, whose API calls billing, whose API calls the ledger. */
export interface ExchangeWorld {
  readonly app: TestApp;
  readonly portal: TestOAuthClient;
  readonly ordersApi: TestOAuthClient;
  readonly billingApi: TestOAuthClient;
  readonly ledgerApi: TestOAuthClient;
  /** Takes the place of people at the orders. */
  readonly helpdesk: TestOAuthClient;
}

/** Starts an application with resource servers, their clients and the rules between them. */
export async function anExchangeWorld(): Promise<ExchangeWorld> {
  const app = await createTestApp({ env: { OAUTH_FEATURES: '+token_exchange' } });
  await app.register('alice');
  const rows = [
    [ORDERS, 'orders-api', ['orders:read', 'orders:write'], 'jwt'],
    [BILLING, 'billing-api', ['billing:read', 'billing:write'], 'jwt'],
    [LEDGER, 'ledger-api', ['ledger:read'], 'opaque'],
  ] as const;
  for (const [id, client, scopes, tokenFormat] of rows) {
    await aResourceServer(app, id, scopes, { tokenFormat, introspectionClients: [client] });
  }
  const machine = (name: string, rules: readonly object[]) =>
    aClient(app, { ...MACHINE, client_name: name, scope: SCOPES, token_exchange: rules }, name);
  return {
    app,
    portal: await aClient(app, {
      client_name: 'Portal',
      grant_types: ['authorization_code', 'refresh_token', EXCHANGE],
      scope: SCOPES,
      token_exchange: [{ audience: ORDERS, mode: 'delegation', scopes: 'orders:write' }],
    }),
    ordersApi: await machine('orders-api', [
      { audience: BILLING, mode: 'delegation', scopes: 'billing:read' },
      { audience: LEDGER, mode: 'delegation', subject_clients: ['somebody-else'] },
    ]),
    billingApi: await machine('billing-api', [{ audience: LEDGER, mode: 'delegation', scopes: 'ledger:read' }]),
    ledgerApi: await machine('ledger-api', [
      { audience: ORDERS, mode: 'impersonation', scopes: 'orders:read' },
      { audience: LEDGER, mode: 'delegation' },
    ]),
    helpdesk: await machine('helpdesk', []),
  };
}

/** An application that got tokens of a person, and the browser in which it did. */
export interface PersonsTokens {
  readonly application: ForeignApplication;
  readonly browser: PageBrowser;
  readonly tokens: oauth.TokenEndpointResponse;
}

/** The tokens that the portal is given in a new session of alice. */
export function tokensOfAlice(
  world: ExchangeWorld,
  parameters: Readonly<Record<string, string>> = {},
  dpop?: oauth.DPoPHandle,
): Promise<PersonsTokens> {
  return tokensOf('alice', world, parameters, dpop);
}

/** The tokens that the portal is given in a new session of somebody. */
export async function tokensOf(
  username: string,
  { app, portal }: ExchangeWorld,
  parameters: Readonly<Record<string, string>> = {},
  dpop?: oauth.DPoPHandle,
): Promise<PersonsTokens> {
  const application = new ForeignApplication(app, portal, oauth.ClientSecretBasic(portal.secret));
  const browser = new PageBrowser(app);
  const asked = { scope: 'orders:read orders:write', resource: ORDERS, ...parameters };
  await browser.open(await application.authorizationUrl(asked));
  await browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
  if (browser.find('#allow') !== null) await browser.submit('#allow');
  return { application, browser, tokens: await application.redeem(browser, {}, dpop) };
}

/** Sends an exchange; parameters that are undefined are left out. */
export function exchange(
  app: TestApp,
  { id, secret }: TestOAuthClient,
  parameters: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const all = { grant_type: EXCHANGE, subject_token_type: ACCESS_TOKEN, ...parameters };
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return app.post('/oauth/token', new URLSearchParams(sent).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: basicHeader(id, secret),
    ...headers,
  });
}

/** What a resource server's client is told of a token. */
export async function introspected(
  app: TestApp,
  { id, secret }: TestOAuthClient,
  token: string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
): Promise<any> {
  const { body } = await app.post('/oauth/introspect', new URLSearchParams({ token }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: basicHeader(id, secret),
  });
  return body as unknown;
}
