import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** No parameter stands twice. */
export class SingleParametersCheck implements AuthorizationCheck {
  readonly name = 'single-parameters';
  readonly specification = 'RFC 6749 §3.1';

  run({ parameters }: AuthorizationRequest): void {
    parameters.assertSingle();
  }
}
