import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { AuditModule } from './audit/audit.module';
import { AuthModule } from './auth/auth.module';
import { Clock, SystemClock } from './config/clock';
import { ConfigModule } from './config/config.module';
import type { Settings } from './config/settings';
import { DatabaseModule } from './database/database.module';
import { EncryptionModule } from './encryption/encryption.module';
import { NotesModule } from './features/notes/notes.module';
import { ProtectedModule } from './features/protected/protected.module';
import { ProblemsModule } from './docs/problems.module';
import { HealthModule } from './health/health.module';
import { HttpModule } from './http/http.module';
import type { HttpServers } from './http/http-servers';
import type { RouteTable } from './http/route-table';
import type { Log } from './logging/log';
import { LoggingModule } from './logging/logging.module';
import { MetricsModule } from './metrics/metrics.module';
import { OAuthModule } from './oauth/oauth.module';
import { OidcModule } from './oidc/oidc.module';
import { OutboundModule } from './outbound/outbound.module';
import type { OutboundNetwork } from './outbound/outbound-network';
import { PagesModule } from './pages/pages.module';
import { OpenApiModule } from './openapi/openapi.module';
import { ReplayModule } from './replay/replay.module';
import { RateLimitModule } from './rate-limit/rate-limit.module';

/** What the composition is made with, beside the settings. */
export interface AppModuleOptions {
  readonly log: Log;
  readonly routes: RouteTable;
  readonly servers: HttpServers;
  /** More feature modules, for tests. */
  readonly features?: readonly Type[] | undefined;
  /** Another clock, for tests. */
  readonly clock?: Clock | undefined;
  /** Another network, for tests. */
  readonly network?: OutboundNetwork | undefined;
}

/** Puts the house together. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings, options: AppModuleOptions): DynamicModule {
    const { log, routes, servers, features = [], clock, network } = options;
    return {
      module: AppModule,
      global: true,
      imports: [
        ConfigModule.forRoot(settings),
        LoggingModule.forRoot(log),
        HttpModule.forRoot(routes, servers),
        DatabaseModule.forRoot(),
        EncryptionModule,
        OutboundModule.forRoot(network),
        AuditModule,
        RateLimitModule,
        AuthModule,
        ReplayModule,
        OAuthModule.forRoot(settings.oauthFeatures),
        OidcModule.forRoot(settings.oauthFeatures),
        PagesModule.forRoot(settings),
        AdminModule.forRoot(settings.oauthFeatures),
        NotesModule,
        ProtectedModule,
        HealthModule,
        MetricsModule.forRoot(settings.mode),
        ProblemsModule,
        OpenApiModule.forRoot(settings.apiDocs),
        ...features,
      ],
      providers: [{ provide: Clock, useValue: clock ?? new SystemClock() }],
      exports: [Clock],
    };
  }
}
