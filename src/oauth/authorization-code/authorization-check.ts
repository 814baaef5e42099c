import { Injectable } from '@nestjs/common';
import type { AuthorizationRequest } from './authorization-request';

/** One rule for authorization requests. */
export interface AuthorizationCheck {
  readonly name: CheckName;
  /** Where the rule is from. */
  readonly specification: string;
  /** @throws {OAuthError} where the request breaks the rule */
  run(request: AuthorizationRequest): Promise<void> | void;
}

/**
 * THE order of the checks, of those that are switched on. What stands before `redirect-uri` is told to the person on a page, since nobody knows yet
 * whether the address belongs to the client; what stands behind it is told to the client.
 */
export const CHECK_ORDER = [
  'client',
  'pushed-request',
  'request-uri',
  'request-object',
  'redirect-uri',
  'response-mode',
  'single-parameters',
  'references',
  'pushed-requests-only',
  'signed-requests-only',
  'response-type',
  'pkce',
  'prompt',
  'max-age',
  'access',
  'openid',
  'claims',
  'id-token-hint',
  'acr',
  'dpop-key',
  'front-channel',
] as const;

/** The name of a check. */
export type CheckName = (typeof CHECK_ORDER)[number];

/** The checks that are switched on. */
@Injectable()
export class AuthorizationChecks {
  private readonly checks = new Map<CheckName, AuthorizationCheck>();

  /** Adds a check at the place of its name. @throws {Error} where there is one of that name */
  register(check: AuthorizationCheck): void {
    if (this.checks.has(check.name)) throw new Error(`Two authorization checks are called ${check.name}.`);
    this.checks.set(check.name, check);
  }

  /** Whether there is a check of that name. */
  has(name: CheckName): boolean {
    return this.checks.has(name);
  }

  /**
   * Runs the checks in their order.
   * @param skipped those that were done by other means: a client that pushes a request has authenticated
   * @throws {OAuthError} of the first rule that is broken; whether it may be told to the client, the request says (`isTrusted`)
   */
  async run(request: AuthorizationRequest, skipped: readonly CheckName[] = []): Promise<void> {
    for (const name of CHECK_ORDER) {
      if (!skipped.includes(name)) await this.checks.get(name)?.run(request);
    }
  }
}
