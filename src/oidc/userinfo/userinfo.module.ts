import { Inject, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { AuthModule } from '../../auth/auth.module';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { ClaimsModule } from '../claims/claims.module';
import { Userinfo } from './userinfo';
import { UserinfoController } from './userinfo.controller';

/** UserInfo (OpenID Connect Core §5.3): what an access token with the scope `openid` lets its client know about the person. */
@Module({ imports: [AuthModule, ClaimsModule], controllers: [UserinfoController], providers: [Userinfo] })
export class UserinfoModule {
  constructor(contributions: MetadataContributions, @Inject(SETTINGS) { issuer }: Settings) {
    contributions.register(() => ({ userinfo_endpoint: `${issuer}/oauth/userinfo` }));
  }
}
