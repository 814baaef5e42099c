import { Injectable } from '@nestjs/common';
import { randomId } from '../../crypto/random-id';
import type { Transaction } from '../../database/transaction';
import { RESPONSE_TYPES, type ResponseType, type ResponseWord, wordsOf } from '../../protocol/response-type';
import type { SessionWithUser } from '../../sessions/session-manager';
import type { Access } from '../resource-indicators/access';
import type { AuthorizationRequest } from './authorization-request';
import type { ResponseMembers } from './response-enclosure';
import { CodePart } from './code.response-part';
import type { MakePart, ResponsePart } from './response-part';

/** A later part vouches for the earlier ones: an ID token has their hashes (OpenID Connect Core §3.3.2.11). */
const MAKING_ORDER: readonly ResponseWord[] = ['code', 'token', 'id_token'];

/** What an answer can consist of, from whichever specification that is switched on. */
@Injectable()
export class ResponseParts {
  private readonly parts = new Map<ResponseWord, ResponsePart>();

  constructor(code: CodePart) {
    this.register(code);
  }

  /** Adds a part. @throws {Error} where its word is taken */
  register(part: ResponsePart): void {
    if (this.parts.has(part.word)) throw new Error(`Two parts of the response are called ${part.word}.`);
    this.parts.set(part.word, part);
  }

  /** The response types that can be answered. */
  get types(): readonly ResponseType[] {
    return RESPONSE_TYPES.filter((type) => wordsOf(type).every((word) => this.parts.has(word)));
  }

  /**
   * Gets the answer to a request ready.
   * @returns what makes all of its members
   * @throws {OAuthError} as {@link ResponsePart.prepare}
   */
  async prepare(
    request: AuthorizationRequest,
    granted: Access,
    session: SessionWithUser,
  ): Promise<(transaction: Transaction) => Promise<ResponseMembers>> {
    const grant = { request, granted, session, lineage: randomId() };
    const words = wordsOf(request.responseType);
    const makers: MakePart[] = [];
    for (const word of MAKING_ORDER.filter((one) => words.includes(one))) {
      makers.push(await this.parts.get(word)!.prepare(grant));
    }
    return async (transaction) => {
      let made: ResponseMembers = {};
      for (const make of makers) made = { ...made, ...(await make(transaction, made)) };
      return made;
    };
  }
}
