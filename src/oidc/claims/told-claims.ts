import { Injectable } from '@nestjs/common';
import { PersonClaims, toldOf } from '../../auth/person-claims';
import type { Transaction } from '../../database/transaction';
import { ProfileStore } from '../../users/profile-store';
import { STANDARD_CLAIM_TABLE } from '../../users/standard-claims';
import { mayUseAccount } from '../../users/user.entity';
import { matching, type WantedClaims } from '../claims-parameter/claims-request';

/** Tells what is known of people: what their accounts say, by one statement, and what feature modules know. */
@Injectable()
export class ToldClaims {
  constructor(
    private readonly people: ProfileStore,
    private readonly claims: PersonClaims,
  ) {}

  /** The claims that these scopes ask for, whatever their values. */
  ofScopes(scopes: readonly string[]): WantedClaims {
    return Object.fromEntries([...this.claims.namesFor(scopes)].map((name) => [name, null]));
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
    const names = new Set(Object.keys(wanted));
    const own = [...names].map((name) => [name, STANDARD_CLAIM_TABLE.get(name)?.tell(person)] as const);
    const told = { ...Object.fromEntries(toldOf(own, names)), ...(await this.claims.of(userId, names)) };
    return matching(told, wanted);
  }
}
