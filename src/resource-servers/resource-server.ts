import type { ResourceServerRow } from './resource-server.entity';

/** A scope of a resource server, and what people are told of it. */
export interface ResourceServerScope {
  readonly name: string;
  /** What it allows, in words that complete "This lets the app …". */
  readonly description: string;
}

/** How the tokens of a resource server are made, and who may ask about them. */
export interface ResourceServerProperties {
  readonly name: string;
  readonly scopes: readonly ResourceServerScope[];
  readonly tokenFormat: 'jwt' | 'opaque';
  /** Seconds; null for what holds elsewhere. */
  readonly accessTokenLifetime: number | null;
  /** The ids of the clients that may introspect its tokens. */
  readonly introspectionClients: readonly string[];
}

/** An API whose access tokens this server issues. */
export interface ResourceServer extends ResourceServerProperties {
  readonly id: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A resource server as the rest of the house knows it. */
export function resourceServerOf(row: ResourceServerRow): ResourceServer {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as ResourceServerScope[],
    tokenFormat: row.token_format,
    accessTokenLifetime: row.access_token_lifetime,
    introspectionClients: JSON.parse(row.introspection_clients) as string[],
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
