import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import type { ClientAuthenticationMethod } from '../../protocol/grant-types';
import type { RequestParameters } from '../../protocol/request-parameters';

/** What of a request a client can authenticate with. */
export interface AuthenticationRequest {
  readonly parameters: RequestParameters;
  /** The Authorization header. */
  readonly authorization: string | undefined;
  readonly origin: RequestOrigin;
}

/** Where a request carries credentials; two methods that look the same in a request share one. */
export type CredentialPlace = 'header' | 'secret' | 'assertion' | 'none';

/** One way in which a client can authenticate (RFC 6749 §2.3). */
export interface ClientAuthentication {
  readonly method: ClientAuthenticationMethod;
  readonly place: CredentialPlace;
  /** Of methods that sign: the algorithms (RFC 7518 §3.1). */
  readonly algorithms?: readonly string[];

  /** Whether a request carries credentials in that place, good or not. */
  isAttemptedBy(request: AuthenticationRequest): boolean;

  /**
   * Which client the credentials claim to be; nothing of it is trusted yet.
   * @throws {InvalidClient} where they cannot be read
   * @throws {InvalidRequest} where a parameter stands twice
   */
  claimedId(request: AuthenticationRequest): string;

  /**
   * Checks the credentials of a client that is registered for this method.
   * @throws {InvalidClient} where they are not the client's
   */
  verify(request: AuthenticationRequest, client: Client): Promise<void> | void;
}

/** The methods that are switched on, in the order of their registration. */
@Injectable()
export class ClientAuthenticationMethods {
  private readonly methods: ClientAuthentication[] = [];

  /** Adds a method. */
  register(method: ClientAuthentication): void {
    this.methods.push(method);
  }

  /** All of them. */
  get all(): readonly ClientAuthentication[] {
    return this.methods;
  }

  /** Their names. */
  get names(): readonly ClientAuthenticationMethod[] {
    return this.methods.map(({ method }) => method);
  }
}
