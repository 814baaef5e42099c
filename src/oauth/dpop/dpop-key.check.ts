import { InvalidRequest } from '../../protocol/errors';
import { isThumbprint } from '../../protocol/dpop';
import type { AuthorizationCheck } from '../authorization-code/authorization-check';
import type { AuthorizationRequest } from '../authorization-code/authorization-request';

/** A code may be bound beforehand to the key that its tokens will be bound to. */
export class DpopKeyCheck implements AuthorizationCheck {
  readonly name = 'dpop-key';
  readonly specification = 'RFC 9449 §10';

  run(request: AuthorizationRequest): void {
    const thumbprint = request.parameters.get('dpop_jkt');
    if (thumbprint === undefined) return;
    if (!isThumbprint(thumbprint)) throw new InvalidRequest('dpop_jkt is the SHA-256 thumbprint of a key (RFC 7638).');
    // RFC 9449 §10.1: beside a proof, the parameter must name the same key.
    if (request.dpopJkt !== null && request.dpopJkt !== thumbprint) {
      throw new InvalidRequest('dpop_jkt does not name the key of the DPoP proof.');
    }
    request.dpopJkt = thumbprint;
  }
}
