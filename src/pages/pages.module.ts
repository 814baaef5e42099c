import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import type { OAuthFeatureSwitches } from '../config/oauth-features';
import { AccessViews } from './access-views';
import { AccountPageController } from './account/account.controller';
import { AssetsController } from './assets/assets.controller';
import { ConsentController } from './consent/consent.controller';
import { DeviceController } from './device/device.controller';
import { PageErrors } from './errors/page-errors';
import { PageRenderer } from './page-renderer';
import { PageSignIn } from './sign-in/page-sign-in';
import { SignInController } from './sign-in/sign-in.controller';
import { SignOutController } from './sign-out/sign-out.controller';
import { SignUpController } from './sign-up/sign-up.controller';

/** The pages: rendered here, without scripts. What belongs to a feature of the authorization server is there where it is on. */
@Module({})
export class PagesModule {
  static forRoot(features: OAuthFeatureSwitches): DynamicModule {
    return {
      module: PagesModule,
      imports: [AuthModule],
      controllers: [
        AccountPageController,
        AssetsController,
        SignInController,
        SignOutController,
        SignUpController,
        ...(features.authorization_code ? [ConsentController] : []),
        ...(features.device_authorization ? [DeviceController] : []),
      ],
      providers: [AccessViews, PageErrors, PageRenderer, PageSignIn],
    };
  }
}
