import { Injectable } from '@nestjs/common';
import { AuthorizationCodeStore } from './authorization-code.store';
import type { AuthorizationGrant, MakePart, ResponsePart } from './response-part';

/** The code, which the client redeems at the token endpoint (RFC 6749 §4.1.2). */
@Injectable()
export class CodePart implements ResponsePart {
  readonly word = 'code';

  constructor(private readonly codes: AuthorizationCodeStore) {}

  prepare(grant: AuthorizationGrant): MakePart {
    return async (transaction) => ({ code: await this.codes.add(transaction, grant) });
  }
}
