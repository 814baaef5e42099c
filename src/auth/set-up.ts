import { Inject, Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { SETTINGS, type Settings } from '../config/settings';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { SetUpLinkStore } from '../users/set-up-link.store';
import { ADMIN_ROLE } from '../users/user.entity';
import { AccountChanges } from './account-changes';
import { AccountDetails, type NewAccount } from './account-details';

/** Where the link leads. */
export const SET_UP_PATH = '/set-up';

/** Makes the first administrator of a server in development: whoever reads what it prints at its start, and nobody else. */
@Injectable()
export class SetUp {
  constructor(
    private readonly links: SetUpLinkStore,
    private readonly details: AccountDetails,
    private readonly changes: AccountChanges,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Makes a link for whoever has started the server, to be shown to nobody else; null where none is needed. */
  async begin(): Promise<string | null> {
    if (this.settings.mode !== 'development' || !(await this.isNeeded())) return null;
    const secret = await this.unitOfWork.run((transaction) => this.links.make(transaction));
    return `${this.settings.issuer}${SET_UP_PATH}?link=${secret}`;
  }

  /** Whether nobody has become an administrator yet. */
  isNeeded(): Promise<boolean> {
    return this.links.isNeeded();
  }

  /** @throws {Problem} gone */
  async assertGood(secret: string | null): Promise<void> {
    if (secret === null || !(await this.links.isGood(secret))) throw usedUp();
  }

  /**
   * Makes the first administrator. @returns their id
   * @throws {Problem} gone; validation_failed or identity_taken, after which the link is as good as before
   */
  async complete(secret: string | null, account: NewAccount, origin: RequestOrigin): Promise<string> {
    await this.assertGood(secret);
    const user = await this.details.check({ ...account, roles: [ADMIN_ROLE] });
    return this.unitOfWork.run(async (transaction) => {
      if (!(await this.links.use(transaction, secret ?? ''))) throw usedUp();
      const id = await this.changes.add(transaction, user, { ...origin, by: 'set-up' });
      if (id === null) throw new Problem('identity_taken');
      return id;
    });
  }
}

function usedUp(): Problem {
  return new Problem('gone', {
    detail:
      'This link was used, is too old, or there is an administrator already. Sign in; or, if nobody is one, start the server again for a new link.',
  });
}
