import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { API_CONTROLLERS } from '../auth/scope-registry';
import { Clock, SystemClock } from '../config/clock';
import { ConfigModule } from '../config/config.module';
import type { Settings } from '../config/settings';
import { DatabaseModule } from '../database/database.module';
import { EncryptionModule } from '../encryption/encryption.module';
import { HttpModule } from '../http/http.module';
import { HttpServers } from '../http/http-servers';
import { RouteTable } from '../http/route-table';
import { createLog } from '../logging/log';
import { LoggingModule } from '../logging/logging.module';
import { OAuthModule } from '../oauth/oauth.module';
import { OidcModule } from '../oidc/oidc.module';
import { OutboundModule } from '../outbound/outbound.module';
import { RateLimitModule } from '../rate-limit/rate-limit.module';
import { ReplayModule } from '../replay/replay.module';
import { ConfigurationModule } from './configuration/configuration.module';

/** The server without its surfaces: nothing here answers requests, and no feature runs beside the one in the servers. */
@Module({})
export class HeadlessModule {
  /** @param api the controllers of the servers, whose scopes are known here although they do not run */
  static forRoot(settings: Settings, api: readonly Type[]): DynamicModule {
    const isVerbose = settings.logLevel === 'debug' || settings.logLevel === 'trace';
    const log = createLog(isVerbose ? settings.logLevel : 'silent', (line) => process.stderr.write(line));
    return {
      module: HeadlessModule,
      global: true,
      imports: [
        ConfigModule.forRoot(settings),
        LoggingModule.forRoot(log),
        HttpModule.forRoot(new RouteTable(), new HttpServers(settings.issuer)),
        DatabaseModule.forRoot(),
        EncryptionModule,
        OutboundModule.forRoot(),
        AuditModule,
        RateLimitModule,
        ReplayModule,
        AuthModule,
        OAuthModule.forRoot(settings.oauthFeatures),
        OidcModule.forRoot(settings.oauthFeatures),
        ConfigurationModule.forRoot(settings.oauthFeatures),
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: API_CONTROLLERS, useValue: api },
      ],
      exports: [Clock, API_CONTROLLERS],
    };
  }
}
