import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import type { TokenResponse } from '../../tokens/issue-order';
import type { GrantOrder } from './grant';
import type { TokenRequest } from './token-request';

/** What is known of an answer before it is extended. */
export interface ExtendedAnswer {
  readonly request: TokenRequest;
  readonly order: GrantOrder;
  /** What was granted in the end, which may be less than the order says. */
  readonly response: TokenResponse;
}

/** Adds members to the answers of the token endpoint, for a specification that `token-endpoint/` need not know (an ID token, for one). */
export interface ResponseExtension {
  /** Fetches or makes what {@link extend} will need and must not wait for in a unit of work: a key, for one. */
  prepare?(request: TokenRequest): Promise<void>;

  /** @returns the members to add; runs in the unit of work that redeemed the grant */
  extend(transaction: Transaction | null, answer: ExtendedAnswer): Promise<Readonly<Record<string, unknown>>>;
}

/** All that extend answers. */
@Injectable()
export class ResponseExtensions {
  private readonly extensions: ResponseExtension[] = [];

  /** Adds an extension. */
  register(extension: ResponseExtension): void {
    this.extensions.push(extension);
  }

  /** Has all of them get ready. */
  async prepare(request: TokenRequest): Promise<void> {
    for (const extension of this.extensions) await extension.prepare?.(request);
  }

  /** The answer with everything that is added to it. */
  async extend(transaction: Transaction | null, answer: ExtendedAnswer): Promise<TokenResponse> {
    let { response } = answer;
    for (const extension of this.extensions) {
      response = { ...response, ...(await extension.extend(transaction, { ...answer, response })) };
    }
    return response;
  }
}
