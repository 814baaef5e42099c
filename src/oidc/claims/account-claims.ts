import { Injectable } from '@nestjs/common';
import type { PersonClaimsSource } from '../../auth/person-claims';
import type { User } from '../../users/user.entity';
import { UserStore } from '../../users/user-store';

/** How each standard claim is told from an account (OpenID Connect Core §5.1). */
const CLAIMS = {
  name: (user: User) => user.display_name,
  preferred_username: (user: User) => user.username,
  updated_at: (user: User) => Math.floor(user.updated_at / 1_000),
  email: (user: User) => user.email,
} satisfies Record<string, (user: User) => unknown>;

/** What the account of a person tells of them. */
@Injectable()
export class AccountClaims implements PersonClaimsSource {
  // OpenID Connect Core §5.4
  readonly scopes = { profile: ['name', 'preferred_username', 'updated_at'], email: ['email'] };

  constructor(private readonly users: UserStore) {}

  async claimsOf(userId: string, wanted: ReadonlySet<string>): Promise<Readonly<Record<string, unknown>>> {
    const user = await this.users.find(userId);
    if (user === null) return {};
    const told = Object.entries(CLAIMS).filter(([name]) => wanted.has(name));
    return Object.fromEntries(told.map(([name, tell]) => [name, tell(user)]));
  }
}
