import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { InvalidRequest } from '../../protocol/errors';
import { withQuery } from '../../protocol/redirect-uri';
import type { RequestParameters } from '../../protocol/request-parameters';
import { type IdTokenHint, IdTokenHints } from '../id-token/id-token-hints';
import type { LogoutRequest } from './logout-request';

/** The longest `state`, in characters: it comes back in an address (DOS-04). */
const LONGEST_STATE = 1_024;

const UNKNOWN_HINT = 'The id_token_hint is no ID token of this server, or its key is too old to be known any more.';

/** Reads logout requests: what is wrong with one is shown to the person, and nobody is sent anywhere (OpenID Connect RP-Initiated Logout §4). */
@Injectable()
export class LogoutRequests {
  constructor(
    private readonly hints: IdTokenHints,
    private readonly clients: ClientDirectory,
  ) {}

  /**
   * `logout_hint` and `ui_locales` are taken and change nothing: the session of the browser is the one that can end, and the pages speak one language.
   * @throws {InvalidRequest} for a page
   */
  async read(parameters: RequestParameters): Promise<LogoutRequest> {
    parameters.assertSingle();
    const hint = await this.hintIn(parameters);
    const client = await this.clientOf(parameters, hint);
    return {
      clientId: client?.id ?? null,
      hint: hint === null ? null : { subject: hint.subject, sessionId: hint.sessionId },
      redirectTo: redirectTo(parameters, client),
    };
  }

  private async hintIn(parameters: RequestParameters): Promise<IdTokenHint | null> {
    const token = parameters.get('id_token_hint');
    if (token === undefined) return null;
    const hint = await this.hints.read(token);
    // OpenID Connect RP-Initiated Logout §2: it has to be one that this server has issued; that it has expired is no matter (SES-05).
    if (hint === null) throw new InvalidRequest(UNKNOWN_HINT);
    return hint;
  }

  private async clientOf(parameters: RequestParameters, hint: IdTokenHint | null): Promise<Client | null> {
    const id = parameters.get('client_id') ?? hint?.audience[0];
    if (id === undefined) return null;
    // OpenID Connect RP-Initiated Logout §2: both have to name the same client.
    if (hint !== null && !hint.audience.includes(id)) {
      throw new InvalidRequest('The id_token_hint was made for another client than client_id.');
    }
    const client = await this.clients.find(id);
    // OpenID Connect RP-Initiated Logout §4: with what cannot be validated nothing is done.
    if (client === null) throw new InvalidRequest('The application that sent you here is not known at this server.');
    return client;
  }
}

function redirectTo(parameters: RequestParameters, client: Client | null): string | null {
  const uri = parameters.get('post_logout_redirect_uri');
  if (uri === undefined) return null;
  // OpenID Connect RP-Initiated Logout §2: whose address it is has to be known.
  if (client === null) {
    throw new InvalidRequest('A post_logout_redirect_uri needs an id_token_hint or a client_id beside it.');
  }
  // OpenID Connect RP-Initiated Logout §3: exactly one of those that were registered (SES-06).
  if (!client.metadata.post_logout_redirect_uris.includes(uri)) {
    throw new InvalidRequest('The post_logout_redirect_uri is none that the application has registered.');
  }
  const state = parameters.get('state');
  // OpenID Connect RP-Initiated Logout §2: opaque to this server, which need not carry any length.
  if (state !== undefined && state.length > LONGEST_STATE) {
    throw new InvalidRequest(`The state has more than ${LONGEST_STATE} characters.`);
  }
  return withQuery(uri, state === undefined ? {} : { state });
}
