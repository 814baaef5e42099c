import { Injectable } from '@nestjs/common';
import { ADMIN_ROLE, rolesOf, type User } from '../../users/user.entity';
import { isEmailVerified, isPhoneVerified } from '../../users/standard-claims';
import { UserStore } from '../../users/user.store';
import type { Change } from './change';
import { type Entry, refuseTwins } from './entries';
import { type KnownUser, UserPlanner } from './user-planner';
import { readUser, type WantedUser } from './user-reading';

/** Somebody whom there is once the file is applied. */
export interface PersonAfter {
  /** Undefined where it is made up only then. */
  readonly id: string | undefined;
  /** In the canonical form. */
  readonly username: string;
}

/** Tells who has that id, or else that user name in its canonical form, once the file is applied. */
export type PersonLookup = (
  who: { readonly id: string } | { readonly username: string },
) => Promise<PersonAfter | null>;

/** What the file makes of the people. */
export interface UserPlan {
  readonly changes: readonly Change[];
  readonly find: PersonLookup;
}

/** The people of the file, in the claims of OpenID Connect Core §5.1 that are kept here. */
@Injectable()
export class UserSection {
  constructor(
    private readonly users: UserStore,
    private readonly planner: UserPlanner,
  ) {}

  /**
   * What has to be done so that the people are those of the file.
   * @param prune whether there are no others
   * @param described the roles that are described afterwards; those that people have already are known too
   */
  async plan(entries: readonly Entry[] | null, prune: boolean, described: ReadonlySet<string>): Promise<UserPlan> {
    if (entries === null) return { changes: [], find: (who) => this.present(who) };
    const present = await this.users.all();
    const roles = new Set([ADMIN_ROLE, ...described, ...present.flatMap((user) => rolesOf(user))]);
    const wanted: WantedUser[] = [];
    for (const entry of entries) {
      const user = await readUser(entry, roles);
      if (user !== null) wanted.push(user);
    }
    refuseDoubles(wanted);
    const pairs = wanted.map((user) => ({ user, known: matchOf(user, present) }));
    const named = new Set(pairs.map(({ known }) => known?.id));
    const gone = prune ? present.filter(({ id }) => !named.has(id)) : [];
    for (const pair of pairs) {
      refuseTaken(
        pair,
        present.filter((user) => !gone.includes(user)),
      );
    }
    // Who becomes an administrator comes first, so that another one can cease to be.
    const inOrder = pairs.sort((one, other) => rank(one.user) - rank(other.user));
    const changes: Change[] = [];
    for (const { user, known } of inOrder) changes.push(...(await this.planner.changeTo(user, known)));
    return {
      changes: [...changes, ...gone.map((user) => this.planner.removalOf(user))],
      find: lookupIn([
        ...pairs.map(({ user, known }) => ({ id: known?.id ?? user.id, username: user.username.canonical })),
        ...present.filter((user) => !named.has(user.id) && !gone.includes(user)).map(personOf),
      ]),
    };
  }

  /** The people as the file says them, their passwords as hashes. */
  async export(): Promise<object[]> {
    return (await this.users.all()).map((user) => ({
      sub: user.id,
      preferred_username: user.username,
      email: user.email,
      ...(isEmailVerified(user) ? { email_verified: true } : {}),
      ...(user.display_name === null ? {} : { name: user.display_name }),
      ...user.said,
      ...(isPhoneVerified(user) ? { phone_number_verified: true } : {}),
      ...(user.roles === '' ? {} : { roles: rolesOf(user) }),
      ...(user.hash === null ? {} : { password_hash: user.hash }),
      ...(user.disabled_at === null ? {} : { disabled: true }),
      ...(user.locked_at === null ? {} : { locked: true }),
    }));
  }

  private async present(who: Parameters<PersonLookup>[0]): Promise<PersonAfter | null> {
    const user = 'id' in who ? await this.users.find(who.id) : await this.users.findByUsername(who.username);
    return user === null ? null : personOf(user);
  }
}

function personOf({ id, username_canonical: username }: User): PersonAfter {
  return { id, username };
}

function lookupIn(people: readonly PersonAfter[]): PersonLookup {
  const byId = new Map(people.map((person) => [person.id, person]));
  const byUsername = new Map(people.map((person) => [person.username, person]));
  return (who) => Promise.resolve(('id' in who ? byId.get(who.id) : byUsername.get(who.username)) ?? null);
}

function rank({ roles, disabled }: WantedUser): number {
  return roles.includes(ADMIN_ROLE) && disabled !== true ? 0 : 1;
}

function matchOf({ id, username }: WantedUser, present: readonly KnownUser[]): KnownUser | null {
  const isMeant = (user: User) => (id === undefined ? user.username_canonical === username.canonical : user.id === id);
  return present.find(isMeant) ?? null;
}

function refuseDoubles(wanted: readonly WantedUser[]): void {
  refuseTwins(wanted, 'sub', ({ id }) => id ?? null);
  refuseTwins(wanted, 'preferred_username', ({ username }) => username.skeleton);
  refuseTwins(wanted, 'email', ({ email }) => email.canonical);
}

/** Notes what the unique indexes would refuse in the end, so that it is told with all the rest. */
function refuseTaken(
  { user: { entry, username, email }, known }: { readonly user: WantedUser; readonly known: KnownUser | null },
  staying: readonly KnownUser[],
): void {
  const others = staying.filter(({ id }) => id !== known?.id);
  if (known !== null && known.username_canonical !== username.canonical) {
    entry.fault(
      'preferred_username is not that of the account with this sub, and cannot be changed.',
      'preferred_username',
    );
  } else if (others.some((other) => other.username_skeleton === username.skeleton)) {
    entry.fault('preferred_username is taken by another account, or looks like that of one.', 'preferred_username');
  }
  if (others.some((other) => other.email_canonical === email.canonical)) {
    entry.fault('email is that of another account.', 'email');
  }
}
