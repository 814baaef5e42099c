import { Injectable } from '@nestjs/common';
import type { AuthorizationCheck } from '../../oauth/authorization-code/authorization-check';
import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import { IdTokenHints } from '../id-token/id-token-hints';
import { isOpenidRequest } from '../openid/openid-request';

/** Whom an earlier ID token speaks of is the one who signs in; with anybody else the client gets an error. */
@Injectable()
export class IdTokenHintCheck implements AuthorizationCheck {
  readonly name = 'id-token-hint';
  readonly specification = 'OpenID Connect Core §3.1.2.1';

  constructor(private readonly hints: IdTokenHints) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const token = request.parameters.get('id_token_hint');
    if (token === undefined || !isOpenidRequest(request)) return;
    const { client } = request;
    const hint = await this.hints.readFor(client, token);
    if (hint !== null) return request.expectPerson((userId) => this.hints.isAbout(hint, client, userId));
    // OpenID Connect Core §3.1.2.1: nobody can be said to be the one whom a token speaks of that is not ours, or whose key is gone. Where a page may
    // be shown it reminds of nobody, so that clients with old tokens are not locked out.
    if (request.prompts.has('none')) request.expectPerson(() => false);
  }
}
