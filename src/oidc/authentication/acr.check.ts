import type { AuthorizationCheck } from '../../oauth/authorization-code/authorization-check';
import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import { demandAcr } from './requested-acr';

/** How the client would have people sign in best is kept in mind: nobody is turned away for it. */
export class AcrCheck implements AuthorizationCheck {
  readonly name = 'acr';
  readonly specification = 'OpenID Connect Core §3.1.2.1, RFC 9470 §4';

  run(request: AuthorizationRequest): void {
    const asked = request.parameters.get('acr_values')?.split(' ');
    // OpenID Connect Registration §2: what is registered holds where the request does not say.
    const values = asked ?? request.client.metadata.default_acr_values;
    // OpenID Connect Core §5.5.1.1: acr_values is a voluntary wish.
    demandAcr(request, { values, isEssential: false });
  }
}
