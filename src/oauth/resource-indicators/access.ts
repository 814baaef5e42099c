import { type Client, mayUseGrant, scopesOf } from '../../clients/client';
import { GrantType } from '../../protocol/grant-types';
import { InvalidScope, InvalidTarget } from '../../protocol/request-errors';
import { resourceFault } from '../../protocol/resource-indicator';
import { parseScope } from '../../protocol/scope';
import type { Catalog, CatalogedScope } from './scope-catalog';

/** The scope that asks for tokens which outlive the sign-in (OpenID Connect Core §11). */
export const OFFLINE_ACCESS = 'offline_access';

/** What a client wants, or has been granted: scopes, and the resource servers where they count. */
export interface Access {
  readonly scopes: readonly string[];
  /** Identifiers; at least one. */
  readonly audience: readonly string[];
  /** The names of the claims about the person beyond those that the scopes ask for (OpenID Connect Core §5.5). */
  readonly claims?: readonly string[];
}

/** What a client asks for in a request. */
export interface RequestedAccess {
  /** The parameter `scope`; left out it asks for no scopes. */
  readonly scope: string | undefined;
  /** The parameters `resource` (RFC 8707 §2). */
  readonly resources: readonly string[];
}

/**
 * What a request asks for, if the client may ask for it.
 *
 * Without `scope` no scopes are given (RFC 6749 §3.3 leaves the default to the server). Without `resource` the scopes say which resource
 * server is meant, and without scopes of any it is this server's own API.
 * @throws {InvalidScope} for a scope that is malformed, unknown, or not among the client's
 * @throws {InvalidTarget} for a resource that is malformed, unknown, or not for this client; or where the scopes are those of several
 */
export function requestedAccess(
  { scope, resources }: RequestedAccess,
  client: Client,
  catalog: Catalog,
  ownResource: string,
): Access {
  const scopes = readScope(scope);
  const known = scopes.map((name) => scopeNamed(name, client, catalog));
  const named = [...new Set(resources)];
  for (const resource of named) assertMayTarget(resource, client, catalog, ownResource);
  const audience = named.length > 0 ? named : inferredAudience(known, ownResource);
  for (const scopesOfName of known) {
    const belongs = scopesOfName.some((scope) => isOf(scope, audience));
    // RFC 8707 §2: scopes count at the resources that are named, and these are not theirs.
    if (!belongs) throw new InvalidScope('A scope belongs to none of the resources that the request names.');
  }
  return { scopes, audience };
}

/**
 * A part of what was granted, as a later request names it (RFC 6749 §6, RFC 8707 §2.2). Resources that are gone meanwhile, or that the client may not
 * have tokens for any more, are left out where the request does not name them.
 * @throws {InvalidScope} for a scope that was not granted
 * @throws {InvalidTarget} for a resource that it was not granted for or may not be had any more, and where no resource is left
 */
export function narrowedAccess(
  { scope, resources }: RequestedAccess,
  granted: Access,
  client: Client,
  catalog: Catalog,
  ownResource: string,
): Access {
  const named = [...new Set(resources)];
  if (named.some((resource) => !granted.audience.includes(resource))) {
    throw new InvalidTarget('The grant is not for that resource (RFC 8707 §2.2).');
  }
  const wanted = scope === undefined ? granted.scopes : readScope(scope);
  if (wanted.some((name) => !granted.scopes.includes(name))) {
    throw new InvalidScope('The scope goes beyond what was granted (RFC 6749 §6).');
  }
  for (const resource of named) assertMayTarget(resource, client, catalog, ownResource);
  const left = granted.audience.filter((resource) => targetFault(resource, client, catalog, ownResource) === null);
  // RFC 8707 §2.2: what was granted may be had as long as the server lets it be had.
  if (left.length === 0) throw new InvalidTarget('Nothing is left of the resources that were granted.');
  const audience = named.length > 0 ? named : left;
  return { scopes: wanted.filter((name) => countsAt(name, audience, catalog)), audience };
}

