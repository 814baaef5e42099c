/** A resource server, as it describes itself to clients. */
export interface ProtectedResource {
  readonly resource: string;
  readonly issuer: string;
  /** Those that the guards' decorators demand. */
  readonly scopes: readonly string[];
  readonly name?: string | undefined;
}

/** The protected resource metadata that every resource server has (RFC 9728 §2). */
export function protectedResourceMetadata({ resource, issuer, scopes, name }: ProtectedResource): object {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: name,
  };
}

/** Where the protected resource metadata of a resource is (RFC 9728 §3.1); null where its identifier is no address. */
export function resourceMetadataAddress(resource: string): string | null {
  const { protocol, origin, pathname } = new URL(resource);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}

/**
 * Where the protected resource metadata of this server is (RFC 9728 §3): behind the issuer, since a proxy may have none but its path lead here; of an
 * issuer without a path it is the same place.
 */
export function resourceMetadataOf(issuer: string): string {
  return `${issuer}/.well-known/oauth-protected-resource`;
}
