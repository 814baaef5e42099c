import { Inject, Injectable } from '@nestjs/common';
import { isPublicClient, mayUseGrant } from '../../clients/client';
import { SETTINGS, type Settings } from '../../config/settings';
import { UnitOfWork } from '../../database/unit-of-work';
import { addressBucket } from '../../http/client-address';
import { GrantType } from '../../protocol/grant-types';
import { UnauthorizedClient } from '../../protocol/request-errors';
import { Attempts, type Counted } from '../../rate-limit/attempts';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';
import type { AuthenticatedRequest } from '../client-authentication/endpoint-requests';
import { requestedAccess } from '../resource-indicators/access';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { CODE_LIFETIME, DeviceCodeStore, POLL_INTERVAL } from './device-code.store';
import { shownUserCode } from './user-code';

/** The page where people enter the codes of their devices. */
export const DEVICE_PATH = '/device';

/** In seconds. */
const FIVE_MINUTES = 300;

/**
 * Requests in five minutes: of one public client's address, of one confidential client, and in all. Each leaves a row for an hour and a bit, whoever
 * sends it (DOS-06).
 */
const MOST_OF_ADDRESS = 100;
const MOST_OF_CLIENT = 3_000;
const MOST_IN_ALL = 6_000;

/** The answer to a device authorization request (RFC 8628 §3.2). */
export interface DeviceAuthorizationResponse {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Seconds between two polls. */
  readonly interval: number;
}

/** Gives devices the codes with which they wait for their people (RFC 8628 §3.1). */
@Injectable()
export class DeviceAuthorizations {
  private readonly ofAddress: RateLimit;
  private readonly ofClient: RateLimit;
  private readonly inAll: RateLimit;

  constructor(
    private readonly codes: DeviceCodeStore,
    private readonly catalog: ScopeCatalog,
    private readonly unitOfWork: UnitOfWork,
    private readonly attempts: Attempts,
    limits: RateLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const define = (name: string, points: number, lease: number) =>
      limits.define({ name: `device-authorization.${name}`, points, seconds: FIVE_MINUTES, lease });
    this.ofAddress = define('address', MOST_OF_ADDRESS, 2);
    this.ofClient = define('client', MOST_OF_CLIENT, 60);
    this.inAll = define('total', MOST_IN_ALL, 120);
  }

  /**
   * @throws {UnauthorizedClient} where the client is not registered for the grant
   * @throws {InvalidScope} {InvalidTarget} where it asks for what it may not ask for
   * @throws {Problem} rate_limited
   */
  async begin({ parameters, client, origin }: AuthenticatedRequest): Promise<DeviceAuthorizationResponse> {
    // RFC 8628 §3.1, RFC 6749 §5.2
    if (!mayUseGrant(client, GrantType.deviceCode)) {
      throw new UnauthorizedClient('This client is not registered for device authorization.');
    }
    const requested = { scope: parameters.get('scope'), resources: parameters.all('resource') };
    const access = requestedAccess(requested, client, await this.catalog.get(), this.catalog.ownResource);
    const sender: Counted = isPublicClient(client)
      ? [this.ofAddress, addressBucket(origin.address)]
      : [this.ofClient, client.id];
    await this.attempts.begin([sender, [this.inAll, '']], origin);
    const { deviceCode, userCode } = await this.unitOfWork.run((transaction) =>
      this.codes.add(transaction, { clientId: client.id, access, address: origin.address }),
    );
    const page = `${this.settings.issuer}${DEVICE_PATH}`;
    const shown = shownUserCode(userCode);
    return {
      device_code: deviceCode,
      user_code: shown,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${shown}`,
      expires_in: CODE_LIFETIME,
      interval: POLL_INTERVAL,
    };
  }
}
