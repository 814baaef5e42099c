import { Inject, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { AuthorizationAnswers } from '../authorization-code/authorization-answers';
import { AuthorizationChecks } from '../authorization-code/authorization-check';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { PushedAuthorizationController } from './pushed-authorization.controller';
import { PushedRequestCheck } from './pushed-request.check';
import { PushedRequestStore } from './pushed-request.store';
import { PushedRequests } from './pushed-requests';

/**
 * Pushed authorization requests (RFC 9126): a client sends what it wants from server to server, and the browser brings a reference. It goes through the
 * same checks, and is used up by its answer.
 */
@Module({
  controllers: [PushedAuthorizationController],
  providers: [PushedRequestCheck, PushedRequests, PushedRequestStore],
})
export class PushedAuthorizationModule {
  constructor(
    checks: AuthorizationChecks,
    check: PushedRequestCheck,
    answers: AuthorizationAnswers,
    store: PushedRequestStore,
    contributions: MetadataContributions,
    @Inject(SETTINGS) { issuer }: Settings,
  ) {
    checks.register(check);
    answers.register(async (transaction, { pushed }) => pushed === null || store.consume(transaction, pushed));
    contributions.register(() => ({
      pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
      require_pushed_authorization_requests: false,
    }));
  }
}
