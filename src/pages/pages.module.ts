import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { ClientsModule } from '../clients/clients.module';
import type { Settings } from '../config/settings';
import { AccessViews } from './access-views';
import { AccountPageController } from './account/account.controller';
import { AssetsController } from './assets/assets.controller';
import { ChooseAccountController } from './choose-account/choose-account.controller';
import { ClientLogoController } from './client-logos/client-logo.controller';
import { ClientLogos } from './client-logos/client-logos';
import { ConsentController } from './consent/consent.controller';
import { DeviceController } from './device/device.controller';
import { PageErrors } from './errors/page-errors';
import { HomeController } from './home/home.controller';
import { PageRenderer } from './page-renderer';
import { SetUpController } from './set-up/set-up.controller';
import { PageSignIn } from './sign-in/page-sign-in';
import { SignInController } from './sign-in/sign-in.controller';
import { SignOutController } from './sign-out/sign-out.controller';
import { SignOutConfirmationController } from './sign-out/sign-out-confirmation.controller';
import { SignUpController } from './sign-up/sign-up.controller';

/**
 * The pages: rendered here, without scripts. What belongs to a feature of the authorization server is there where it is on, and the set-up in
 * development alone.
 */
@Module({})
export class PagesModule {
  static forRoot({ mode, oauthFeatures: features }: Pick<Settings, 'mode' | 'oauthFeatures'>): DynamicModule {
    return {
      module: PagesModule,
      imports: [AuthModule, ClientsModule],
      controllers: [
        AccountPageController,
        AssetsController,
        ChooseAccountController,
        HomeController,
        SignInController,
        SignOutController,
        SignUpController,
        ...(features.authorization_code || features.device_authorization ? [ClientLogoController] : []),
        ...(features.authorization_code ? [ConsentController] : []),
        ...(features.device_authorization ? [DeviceController] : []),
        ...(features.rp_initiated_logout ? [SignOutConfirmationController] : []),
        ...(mode === 'development' ? [SetUpController] : []),
      ],
      providers: [AccessViews, ClientLogos, PageErrors, PageRenderer, PageSignIn],
    };
  }
}
