import type { Transaction } from '../../database/transaction';
import type { ResponseWord } from '../../protocol/response-type';
import type { SessionWithUser } from '../../sessions/session-manager';
import type { Access } from '../resource-indicators/access';
import type { AuthorizationRequest } from './authorization-request';
import type { ResponseMembers } from './response-enclosure';

/** What a person has let a client have, from which every part of the answer is made. */
export interface AuthorizationGrant {
  readonly request: AuthorizationRequest;
  readonly granted: Access;
  readonly session: SessionWithUser;
  /** What all that comes of it is known by, so that it can be taken back together. */
  readonly lineage: string;
}

/**
 * Makes the members of a part, in the unit of work that answers the request.
 * @param made the members that were made before
 * @throws {OAuthError} where nothing may be given, which undoes that unit of work
 */
export type MakePart = (transaction: Transaction, made: ResponseMembers) => Promise<ResponseMembers>;

/** What one word of a response type gives. */
export interface ResponsePart {
  readonly word: ResponseWord;
  /**
   * Gets ready outside of the unit of work: keys, and what has to be looked up.
   * @throws {OAuthError} where what was granted is too little for it
   */
  prepare(grant: AuthorizationGrant): Promise<MakePart> | MakePart;
}
