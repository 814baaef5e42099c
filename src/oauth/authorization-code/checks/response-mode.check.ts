import { InvalidRequest } from '../../../protocol/errors';
import { responseModeOf } from '../../../protocol/response-mode';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** The answer travels in a way that there is; with it goes what the client sent as `state`. */
export class ResponseModeCheck implements AuthorizationCheck {
  readonly name = 'response-mode';
  readonly specification = 'OAuth Multiple Response Types §2.1';

  run(request: AuthorizationRequest): void {
    const { parameters } = request;
    if (parameters.all('state').length === 1) request.state = parameters.get('state');
    const asked = parameters.get('response_mode');
    if (asked === undefined) return;
    const mode = responseModeOf(asked);
    if (mode === null) {
      throw new InvalidRequest('This response_mode is not supported: use query, fragment or form_post.');
    }
    request.responseMode = mode;
  }
}
