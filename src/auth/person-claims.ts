import { Injectable } from '@nestjs/common';

/** What an application may be told about a person, from one source: a feature module, for one. */
export interface PersonClaimsSource {
  /** The names of the claims by the scope that asks for all of them (OpenID Connect Core §5.4). */
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  /**
   * Scopes in words that complete "This lets the app …". One that has words here need not be described on a controller, and belongs to no resource
   * server: it can be asked for beside the scopes of any.
   */
  readonly scopeWords?: Readonly<Record<string, string>>;
  /** Claims in words that complete "The application wants to know …", for applications that ask for them one by one. */
  readonly claimWords?: Readonly<Record<string, string>>;
  /**
   * @param wanted the names of this source's claims that are asked for; at least one
   * @returns those of them that are known; null and undefined count as unknown
   */
  claimsOf(
    userId: string,
    wanted: ReadonlySet<string>,
  ): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
}

/** The claims that an ID token has anyway, or that say what an object is: they are about no person's qualities, and no source tells them. */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set([
  ...[
    'iss',
    'sub',
    'aud',
    'exp',
    'iat',
    'nbf',
    'jti',
    'nonce',
    'auth_time',
    'acr',
    'amr',
    'azp',
    'sid',
    'cnf',
    'events',
  ],
  ...['at_hash', 'c_hash', 's_hash', '_claim_names', '_claim_sources', '__proto__'],
]);

/** Everything that can be told about people, from all sources. */
@Injectable()
export class PersonClaims {
  private readonly sources: { readonly source: PersonClaimsSource; readonly names: ReadonlySet<string> }[] = [];
  private readonly byScope = new Map<string, readonly string[]>();
  private readonly scopeWords = new Map<string, string>();
  private readonly claimWords = new Map<string, string>();

  /**
   * Adds a source; of two that know the same claim the later one wins.
   * @throws {Error} for a claim that belongs to the protocol
   */
  register(source: PersonClaimsSource): void {
    this.describe(source);
    this.sources.push({ source, names: new Set(Object.values(source.scopes).flat()) });
  }

  /**
   * Makes claims known which whoever tells them knows by itself: those of the account.
   * @throws {Error} for a claim that belongs to the protocol
   */
  describe({ scopes, scopeWords = {}, claimWords = {} }: Omit<PersonClaimsSource, 'claimsOf'>): void {
    for (const [scope, names] of Object.entries(scopes)) {
      const reserved = names.find((name) => OF_THE_PROTOCOL.has(name));
      if (reserved !== undefined) throw new Error(`The claim ${reserved} is no claim about people.`);
      this.byScope.set(scope, [...new Set([...(this.byScope.get(scope) ?? []), ...names])]);
    }
    for (const [name, text] of Object.entries(scopeWords)) this.scopeWords.set(name, text);
    for (const [name, text] of Object.entries(claimWords)) this.claimWords.set(name, text);
  }

  /** The names of all claims. */
  get names(): readonly string[] {
    return [...new Set([...this.byScope.values()].flat())];
  }

  /** The scopes that sources describe, and what people are told of them. */
  get scopes(): readonly { readonly name: string; readonly description: string }[] {
    return [...this.scopeWords].map(([name, description]) => ({ name, description }));
  }

  /** What a claim is, in words that complete "The application wants to know …"; its name where nobody has found any. */
  wordsFor(name: string): string {
    return this.claimWords.get(name) ?? name;
  }

  /** The names of the claims that scopes ask for. */
  namesFor(scopes: readonly string[]): Set<string> {
    return new Set(scopes.flatMap((scope) => this.byScope.get(scope) ?? []));
  }

  /** What the sources know of a person, of the claims of these names. */
  async of(userId: string, names: ReadonlySet<string>): Promise<Record<string, unknown>> {
    const known: [string, unknown][] = [];
    for (const { source, names: its } of this.sources) {
      const wanted = new Set([...its].filter((name) => names.has(name)));
      if (wanted.size === 0) continue;
      // OpenID Connect Core §5.3.2: what is not known is left out, and nothing is told that was not asked for.
      known.push(...toldOf(Object.entries(await source.claimsOf(userId, wanted)), wanted));
    }
    return Object.fromEntries(known);
  }
}

/** Those of some claims that are asked for and known. */
export function toldOf(
  claims: readonly (readonly [string, unknown])[],
  wanted: Pick<ReadonlySet<string>, 'has'>,
): [string, unknown][] {
  return claims.flatMap(([name, value]) =>
    wanted.has(name) && value !== null && value !== undefined ? [[name, value]] : [],
  );
}
