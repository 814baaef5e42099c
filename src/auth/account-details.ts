import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { canonicalEmail } from '../users/email-address';
import { readSaidClaims, type SaidClaimsChange } from '../users/standard-claims';
import { checkPassword } from '../users/password-policy';
import type { User } from '../users/user.entity';
import type { NewUser } from '../users/user.store';
import { canonicalUsername, isReservedUsername } from '../users/username';
import { PasswordAuthenticator } from './password-authenticator';

/** An account as somebody asks for it. */
export interface NewAccount {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly displayName?: string | null | undefined;
  readonly roles?: readonly string[];
}

/** What somebody wants to say of themselves; what is undefined stays. */
export interface AskedProfile {
  readonly displayName?: string | null | undefined;
  readonly email?: string | undefined;
  /** Standard claims by their names; null takes one away. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** The same, found good. */
export interface CheckedProfile {
  readonly displayName?: string | null;
  readonly email?: NewUser['email'];
  readonly claims?: SaidClaimsChange;
}

interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** Finds out whether what somebody typed makes an account, and says all that is wrong at once. */
@Injectable()
export class AccountDetails {
  constructor(private readonly passwords: PasswordAuthenticator) {}

  /** @throws {Problem} validation_failed, with everything that has to be changed */
  async check(account: NewAccount): Promise<NewUser> {
    const faults: Fault[] = [];
    const username = canonicalUsername(account.username);
    const email = canonicalEmail(account.email);
    const roles = account.roles ?? [];
    if (!username.ok) faults.push({ pointer: '#/username', detail: username.reason });
    else if (roles.length === 0 && isReservedUsername(username.skeleton)) {
      faults.push({ pointer: '#/username', detail: 'This name is reserved; choose another one.' });
    }
    if (!email.ok) faults.push({ pointer: '#/email', detail: email.reason });
    const displayName = this.displayName(account.displayName, faults);
    faults.push(
      ...(await this.passwordFaults(account.password, '#/password', { ...account, displayName: displayName ?? '' })),
    );
    if (faults.length > 0 || !username.ok || !email.ok) throw new Problem('validation_failed', { errors: faults });
    return { username, email, displayName, roles, passwordHash: await this.passwords.hash(account.password) };
  }

  /** @returns the hash of a good password @throws {Problem} validation_failed */
  async checkPassword(password: string, user: User): Promise<string> {
    const context = { username: user.username, email: user.email, displayName: user.display_name ?? '' };
    const errors = await this.passwordFaults(password, '#/newPassword', context);
    if (errors.length > 0) throw new Problem('validation_failed', { errors });
    return this.passwords.hash(password);
  }

  /** A new display name and e-mail address, and what else people say of themselves. @throws {Problem} validation_failed */
  checkProfile(profile: AskedProfile): CheckedProfile {
    const faults: Fault[] = [];
    const email = profile.email === undefined ? undefined : canonicalEmail(profile.email);
    if (email?.ok === false) faults.push({ pointer: '#/email', detail: email.reason });
    const displayName = this.displayName(profile.displayName, faults);
    const said = profile.claims === undefined ? undefined : readSaidClaims(profile.claims);
    for (const { path, reason } of said?.faults ?? []) {
      faults.push({ pointer: `#/claims/${path.map(pointerStep).join('/')}`, detail: `It ${reason}.` });
    }
    if (faults.length > 0) throw new Problem('validation_failed', { errors: faults });
    return {
      ...(profile.displayName === undefined ? {} : { displayName }),
      ...(email?.ok === true ? { email } : {}),
      ...(said === undefined ? {} : { claims: said.claims }),
    };
  }

  private displayName(text: string | null | undefined, faults: Fault[]): string | null {
    if (text == null) return null;
    const name = text.normalize('NFC').trim();
    if (/[\p{Cc}\p{Cs}\p{Co}\p{Bidi_Control}\u2028\u2029]/u.test(name)) {
      faults.push({ pointer: '#/displayName', detail: 'Leave out control characters and line breaks.' });
    }
    return name === '' ? null : name;
  }

  private async passwordFaults(
    password: string,
    pointer: string,
    context: { username?: string; email?: string; displayName?: string },
  ): Promise<Fault[]> {
    const verdict = await checkPassword(password, context);
    return verdict.ok ? [] : verdict.problems.map((detail) => ({ pointer, detail }));
  }
}

/** A step of a JSON pointer (RFC 6901 §3). */
function pointerStep(step: string | number): string {
  return String(step).replaceAll('~', '~0').replaceAll('/', '~1');
}
