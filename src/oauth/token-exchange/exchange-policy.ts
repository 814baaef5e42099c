import { type Client, scopesOf } from '../../clients/client';
import type { TokenExchangeRule } from '../../clients/token-exchange-rules';
import { InvalidScope, InvalidTarget } from '../../protocol/request-errors';
import { parseScope, storedScopes } from '../../protocol/scope';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { Access } from '../resource-indicators/access';
import { isOfAudience } from '../resource-indicators/audience-clients';
import type { Catalog } from '../resource-indicators/scope-catalog';

/**
 * The rule by which a client may exchange tokens for that resource server.
 * @throws {InvalidTarget} where no administrator has made one: then it may not (RFC 8693 §2.2.2)
 */
export function ruleFor(
  target: string,
  { metadata }: Client,
  catalog: Catalog,
  ownResource: string,
): TokenExchangeRule {
  const rule = metadata.token_exchange.find(({ audience }) => audience === target);
  const isKnown = target === ownResource || catalog.resourceServers.has(target);
  if (rule === undefined || !isKnown) {
    throw new InvalidTarget('This client may not exchange tokens for that resource.');
  }
  return rule;
}

/**
 * Whether a client may present a token for exchange: it was given to that client, or is meant for the resource server whose client that is, and
 * the rule does not exclude the one that it was given to. Whoever has come by somebody else's token gets no other one for it (EXT-06).
 */
export function mayPresent(
  client: Client,
  subject: AccessTokenClaims,
  { subject_clients: clients }: TokenExchangeRule,
  catalog: Catalog,
): boolean {
  const isOwn = subject.client_id === client.id || isOfAudience(client, subject, catalog);
  return isOwn && (clients === undefined || clients.includes(subject.client_id));
}

/**
 * What the new token is for: of what the subject token had, that which the resource server knows; as much of it as is asked for, and as the client
 * is registered for. For a resource server that the subject token was not for, the rule can add scopes of its own: what was given elsewhere says
 * nothing there. What the person's roles do not allow is taken off later, as from every token.
 * @throws {InvalidScope} for a scope that is none of these
 */
export function exchangedAccess(
  scope: string | undefined,
  client: Client,
  subject: AccessTokenClaims,
  rule: TokenExchangeRule,
  catalog: Catalog,
): Access {
  const { audience: target } = rule;
  const carried = storedScopes(subject.scope).filter((name) => isScopeOf(target, name, catalog));
  const added = isFor(target, subject) ? [] : scopesOfRule(rule);
  const registered = scopesOf(client);
  const possible = [...new Set([...carried, ...added])].filter((name) => registered.includes(name));
  if (scope === undefined) return { scopes: possible, audience: [target] };
  const wanted = parseScope(scope);
  // RFC 6749 §3.3, §5.2
  if (wanted === null || wanted.some((name) => !possible.includes(name))) {
    throw new InvalidScope(
      'The scope goes beyond what the subject_token has, and what this client may add to it there.',
    );
  }
  return { scopes: wanted, audience: [target] };
}

function isFor(target: string, { aud }: AccessTokenClaims): boolean {
  return aud === target || (typeof aud !== 'string' && aud.includes(target));
}

function scopesOfRule({ scopes = '' }: TokenExchangeRule): readonly string[] {
  return storedScopes(scopes);
}

/** Scopes of the protocol, such as offline access, are no part of it: they were for the client that asked the person. */
function isScopeOf(target: string, name: string, { scopes }: Catalog): boolean {
  return scopes.some((scope) => scope.name === name && scope.resource === target);
}
