import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import type { Transaction } from '../../database/transaction';
import type { ExtendedAnswer, ResponseExtension } from '../../oauth/token-endpoint/response-extension';
import { grantedClaimsIn } from './granted-claims';
import { RequestedClaimsStore } from './requested-claims.store';

/** Keeps what was asked for claim by claim when a code is redeemed: it holds for all tokens that come of it (OpenID Connect Core §5.5). */
@Injectable()
export class RequestedClaimsExtension implements ResponseExtension {
  constructor(
    private readonly requested: RequestedClaimsStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async extend(
    transaction: Transaction | null,
    { request: { client }, order, response }: ExtendedAnswer,
  ): Promise<Readonly<Record<string, never>>> {
    const granted = grantedClaimsIn(order.context);
    if (granted === null || order.lineage === undefined || transaction === null) return {};
    const { refreshTokenAbsoluteLifetime: longest, accessTokenLifetime } = this.settings.tokens;
    const refreshable =
      response.refresh_token === undefined ? 0 : (client.metadata.refresh_token_absolute_lifetime ?? longest);
    await this.requested.keep(transaction, order.lineage, client.id, granted, refreshable + accessTokenLifetime);
    return {};
  }
}
