import { listOf, MetadataFault, scopeOf, textOf, wordOf } from './metadata-field';
import { audienceOf } from './metadata-values';

/** How the client that exchanges a token shows in the new one: as who acts for the person, or not at all (RFC 8693 §1.1). */
export type ExchangeMode = 'delegation' | 'impersonation';

/** What a client may exchange access tokens of people for. Without a rule it may exchange none. */
export interface TokenExchangeRule {
  /** The identifier of the resource server that the new tokens are for. */
  readonly audience: string;
  readonly mode: ExchangeMode;
  /** Scopes that the new tokens may have where the old ones were for other resource servers; separated by spaces. */
  readonly scopes?: string;
  /** The clients whose tokens may be exchanged; without it, those of any. */
  readonly subject_clients?: readonly string[];
}

const MOST_RULES = 50;

const MEMBERS: Readonly<Record<keyof TokenExchangeRule, (value: unknown) => unknown>> = {
  audience: audienceOf,
  mode: wordOf('delegation', 'impersonation'),
  scopes: scopeOf,
  subject_clients: (value) => {
    const clients = listOf(MOST_RULES, textOf(2_048))(value);
    // An empty list would read like "any" to some, and like "none" to others.
    if (clients.length === 0) throw new MetadataFault('must name a client, or be left out');
    return clients;
  },
};

/** Their JSON Schema, for the documentation. */
export const TOKEN_EXCHANGE_SCHEMA = {
  type: 'array',
  maxItems: MOST_RULES,
  items: {
    type: 'object',
    required: ['audience', 'mode'],
    additionalProperties: false,
    properties: {
      audience: { type: 'string', format: 'uri' },
      mode: { type: 'string', enum: ['delegation', 'impersonation'] },
      scopes: { type: 'string' },
      subject_clients: { type: 'array', items: { type: 'string' }, minItems: 1 },
    },
  },
  examples: [[{ audience: 'https://orders.example.com', mode: 'delegation', scopes: 'orders:read' }]],
};

/** Reads the rules, one for each resource server. @throws {MetadataFault} */
export function tokenExchangeRulesOf(value: unknown): readonly TokenExchangeRule[] {
  const rules = listOf(MOST_RULES, ruleOf)(value);
  if (new Set(rules.map(({ audience }) => audience)).size !== rules.length) {
    throw new MetadataFault('must not have two rules for the same audience');
  }
  return rules;
}

function ruleOf(value: unknown): TokenExchangeRule {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MetadataFault('must be a list of rules');
  }
  const given = value as Readonly<Record<string, unknown>>;
  if (Object.keys(given).some((name) => !Object.hasOwn(MEMBERS, name))) {
    throw new MetadataFault(`must have rules of ${Object.keys(MEMBERS).join(', ')}, and nothing else`);
  }
  for (const name of ['audience', 'mode']) {
    if (!Object.hasOwn(given, name)) throw new MetadataFault(`must have ${name} in each rule`);
  }
  const read = Object.entries(given).map(
    ([name, part]) => [name, memberOf(name as keyof typeof MEMBERS, part)] as const,
  );
  return Object.fromEntries(read) as unknown as TokenExchangeRule;
}

function memberOf(name: keyof typeof MEMBERS, value: unknown): unknown {
  try {
    return MEMBERS[name](value);
  } catch (error) {
    if (!(error instanceof MetadataFault)) throw error;
    throw new MetadataFault(`has a rule whose ${name} ${error.message}`, [name, ...error.path]);
  }
}
