import { Inject, Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { SETTINGS, type Settings } from '../config/settings';
import { Problem } from '../http/problem';
import { Accounts } from './accounts';
import type { RegisterDto } from './register.dto';
import { SignInLimits } from './sign-in-limits';

/** Lets people make accounts for themselves, where that is allowed. */
@Injectable()
export class Registration {
  constructor(
    private readonly accounts: Accounts,
    private readonly limits: SignInLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whether people may make accounts for themselves. */
  get isOpen(): boolean {
    return this.settings.registration === 'open';
  }

  /**
   * Makes an account. @returns its id
   * @throws {Problem} registration_closed, rate_limited, validation_failed or identity_taken
   */
  async register({ username, email, password, displayName }: RegisterDto, origin: RequestOrigin): Promise<string> {
    if (!this.isOpen) throw new Problem('registration_closed');
    await this.limits.registration(origin);
    return this.accounts.create({ username, email, password, displayName }, origin);
  }
}
