import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings';
import { StartupError } from '../config/startup-error';
import { Problem } from '../http/problem';
import { ADMIN_ROLE } from '../users/user.entity';
import { UserStore } from '../users/user.store';
import { Accounts } from './accounts';

/** Makes the administrator of ADMIN_EMAIL and ADMIN_PASSWORD where there is none. */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap {
  constructor(
    private readonly users: UserStore,
    private readonly accounts: Accounts,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws {StartupError} when the settings make no account */
  async onApplicationBootstrap(): Promise<void> {
    const wanted = this.settings.firstAdministrator;
    if (wanted === null || (await this.users.countWithRole(ADMIN_ROLE)) > 0) return;
    try {
      await this.accounts.create({ username: 'admin', ...wanted, roles: [ADMIN_ROLE] });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Of two nodes that start together one finds the name taken: by the administrator whom the other has just made.
      if (error.code === 'identity_taken' && (await this.users.countWithRole(ADMIN_ROLE)) > 0) return;
      const reasons = (error.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(2)}: ${detail}`).join(' ');
      throw new StartupError(`ADMIN_EMAIL and ADMIN_PASSWORD do not make an administrator: ${reasons || error.title}`);
    }
  }
}
