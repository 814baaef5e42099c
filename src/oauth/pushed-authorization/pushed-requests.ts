import { Injectable } from '@nestjs/common';
import { isPublicClient } from '../../clients/client';
import { addressBucket } from '../../http/client-address';
import { Problem } from '../../http/problem';
import { InvalidRequest } from '../../protocol/errors';
import { RequestParameters } from '../../protocol/request-parameters';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';
import type { Confirmation } from '../../tokens/issue-order';
import { AuthorizationChecks } from '../authorization-code/authorization-check';
import { AuthorizationRequest } from '../authorization-code/authorization-request';
import type { AuthenticatedRequest } from '../client-authentication/endpoint-requests';
import { PushedRequestStore, VALID_FOR } from './pushed-request.store';

/** The longest request that is kept, in characters of its JSON. */
const LONGEST = 32_768;

/** Requests of clients without credentials from one address in five minutes (the window, in seconds): whoever pushes there is known by nothing else. */
const MOST_ANONYMOUS = 300;
const WINDOW = 300;

/** The checks that are done by other means: the client has authenticated, and this is what pushing is. */
const DONE = ['client', 'pushed-request', 'pushed-requests-only'] as const;

/** The answer to a request that was pushed (RFC 9126 §2.2). */
export interface PushedAnswer {
  readonly request_uri: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** Takes the requests that clients push, if they would be good at the authorization endpoint. */
@Injectable()
export class PushedRequests {
  private readonly limit: RateLimit;

  constructor(
    private readonly checks: AuthorizationChecks,
    private readonly store: PushedRequestStore,
    limits: RateLimits,
  ) {
    this.limit = limits.define({ name: 'pushed-authorization', points: MOST_ANONYMOUS, seconds: WINDOW, lease: 5 });
  }

  /**
   * @throws {OAuthError} whatever a check refuses
   * @throws {Problem} rate_limited
   */
  async take(
    { parameters, client, origin }: AuthenticatedRequest,
    confirmation: Confirmation | null,
  ): Promise<PushedAnswer> {
    // RFC 9126 §2.1
    if (parameters.get('request_uri') !== undefined) {
      throw new InvalidRequest('request_uri has no place in a pushed request (RFC 9126 §2.1).');
    }
    if (isPublicClient(client)) await this.assertSeldom(addressBucket(origin.address));
    const request = new AuthorizationRequest(withoutCredentials(parameters, client.id), false);
    request.client = client;
    request.dpopJkt = confirmation?.jkt ?? null;
    await this.checks.run(request, DONE);
    if (JSON.stringify(request.parameters.entries).length > LONGEST) {
      throw new InvalidRequest(`The request is too long: ${LONGEST} characters are taken.`);
    }
    return { request_uri: await this.store.add(request), expires_in: VALID_FOR };
  }

  private async assertSeldom(key: string): Promise<void> {
    const permission = await this.limit.consume(key);
    if (permission.allowed) return;
    throw new Problem('rate_limited', { headers: { 'Retry-After': String(permission.retryAfterSeconds) } });
  }
}

/** RFC 9126 §2.1: what the client authenticated with is no part of the request, and is not kept. */
function withoutCredentials(parameters: RequestParameters, clientId: string): RequestParameters {
  const entries = parameters.entries.filter(
    ([name]) => name !== 'client_id' && !/^client_(?:secret|assertion)/.test(name),
  );
  return RequestParameters.from([...entries, ['client_id', [clientId]]]);
}
