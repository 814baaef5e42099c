import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PersonClaims } from '../../auth/person-claims';
import type { Transaction } from '../../database/transaction';
import { ProfileStore } from '../../users/profile.store';
import { STANDARD_CLAIM_TABLE, type StandardClaim } from '../../users/standard-claims';
import { mayUseAccount } from '../../users/user.entity';
import { matching, type WantedClaims } from '../claims-parameter/claims-request';

/** For how many lists of scopes it is remembered what they ask for. */
const REMEMBERED = 200;

/** How wanted claims are found: their names, and how the account tells those that it knows. */
interface Telling {
  readonly names: ReadonlySet<string>;
  readonly own: readonly (readonly [name: string, claim: StandardClaim])[];
}

/** Tells what is known of people: what their accounts say, by one statement, and what feature modules know. */
@Injectable()
export class ToldClaims {
  private readonly byScopes = new LRUCache<string, WantedClaims>({ max: REMEMBERED });
  private readonly tellings = new WeakMap<WantedClaims, Telling>();

  constructor(
    private readonly people: ProfileStore,
    private readonly claims: PersonClaims,
  ) {}

  /** The claims that these scopes ask for, whatever their values. */
  ofScopes(scopes: readonly string[]): WantedClaims {
    const key = scopes.join(' ');
    const known = this.byScopes.get(key);
    if (known !== undefined) return known;
    const wanted = Object.fromEntries([...this.claims.namesFor(scopes)].map((name) => [name, null]));
    this.byScopes.set(key, wanted);
    return wanted;
  }

  /**
   * Those of the wanted claims that are known (OpenID Connect Core §5.3.2); null where there is nobody any more, or they may not be let in.
   * @param source the unit of work where there is one
   */
  async of(
    userId: string,
    wanted: WantedClaims,
    source?: Pick<Transaction, 'query'>,
  ): Promise<Readonly<Record<string, unknown>> | null> {
    const person = await this.people.find(userId, source);
    if (person === null || !mayUseAccount(person)) return null;
    const { names, own } = this.tellingOf(wanted);
    const told: Record<string, unknown> = {};
    for (const [name, claim] of own) {
      const value = claim.tell(person);
      if (value !== null && value !== undefined) told[name] = value;
    }
    Object.assign(told, await this.claims.of(userId, names));
    return matching(told, wanted);
  }

  private tellingOf(wanted: WantedClaims): Telling {
    const known = this.tellings.get(wanted);
    if (known !== undefined) return known;
    const names = new Set(Object.keys(wanted));
    const own = [...names].flatMap((name) => {
      const claim = STANDARD_CLAIM_TABLE.get(name);
      return claim === undefined ? [] : [[name, claim] as const];
    });
    const telling = { names, own };
    this.tellings.set(wanted, telling);
    return telling;
  }
}
