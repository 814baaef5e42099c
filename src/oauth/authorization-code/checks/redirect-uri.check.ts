import { InvalidRequest } from '../../../protocol/errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';
import { isRegistered } from '../registered-redirect';

/** The answer goes to an address that the client registered, compared to the letter. */
export class RedirectUriCheck implements AuthorizationCheck {
  readonly name = 'redirect-uri';
  readonly specification = 'RFC 9700 §2.1';

  run(request: AuthorizationRequest): void {
    const { redirect_uris: registered } = request.client.metadata;
    const asked = request.parameters.get('redirect_uri');
    if (asked === undefined) {
      // RFC 6749 §3.1.2.3: it may be left out where there is only one that could be meant.
      const [only, ...others] = registered;
      if (only === undefined || others.length > 0) {
        throw new InvalidRequest(
          'The application did not say where to send you back to: redirect_uri is missing.',
          comparison(request),
        );
      }
      return request.trust(only);
    }
    // RFC 6749 §3.1.2.4, RFC 9700 §4.1.3: nobody is sent to an address that only looks like a registered one.
    if (!isRegistered(request, asked)) {
      throw new InvalidRequest(
        'The application wants to send you to an address that it did not register: redirect_uri is none of its own.',
        comparison(request, asked),
      );
    }
    return request.trust(asked);
  }
}

/** How many registered addresses, and how many characters of each, the log is told. */
const MOST_ADDRESSES = 5;
const MOST_CHARACTERS = 120;

/**
 * What the client's developer is to compare, for the log: the page says it to nobody, since anybody may be looking. What stands in the query of an
 * address that was sent may be a secret.
 */
function comparison({ client }: AuthorizationRequest, sent?: string): string {
  const registered = client.metadata.redirect_uris.slice(0, MOST_ADDRESSES).map(shortened);
  const asked = sent === undefined ? 'no redirect_uri' : `redirect_uri ${shortened(sent.replace(/([?#]).+$/s, '$1…'))}`;
  return `client ${shortened(client.id)} sent ${asked}; registered: ${registered.join(' ') || 'none'}`;
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
