import { Module } from '@nestjs/common';
import { AuthorizationChecks } from '../../oauth/authorization-code/authorization-check';
import { ProtocolScopes } from '../../oauth/resource-indicators/protocol-scopes';
import { AuthenticationModule } from '../authentication/authentication.module';
import { ClaimsModule } from '../claims/claims.module';
import { ClaimsParameterModule } from '../claims-parameter/claims-parameter.module';
import { IdTokenModule } from '../id-token/id-token.module';
import { UserinfoModule } from '../userinfo/userinfo.module';
import { OpenidCheck } from './openid.check';
import { OPENID_SCOPE } from './openid-request';

/**
 * OpenID Connect (Core 1.0): an authorization request with the scope `openid` gives an ID token beside the access token, and the access token opens
 * UserInfo. Discovery is one document with that of RFC 8414: each specification says in it what is to be said of it.
 */
@Module({ imports: [AuthenticationModule, ClaimsModule, ClaimsParameterModule, IdTokenModule, UserinfoModule] })
export class OpenidModule {
  constructor(checks: AuthorizationChecks, scopes: ProtocolScopes) {
    checks.register(new OpenidCheck());
    scopes.register({ name: OPENID_SCOPE, description: 'Recognise you when you come back' });
  }
}
