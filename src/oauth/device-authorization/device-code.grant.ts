import { Injectable } from '@nestjs/common';
import { EligibleHolders } from '../../auth/eligible-holders';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import type { OAuthError } from '../../protocol/errors';
import { GrantType } from '../../protocol/grant-types';
import {
  AccessDenied,
  AuthorizationPending,
  ExpiredToken,
  InvalidGrant,
  SlowDown,
} from '../../protocol/request-errors';
import type { TokenResponse } from '../../tokens/issue-order';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { answered, CommittedRefusal } from '../token-endpoint/committed-refusal';
import { firstOrder } from '../token-endpoint/first-order';
import { type Grant, GrantOf, type Issue } from '../token-endpoint/grant';
import { ReplayedCodes } from '../token-endpoint/replayed-codes';
import type { TokenRequest } from '../token-endpoint/token-request';
import type { DeviceCode } from './device-code.entity';
import { DeviceCodeStore, type PollOutcome } from './device-code.store';

/** One sentence for all that is wrong with a device code (RFC 6749 §5.2). */
const INVALID = 'The device_code is unknown, used before, or was given to another client.';

/** Answers devices that wait for their people (RFC 8628 §3.4, §3.5). */
@Injectable()
@GrantOf(GrantType.deviceCode, {
  device_code: {
    description: 'what the device waits with.',
    example: 'ghd_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8',
  },
})
export class DeviceCodeGrant implements Grant {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly codes: DeviceCodeStore,
    private readonly holders: EligibleHolders,
    private readonly catalog: ScopeCatalog,
    private readonly replayed: ReplayedCodes,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const presented = request.parameters.need('device_code');
    const outcome = await this.unitOfWork.run(async (transaction) => {
      const polled = await this.codes.poll(transaction, presented, request.client.id);
      if (polled.outcome === 'redeemed') return this.answer(transaction, polled.code, request, issue);
      if (polled.outcome === 'replayed') await this.replayed.takeBack(transaction, polled.code, request);
      return new CommittedRefusal(refusalOf(polled.outcome));
    });
    return answered(outcome);
  }

  private async answer(
    transaction: Transaction,
    code: DeviceCode,
    request: TokenRequest,
    issue: Issue,
  ): Promise<TokenResponse | CommittedRefusal> {
    const holder = await this.holders.of(transaction, code);
    // The person has signed out meanwhile, or may not be let in any more.
    if (holder === null) return new CommittedRefusal(new InvalidGrant(INVALID));
    const order = firstOrder(code, holder, request, await this.catalog.get(), this.catalog.ownResource);
    return issue(transaction, { ...order, outlivesSession: code.session_id === null });
  }
}

/** RFC 8628 §3.5 */
function refusalOf(outcome: Exclude<PollOutcome['outcome'], 'redeemed'>): OAuthError {
  switch (outcome) {
    case 'pending':
      return new AuthorizationPending();
    case 'too-early':
      return new SlowDown();
    case 'refused':
      return new AccessDenied('The person has refused.');
    case 'expired':
      return new ExpiredToken('The device_code has expired: begin again with another one.');
    case 'replayed':
    case 'unknown':
      return new InvalidGrant(INVALID);
  }
}
