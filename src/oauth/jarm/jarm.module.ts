import { Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { KeyRing } from '../../keys/key-ring';
import { KeysModule } from '../../keys/keys.module';
import { SIGNING_ALGORITHMS } from '../../protocol/signing-algorithms';
import { ResponseModes } from '../authorization-code/response-modes';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { SignedResponses } from './signed-responses';

/**
 * JWT Secured Authorization Response Mode (JARM): a client that asks for one of the modes `jwt` gets the answer, errors too, as one parameter `response`
 * that this server has signed for it, and encrypted where the client has registered that.
 */
@Module({ imports: [ClientsModule, KeysModule], providers: [SignedResponses] })
export class JarmModule {
  constructor(
    keyRing: KeyRing,
    modes: ResponseModes,
    responses: SignedResponses,
    contributions: MetadataContributions,
  ) {
    keyRing.need('RS256');
    modes.register(responses);
    contributions.register(() => ({ authorization_signing_alg_values_supported: SIGNING_ALGORITHMS }));
  }
}
