import { Module } from '@nestjs/common';
import { OFFERED_ACRS } from '../../auth/authentication-contexts';
import { AuthorizationChecks } from '../../oauth/authorization-code/authorization-check';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { IdTokenModule } from '../id-token/id-token.module';
import { AcrCheck } from './acr.check';
import { IdTokenHintCheck } from './id-token-hint.check';

/**
 * Who signs in, and how (OpenID Connect Core §3.1.2.1): whom the client expects (`id_token_hint`), and in which way they should have proved it
 * (`acr_values`, §5.5.1.1). What people are asked (`prompt`, `max_age`) is the authorization endpoint's own. Every page fits any `display`, and
 * speaks English.
 */
@Module({ imports: [IdTokenModule], providers: [IdTokenHintCheck] })
export class AuthenticationModule {
  constructor(checks: AuthorizationChecks, idTokenHint: IdTokenHintCheck, contributions: MetadataContributions) {
    checks.register(idTokenHint);
    checks.register(new AcrCheck());
    contributions.register(() => ({
      acr_values_supported: OFFERED_ACRS,
      display_values_supported: ['page', 'popup', 'touch', 'wap'],
      ui_locales_supported: ['en'],
    }));
  }
}
