import type { MetadataMembers } from '../metadata/metadata-contributions';
import type { ClientAuthenticationMethods } from './client-authentication-method';

/** Of an endpoint at which clients authenticate: with which methods, and which algorithms of assertions (RFC 8414 §2). */
export function authenticationMetadata(
  endpoint: string,
  methods: ClientAuthenticationMethods,
  { publicToo }: { readonly publicToo: boolean },
): MetadataMembers {
  const names = methods.names.filter((name) => publicToo || name !== 'none');
  const algorithms = methods.all.flatMap(({ algorithms: some = [] }) => some);
  return {
    [`${endpoint}_auth_methods_supported`]: names,
    ...(algorithms.length === 0
      ? {}
      : { [`${endpoint}_auth_signing_alg_values_supported`]: [...new Set(algorithms)].sort() }),
  };
}
