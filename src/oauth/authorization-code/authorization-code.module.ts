import { Global, Inject, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { SETTINGS, type Settings } from '../../config/settings';
import { ConsentsModule } from '../../consents/consents.module';
import { InteractionsModule } from '../../interactions/interactions.module';
import { CHALLENGE_METHOD } from '../../protocol/pkce';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { AuthorizationAnswers } from './authorization-answers';
import { AuthorizationChecks } from './authorization-check';
import { AuthorizationCodeGrant } from './authorization-code.grant';
import { AuthorizationCodeStore } from './authorization-code.store';
import { AuthorizationDecision } from './authorization-decision';
import { AuthorizationFlow } from './authorization-flow';
import { AuthorizeController } from './authorize.controller';
import { AccessCheck } from './checks/access.check';
import { ClientCheck } from './checks/client.check';
import { MaxAgeCheck } from './checks/max-age.check';
import { PkceCheck } from './checks/pkce.check';
import { PromptCheck, promptsWith } from './checks/prompt.check';
import { PushedRequestsOnlyCheck } from './checks/pushed-requests-only.check';
import { RedirectUriCheck } from './checks/redirect-uri.check';
import { ReferencesCheck } from './checks/references.check';
import { SignedRequestsOnlyCheck } from './checks/signed-requests-only.check';
import { SingleParametersCheck } from './checks/single-parameters.check';
import { CodePart } from './code.response-part';
import { ConsentDecisions } from './consent-decisions';
import { InformedChecks } from './informed-checks';
import { RequestedPerson } from './requested-person';
import { ResponseModes } from './response-modes';
import { ResponseParts } from './response-parts';
import { SignInDecision } from './sign-in-decision';

/**
 * Authorization code with PKCE (RFC 6749 §4.1, RFC 7636, RFC 9207): the endpoint to which applications send people, its checks in one order
 * (`CHECK_ORDER`), and the grant by which a client redeems the code. The pages are elsewhere; a sealed ticket leads back from them. What
 * an answer consists of and how it travels are registries: this folder knows the code, and the three plain ways.
 */
@Global()
@Module({
  imports: [AuthModule, ConsentsModule, InteractionsModule],
  controllers: [AuthorizeController],
  providers: [
    AccessCheck,
    AuthorizationAnswers,
    AuthorizationChecks,
    AuthorizationCodeGrant,
    AuthorizationCodeStore,
    AuthorizationDecision,
    AuthorizationFlow,
    ClientCheck,
    CodePart,
    ConsentDecisions,
    InformedChecks,
    RequestedPerson,
    ResponseModes,
    ResponseParts,
    SignInDecision,
  ],
  exports: [
    AuthorizationAnswers,
    AuthorizationChecks,
    AuthorizationFlow,
    ConsentDecisions,
    InteractionsModule,
    ResponseModes,
    ResponseParts,
  ],
})
export class AuthorizationCodeModule {
  constructor(
    checks: AuthorizationChecks,
    informed: InformedChecks,
    modes: ResponseModes,
    parts: ResponseParts,
    contributions: MetadataContributions,
    @Inject(SETTINGS) { issuer, registration }: Settings,
  ) {
    const pure = [
      new RedirectUriCheck(),
      new SingleParametersCheck(),
      new ReferencesCheck(),
      new PushedRequestsOnlyCheck(),
      new SignedRequestsOnlyCheck(),
      new PkceCheck(),
      new PromptCheck(promptsWith(registration)),
      new MaxAgeCheck(),
    ];
    for (const check of [...informed.all, ...pure]) checks.register(check);
    contributions.register(() => ({
      authorization_endpoint: `${issuer}/oauth/authorize`,
      response_types_supported: parts.types,
      // OpenID Connect Discovery §3: left out it would mean true.
      request_uri_parameter_supported: checks.has('request-uri'),
      // Initiating User Registration via OpenID Connect §4.2
      prompt_values_supported: promptsWith(registration),
      response_modes_supported: modes.names,
      code_challenge_methods_supported: [CHALLENGE_METHOD],
      authorization_response_iss_parameter_supported: true,
    }));
  }
}
