import { Inject, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { AuthModule } from '../../auth/auth.module';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { KeysModule } from '../../keys/keys.module';
import { ClientsModule } from '../../clients/clients.module';
import { SIGNING_ALGORITHMS } from '../../protocol/signing-algorithms';
import { ClaimsModule } from '../claims/claims.module';
import { Userinfo } from './userinfo';
import { UserinfoController } from './userinfo.controller';
import { UserinfoJwt } from './userinfo-jwt';

/** UserInfo (OpenID Connect Core §5.3): what an access token with the scope `openid` lets its client know about the person. */
@Module({
  imports: [AuthModule, ClaimsModule, ClientsModule, KeysModule],
  controllers: [UserinfoController],
  providers: [Userinfo, UserinfoJwt],
})
export class UserinfoModule {
  constructor(contributions: MetadataContributions, @Inject(SETTINGS) { issuer }: Settings) {
    contributions.register(() => ({
      userinfo_endpoint: `${issuer}/oauth/userinfo`,
      userinfo_signing_alg_values_supported: SIGNING_ALGORITHMS,
    }));
  }
}
