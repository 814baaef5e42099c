import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module';
import type { EventOrigin } from '../audit/audit-event';
import { Accounts } from '../auth/accounts';
import { AuthModule } from '../auth/auth.module';
import { Clock, SystemClock } from '../config/clock';
import { ConfigModule } from '../config/config.module';
import { settingsFromEnvironment } from '../config/environment';
import type { Settings } from '../config/settings';
import { DatabaseModule } from '../database/database.module';
import { EncryptionModule } from '../encryption/encryption.module';
import { KeyRotation } from '../keys/key-rotation';
import { createLog } from '../logging/log';
import { LoggingModule } from '../logging/logging.module';
import { OutboundModule } from '../outbound/outbound.module';
import { RateLimitModule } from '../rate-limit/rate-limit.module';
import { ReplayModule } from '../replay/replay.module';
import type { User } from '../users/user.entity';
import { UserStore } from '../users/user-store';
import { CommandFailed } from './failure';

/** Who the audit log says did it. */
export const COMMAND_LINE: EventOrigin = { address: null, requestId: null, by: 'cli' };

/** What of the server the commands work with. */
export interface Services {
  readonly accounts: Accounts;
  readonly users: UserStore;
  readonly keys: KeyRotation;
}

/** The server without its surfaces: nothing here answers requests, and no feature runs beside the one in the servers. */
@Module({})
class HeadlessModule {
  static forRoot(settings: Settings): DynamicModule {
    const isVerbose = settings.logLevel === 'debug' || settings.logLevel === 'trace';
    const log = createLog(isVerbose ? settings.logLevel : 'silent', (line) => process.stderr.write(line));
    return {
      module: HeadlessModule,
      global: true,
      imports: [
        ConfigModule.forRoot(settings),
        LoggingModule.forRoot(log),
        DatabaseModule.forRoot(),
        EncryptionModule,
        OutboundModule.forRoot(),
        AuditModule,
        RateLimitModule,
        ReplayModule,
        AuthModule,
      ],
      providers: [{ provide: Clock, useClass: SystemClock }],
      exports: [Clock],
    };
  }
}

/** Opens the database of the settings for one piece of work. */
@Injectable()
export class Operations {
  /**
   * Does a piece of work on the same database as the servers, and closes it again.
   * @throws {StartupError} when the settings or the database cannot be used
   */
  async run<Result>(work: (services: Services) => Promise<Result>): Promise<Result> {
    const module = HeadlessModule.forRoot(settingsFromEnvironment());
    const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    const get = <Service>(type: abstract new (...parameters: never[]) => Service) =>
      application.get<Service>(type, { strict: false });
    try {
      return await work({ accounts: get(Accounts), users: get(UserStore), keys: get(KeyRotation) });
    } finally {
      await application.close();
    }
  }

  /**
   * Does a piece of work on the account of somebody.
   * @param login their user name or e-mail address
   * @throws {CommandFailed} when nobody has it
   */
  onAccount<Result>(login: string, work: (user: User, services: Services) => Promise<Result>): Promise<Result> {
    return this.run(async (services) => {
      const found = await services.users.findForSignIn(login);
      if (found === null) {
        throw new CommandFailed(`Nobody has the user name or e-mail address ${JSON.stringify(login)}.`);
      }
      return work(found.user, services);
    });
  }
}
