import { Module, Optional } from '@nestjs/common';
import { DPOP_ALGORITHMS } from '../../protocol/dpop';
import { SenderConstraintModule } from '../../sender-constraint/sender-constraint.module';
import { AuthorizationChecks } from '../authorization-code/authorization-check';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { SenderProofs } from '../token-endpoint/sender-proofs';
import { DpopKeyCheck } from './dpop-key.check';
import { DpopSenderProof } from './dpop-sender-proof';

/**
 * Proof of possession (RFC 9449): tokens bound to a key of the client's, with nonces of this server as authorization server and as resource server,
 * and codes bound beforehand (`dpop_jkt`). That guarded routes hold whoever brings a bound token to its proof is the gate's part.
 */
@Module({ imports: [SenderConstraintModule], providers: [DpopSenderProof] })
export class DpopModule {
  constructor(
    proofs: SenderProofs,
    proof: DpopSenderProof,
    contributions: MetadataContributions,
    @Optional() checks?: AuthorizationChecks,
  ) {
    proofs.register(proof);
    checks?.register(new DpopKeyCheck());
    const algorithms = () => ({ dpop_signing_alg_values_supported: DPOP_ALGORITHMS });
    contributions.register(algorithms);
    contributions.register(algorithms, 'protected-resource');
  }
}
