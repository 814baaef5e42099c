import { Injectable, SetMetadata } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import type { Holder } from '../../auth/eligible-holders';
import type { FormFields } from '../../http/form-fields';
import type { GrantTypeName } from '../../protocol/grant-types';
import type { ActorClaim, TokenOrigin } from '../../tokens/access-token-claims';
import type { TokenResponse } from '../../tokens/issue-order';
import type { Access } from '../resource-indicators/access';
import type { TokenRequest } from './token-request';

/**
 * What a redeemed grant is good for. It names no person but through a {@link Holder}, whom only the gate finds eligible: no grant can forget to ask
 * whether somebody may be given tokens.
 */
export interface GrantOrder {
  readonly holder: Holder;
  /** What the access token is for. */
  readonly access: Access;
  /**
   * `none`: no refresh token is due. `offer`: begin a family for all of `granted`, if the client may refresh.
   * An object: the family that the access token belongs to and, where one was just rotated, the token in the presented one's place.
   */
  readonly refresh: 'none' | 'offer' | { readonly familyId: string; readonly token?: string };
  /** What was granted in all, where the access token is for a part of it. */
  readonly granted?: Access;
  /** Whether what is granted outlives the session in which it was granted. */
  readonly outlivesSession: boolean;
  /** Names what the tokens come from, so that they can be taken back together. */
  readonly lineage?: string;
  /** Who acts for the person (RFC 8693 §4.1). */
  readonly actor?: ActorClaim;
  /** The tokens that the access token is exchanged for, the latest first (RFC 8693): it ends with them. */
  readonly exchangedFrom?: readonly TokenOrigin[];
  /** The longest that the access token may be good, in seconds, where that is less than usual. */
  readonly longest?: number;
  /** What response extensions of the same specification need to know, such as the nonce of an authorization request. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Issues what an order says: adds the sender constraint, narrows scopes, mints, stores, extends and notes, the same for every grant.
 * @param transaction the unit of work in which the grant was redeemed; null where nothing was redeemed
 */
export type Issue = (transaction: Transaction | null, order: GrantOrder) => Promise<TokenResponse>;

/** A grant type (RFC 6749 §1.3): redeems what a client presents. It does not issue: it hands an order to `issue`, in its unit of work. */
export interface Grant {
  /**
   * @throws {OAuthError} what the client is told; whatever was written is undone, so a consumption that must last is no error but an answer
   */
  redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse>;
}

/** Metadata key of what a provider redeems. */
export const GRANT = 'gatehouse:grant';

/** Which grant a provider redeems, and the fields of its form beside those of every token request. */
export interface GrantDescription {
  readonly type: GrantTypeName;
  readonly form: FormFields;
}

/** Registers a provider as the {@link Grant} of that type. @param form its own fields, for the API documentation */
export const GrantOf = (type: GrantTypeName, form: FormFields = {}): ClassDecorator =>
  SetMetadata(GRANT, { type, form } satisfies GrantDescription);

/** The grants that are switched on. */
@Injectable()
export class GrantRegistry {
  private readonly grants = new Map<string, { readonly grant: Grant; readonly form: FormFields }>();

  /** Adds a grant. @throws {Error} where there is one of that type */
  register({ type, form }: GrantDescription, grant: Grant): void {
    if (this.grants.has(type)) throw new Error(`Two grants redeem ${type}.`);
    this.grants.set(type, { grant, form });
  }

  /** The grant of that name, or undefined. */
  find(type: string): Grant | undefined {
    return this.grants.get(type)?.grant;
  }

  /** The fields of the form of a grant. */
  formOf(type: string): FormFields {
    return this.grants.get(type)?.form ?? {};
  }

  /** The names of all. */
  get types(): readonly string[] {
    return [...this.grants.keys()];
  }
}