/** Whether a scope means something at one of these resource servers, or to this server itself. */
export function countsAt(name: string, audience: readonly string[], catalog: Catalog): boolean {
  return catalog.scopes.some((scope) => scope.name === name && isOf(scope, audience));
}

function isOf({ resource }: CatalogedScope, audience: readonly string[]): boolean {
  return resource === null || audience.includes(resource);
}

/**
 * What of some scopes may be given now: those that still mean something where they are to count, that the client may still have, and that the person's
 * roles allow.
 * @param roles null where no person is involved: then there is nothing that roles could allow
 */
export function permittedScopes(
  { scopes, audience }: Access,
  client: Client,
  roles: readonly string[] | null,
  catalog: Catalog,
): string[] {
  const allowed = new Set(scopesOf(client));
  return scopes.filter((name) => {
    if (!allowed.has(name) && !isOffline(name, client)) return false;
    const counting = catalog.scopes.filter((scope) => scope.name === name && isOf(scope, audience));
    // At every resource server that the token is for: of a namesake at another one the token does not speak.
    return counting.length > 0 && counting.every((scope) => isForRoles(scope, roles));
  });
}

function isForRoles({ roles: needed }: CatalogedScope, roles: readonly string[] | null): boolean {
  return needed === undefined || (roles !== null && needed.some((role) => roles.includes(role)));
}

/** Whoever may refresh may ask for offline access, without having it among its scopes. */
function isOffline(name: string, client: Client): boolean {
  return name === OFFLINE_ACCESS && mayUseGrant(client, GrantType.refreshToken);
}

function readScope(text: string | undefined): string[] {
  const scopes = text === undefined ? [] : parseScope(text);
  // RFC 6749 §3.3
  if (scopes === null) {
    throw new InvalidScope('The scope is malformed: scope-tokens with single spaces between them are expected.');
  }
  return scopes;
}

function scopeNamed(name: string, client: Client, catalog: Catalog): readonly CatalogedScope[] {
  const found = catalog.scopes.filter((scope) => scope.name === name);
  // RFC 6749 §3.3, §5.2: a scope that is unknown, or beyond what the client may ask for, is refused rather than left out.
  if (found.length === 0) throw new InvalidScope('The scope names one that this server does not know.');
  if (!scopesOf(client).includes(name) && !isOffline(name, client)) {
    throw new InvalidScope('The scope names one that this client is not registered for.');
  }
  return found;
}

function assertMayTarget(resource: string, client: Client, catalog: Catalog, ownResource: string): void {
  const fault = targetFault(resource, client, catalog, ownResource);
  // RFC 8707 §2
  if (fault !== null) throw new InvalidTarget(fault);
}

/** Why a client may have no tokens for a resource; null where it may. */
function targetFault(resource: string, client: Client, catalog: Catalog, ownResource: string): string | null {
  const fault = resourceFault(resource);
  if (fault !== null) return fault;
  if (resource === ownResource) return null;
  if (!catalog.resourceServers.has(resource)) return 'The resource is not one that this server knows.';
  const allowed = scopesOf(client);
  // RFC 8707 §2: a resource that the server is unwilling to issue tokens of this client for is an invalid target.
  const hasScope = catalog.scopes.some((scope) => scope.resource === resource && allowed.includes(scope.name));
  if (hasScope || client.metadata.resources.includes(resource)) return null;
  return 'The resource is not one that this client may have tokens for.';
}

function inferredAudience(scopes: readonly (readonly CatalogedScope[])[], ownResource: string): string[] {
  const owners = scopes.map((found) => new Set(found.flatMap(({ resource }) => resource ?? [])));
  const candidates = owners.filter(({ size }) => size > 0);
  const [first] = candidates;
  if (first === undefined) return [ownResource];
  const common = [...first].filter((resource) => candidates.every((each) => each.has(resource)));
  if (common.includes(ownResource)) return [ownResource];
  // RFC 9068 §3: where the scopes do not say which resource is meant, the request is refused.
  if (common.length !== 1) {
    throw new InvalidTarget('The scopes are those of several resources: name the one that is meant with resource.');
  }
  return common;
}
