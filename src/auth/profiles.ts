import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { ProfileStore } from '../users/profile.store';
import { isEmailVerified, isPhoneVerified, type SaidClaims, type UserWithProfile } from '../users/standard-claims';
import { AccountChanges } from './account-changes';
import { AccountDetails, type AskedProfile } from './account-details';
import type { CurrentPerson } from './current-person';
import { PasswordAuthenticator } from './password-authenticator';
import { admitted, personOf } from './people';
import { SignInLimits } from './sign-in-limits';

/** A change that a person asks for; what is undefined stays. */
export interface ProfileChange extends AskedProfile {
  readonly currentPassword?: string | undefined;
}

/** A person and what is known of them. */
export interface Profile extends CurrentPerson {
  /** Whether the address was found to be theirs. */
  readonly emailVerified: boolean;
  readonly phoneNumberVerified: boolean;
  /** What they say of themselves, by the names of the standard claims (OpenID Connect Core §5.1). */
  readonly claims: SaidClaims;
}

/** Shows and changes what people say of themselves. */
@Injectable()
export class Profiles {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
    private readonly details: AccountDetails,
    private readonly passwords: PasswordAuthenticator,
    private readonly changes: AccountChanges,
    private readonly limits: SignInLimits,
  ) {}

  /** @throws {Problem} not_found */
  async get(id: string): Promise<Profile> {
    const user = await this.profiles.find(id);
    if (user === null) throw new Problem('not_found');
    return profileOf(user);
  }

  /**
   * The profile of whoever a token speaks for, by one look at the database.
   * @throws {InvalidToken} when there is nobody any more, or they may not be let in
   */
  async behind(userId: string): Promise<Profile> {
    return profileOf(admitted(await this.profiles.find(userId)));
  }

  /**
   * @throws {Problem} validation_failed, identity_taken, or what {@link PasswordAuthenticator.confirm} throws: the address is where an
   * account is recovered, so a stolen token alone must not be able to change it (AUT-26)
   */
  async change(person: CurrentPerson, change: ProfileChange, origin: RequestOrigin): Promise<Profile> {
    const profile = this.details.checkProfile(change);
    const isMove = profile.email !== undefined && profile.email.display !== person.email;
    const checkedHash = isMove ? await this.confirm(person.id, change.currentPassword, origin) : null;
    await this.unitOfWork.run(async (transaction) => {
      // Whoever knew only the password before the present one does not take the account along.
      if (checkedHash !== null) await this.passwords.assertCurrent(transaction, person.id, checkedHash);
      const outcome = await this.changes.changeProfile(transaction, person.id, profile, origin);
      if (outcome === 'taken') throw new Problem('identity_taken');
      if (outcome === 'unknown') throw new Problem('not_found');
    });
    return this.get(person.id);
  }

  private confirm(id: string, password: string | undefined, origin: RequestOrigin): Promise<string> {
    if (password !== undefined) return this.confirmMove(id, password, origin);
    const detail = 'Give your current password to change the e-mail address.';
    throw new Problem('validation_failed', { errors: [{ pointer: '#/currentPassword', detail }] });
  }

  /** A new address tells whether somebody has it, as registering does: both use the same points (AUT-01). */
  private async confirmMove(id: string, password: string, origin: RequestOrigin): Promise<string> {
    await this.limits.registration(origin);
    return this.passwords.confirm(id, password, origin);
  }
}

function profileOf(user: UserWithProfile): Profile {
  return {
    ...personOf(user),
    emailVerified: isEmailVerified(user),
    phoneNumberVerified: isPhoneVerified(user),
    claims: user.said,
  };
}
