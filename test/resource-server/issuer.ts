import { ResourceServerStore } from '../../src/resource-servers/resource-server.store';
import type { ResourceServerProperties } from '../../src/resource-servers/resource-server';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/create-test-app';
import { basicHeader, sendForm } from '../support/client-credentials';
import type { KeyHolder } from '../support/dpop-proof';
import { aClient, type TestOAuthClient } from '../support/test-clients';
import { freePort } from './service-process';

/** The identifier of the orders service; a proxy in front of it takes its path off. */
export const ORDERS = 'https://api.example/orders-api';

/** The identifier of a service whose tokens are opaque. */
export const LEDGER = 'https://api.example/ledger';

const SCOPES = ['orders:read', 'orders:write'].map((name) => ({ name, description: name }));

/** Gatehouse at the address that it is known by, with two resource servers beside it. */
export interface Issuer extends TestApp {
  /** May have tokens for either resource server. */
  readonly machine: TestOAuthClient;
  /** May ask about tokens for the ledger. */
  readonly ledgerClient: TestOAuthClient;
}

/** Starts it. */
export async function startIssuer(options: TestAppOptions = {}): Promise<Issuer> {
  const port = await freePort();
  const env = { ISSUER: `http://127.0.0.1:${port}`, PORT: String(port), ...options.env };
  const app = await createTestApp({ ...options, env });
  const none = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  const ledgerClient = await aClient(app, { ...none, scope: '' });
  await addResourceServer(app, ORDERS, { tokenFormat: 'jwt' });
  await addResourceServer(app, LEDGER, { tokenFormat: 'opaque', introspectionClients: [ledgerClient.id] });
  const machine = await aClient(app, { ...none, scope: 'orders:read orders:write notes:read' });
  return Object.assign(app, { machine, ledgerClient });
}

/** Changes what a resource server is. */
export async function changeResourceServer(
  app: TestApp,
  id: string,
  properties: Partial<ResourceServerProperties>,
): Promise<void> {
  const store = app.resolve(ResourceServerStore);
  const found = (await store.all()).get(id)!;
  const changed = { ...found, ...properties };
  await app.resolve(UnitOfWork).run((transaction) => store.change(transaction, id, changed, found.revision));
}

/** A token for the machine; undefined parameters are left out. */
export async function machineToken(
  app: Issuer,
  parameters: Readonly<Record<string, string>> = {},
  holder?: KeyHolder,
): Promise<string> {
  const form = { grant_type: 'client_credentials', resource: ORDERS, scope: 'orders:read', ...parameters };
  const proof =
    holder === undefined ? {} : await holder.header({ claims: { htu: `${app.settings.issuer}/oauth/token` } });
  const headers = { authorization: basicHeader(app.machine.id, app.machine.secret), ...proof };
  const answer = await sendForm(app, '/oauth/token', form, { headers, form: {} });
  if (answer.status !== 200) throw new Error(`No token: ${answer.text}`);
  return answer.body.access_token as string;
}

async function addResourceServer(
  app: TestApp,
  id: string,
  properties: Partial<ResourceServerProperties>,
): Promise<void> {
  const all = {
    name: id,
    scopes: SCOPES,
    accessTokenLifetime: null,
    introspectionClients: [],
    tokenFormat: 'jwt',
  } as const;
  await app
    .resolve(UnitOfWork)
    .run((transaction) => app.resolve(ResourceServerStore).add(transaction, id, { ...all, ...properties }));
}
