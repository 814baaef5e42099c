/**
 * Where the protected resource metadata of this server is (RFC 9728 §3): behind the issuer, since a proxy may have none but its path lead here; of an
 * issuer without a path it is the same place.
 */
export function resourceMetadataOf(issuer: string): string {
  return `${issuer}/.well-known/oauth-protected-resource`;
}
