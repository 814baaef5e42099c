import { Injectable } from '@nestjs/common';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import { InvalidToken } from '../protocol/errors';
import { TokenFamilies } from '../tokens/token-families';
import type { TokenFamily } from '../tokens/token-family.entity';
import { mayUseAccount, rolesOf, type User } from '../users/user.entity';
import { UserStore } from '../users/user.store';
import type { CurrentPerson } from './current-person';
import type { TokenHolders } from './token-holders';

/** Finds the people behind tokens. */
@Injectable()
export class People implements TokenHolders {
  constructor(
    private readonly users: UserStore,
    private readonly families: TokenFamilies,
  ) {}

  /**
   * The person of that `sub`; null where a token has none.
   * @throws {InvalidToken} when there is nobody any more, or they are disabled or locked
   */
  async load(userId: string | null): Promise<CurrentPerson | null> {
    if (userId === null) return null;
    return personOf(admitted(await this.users.find(userId)));
  }

  /** The family of a live refresh token, or null. What another client was given opens nothing here. */
  async familyOf(refreshToken: string): Promise<TokenFamily | null> {
    return ofFirstParty(await this.families.findLive(refreshToken));
  }

  /** The family of a refresh token whose answer may have been lost, or null: to sign out with, not to be let in. */
  async familyToEnd(refreshToken: string): Promise<TokenFamily | null> {
    return ofFirstParty(await this.families.findAnswerable(refreshToken));
  }
}

function ofFirstParty(family: TokenFamily | null): TokenFamily | null {
  return family?.client_id === FIRST_PARTY_CLIENT_ID ? family : null;
}

/** @returns the person, who may be let in @throws {InvalidToken} when there is nobody any more, or they are disabled or locked */
export function admitted<Person extends User>(person: Person | null): Person {
  if (person !== null && mayUseAccount(person)) return person;
  throw new InvalidToken('revoked', 'the person may not be let in');
}

/** A person as features and the API see them. */
export function personOf(user: User): CurrentPerson {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    displayName: user.display_name,
    roles: rolesOf(user),
  };
}
