import { Injectable } from '@nestjs/common';

/** What an application may be told about a person, from one source: the account, or a feature module. */
export interface PersonClaimsSource {
  /** The names of the claims by the scope that asks for all of them (OpenID Connect Core §5.4). */
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  /**
   * @param wanted the names of this source's claims that are asked for; at least one
   * @returns those of them that are known; null and undefined count as unknown
   */
  claimsOf(
    userId: string,
    wanted: ReadonlySet<string>,
  ): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
}

/** Everything that can be told about people, from all sources. */
@Injectable()
export class PersonClaims {
  private readonly sources: { readonly source: PersonClaimsSource; readonly names: ReadonlySet<string> }[] = [];
  private readonly byScope = new Map<string, readonly string[]>();

  /** Adds a source; of two that know the same claim the later one wins. */
  register(source: PersonClaimsSource): void {
    this.sources.push({ source, names: new Set(Object.values(source.scopes).flat()) });
    for (const [scope, names] of Object.entries(source.scopes)) {
      this.byScope.set(scope, [...new Set([...(this.byScope.get(scope) ?? []), ...names])]);
    }
  }

  /** The names of all claims. */
  get names(): readonly string[] {
    return [...new Set(this.sources.flatMap(({ names }) => [...names]))];
  }

  /** The names of the claims that scopes ask for. */
  namesFor(scopes: readonly string[]): Set<string> {
    return new Set(scopes.flatMap((scope) => this.byScope.get(scope) ?? []));
  }

  /** What is known of a person, of the claims of these names. */
  async of(userId: string, names: ReadonlySet<string>): Promise<Record<string, unknown>> {
    const known: Record<string, unknown> = {};
    for (const { source, names: its } of this.sources) {
      const wanted = new Set([...its].filter((name) => names.has(name)));
      if (wanted.size === 0) continue;
      for (const [name, value] of Object.entries(await source.claimsOf(userId, wanted))) {
        // OpenID Connect Core §5.3.2: what is not known is left out, and nothing is told that was not asked for.
        if (wanted.has(name) && value !== null && value !== undefined) known[name] = value;
      }
    }
    return known;
  }
}
