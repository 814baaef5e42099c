import { Module } from '@nestjs/common';
import { CLIENT_SIGNING_ALGORITHMS } from '../../clients/client-metadata';
import { ClientsModule } from '../../clients/clients.module';
import { INTERACTION_LIFETIME } from '../../interactions/interaction-tickets';
import { KeysModule } from '../../keys/keys.module';
import { UsedIdentifiers } from '../../replay/used-identifiers';
import { AuthorizationAnswers } from '../authorization-code/authorization-answers';
import { AuthorizationChecks } from '../authorization-code/authorization-check';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { RequestObjectCheck } from './request-object.check';
import { RequestObjects } from './request-objects';

/**
 * Signed requests (RFC 9101), by value: in the parameter `request`, of the browser or of a pushed request. One that has a `jti` is answered once. Old clients
 * of OpenID Connect (profile `compat`) may do without the signature where they have registered that, and with parameters beside the object.
 */
@Module({ imports: [ClientsModule, KeysModule], providers: [RequestObjectCheck, RequestObjects] })
export class RequestObjectsModule {
  constructor(
    checks: AuthorizationChecks,
    check: RequestObjectCheck,
    answers: AuthorizationAnswers,
    used: UsedIdentifiers,
    contributions: MetadataContributions,
  ) {
    checks.register(check);
    answers.register(async (transaction, { client, requestObject }) => {
      if (requestObject === null) return true;
      const { jti, expiresAt } = requestObject;
      // Whoever began with it in time has until the end of the interaction, in as many tabs: it is remembered as long.
      return used.useIn(transaction, 'request-object', client.id, jti, expiresAt + INTERACTION_LIFETIME);
    });
    contributions.register(() => ({
      request_parameter_supported: true,
      require_signed_request_object: false,
      request_object_signing_alg_values_supported: [...CLIENT_SIGNING_ALGORITHMS, 'none'],
    }));
  }
}
