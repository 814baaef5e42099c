import { type Client, isPublicClient, nameOf } from '../clients/client';
import { representationOfClient } from '../oauth/client-registration/client-representation';
import { GrantType } from '../protocol/grant-types';
import { type ServerAddresses, snippetFor } from './client-snippets';

/** What is known of a client here: its registration, where the server is, and the secret if it was given one just now. */
export interface ClientSheet {
  readonly client: Client;
  readonly server: ServerAddresses;
  readonly secret: string | null;
}

/** All that a client needs, for programs. */
export function sheetData({ client, server, secret }: ClientSheet): Record<string, unknown> {
  return {
    ...representationOfClient(client),
    ...(secret === null ? {} : { client_secret: secret }),
    disabled: client.disabledAt !== null,
    server: addressesFor(client, server),
    snippet: snippetFor(client, server),
  };
}

/** All that a client needs, for people. @param headline what became of it */
export function sheetText(headline: string, { client, server, secret }: ClientSheet): string {
  const { metadata } = client;
  const rows: [string, string][] = [
    ['client_name', nameOf(client)],
    ['client_id', client.id],
    ...(secret === null ? [] : [['client_secret', `${secret}   (not shown again)`] as [string, string]]),
    ['authentication', metadata.token_endpoint_auth_method],
    ['grant_types', metadata.grant_types.join(' ')],
    ...metadata.redirect_uris.map((uri): [string, string] => ['redirect_uri', uri]),
    ['scope', metadata.scope === '' ? 'none' : metadata.scope],
    ...Object.entries(addressesFor(client, server)),
    ...(client.disabledAt === null ? [] : [['disabled', 'yes'] as [string, string]]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const facts = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const snippet = snippetFor(client, server);
  return [headline, '', ...facts, ...(snippet === null ? [] : ['', snippet])].join('\n');
}

/** The addresses that a client of this kind asks; those that serve others only confuse. */
function addressesFor(client: Client, { issuer, ...endpoints }: ServerAddresses): Record<string, string> {
  const { metadata } = client;
  const idle = new Set([
    ...(metadata.response_types.length > 0 ? [] : ['authorization_endpoint', 'pushed_authorization_request_endpoint']),
    ...(metadata.grant_types.includes(GrantType.deviceCode) ? [] : ['device_authorization_endpoint']),
    ...(isPublicClient(client) ? ['introspection_endpoint'] : []),
  ]);
  return { issuer, ...Object.fromEntries(Object.entries(endpoints).filter(([name]) => !idle.has(name))) };
}
