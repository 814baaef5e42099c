import { ACCOUNT_SCOPE } from '../../clients/account-scope';
import { GrantType } from '../../protocol/grant-types';
import type { Catalog } from '../resource-indicators/scope-catalog';
import { ROLES_SCOPE } from '../token-endpoint/token-pipeline';

/** What opens the account itself, or shows what its owner may do here, is not for strangers either. */
const FOR_ADMITTED_CLIENTS: readonly string[] = [ACCOUNT_SCOPE, ROLES_SCOPE];

/**
 * What a client that nobody has admitted is given, it is given by a person: it cannot act for itself (RFC 6749 §4.4) or trade in the tokens of others
 * (RFC 8693, RFC 7523 §2.1).
 */
export const UNADMITTED_GRANTS: readonly unknown[] = [
  GrantType.authorizationCode,
  GrantType.refreshToken,
  GrantType.deviceCode,
];

/**
 * The scopes that a client which nobody has admitted may ask people for: those that it names, or all where it names none (RFC 7591 §2 leaves that to
 * the server); of these, what anybody may have. What needs a role is not for strangers, whoever would let them have it.
 */
export function unadmittedScopes({ scopes }: Catalog, named: readonly string[]): readonly string[] {
  const open = scopes.filter(({ name, roles }) => roles === undefined && !FOR_ADMITTED_CLIENTS.includes(name));
  const names = open.map(({ name }) => name).filter((name) => named.length === 0 || named.includes(name));
  return [...new Set(names)];
}
