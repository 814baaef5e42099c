import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { SETTINGS, type Settings } from '../config/settings';
import { openDatabase, type OpenDatabase } from './open-database';
import { ChangeFeed } from './change-feed';
import { Follower } from './follower';
import { Reader } from './reader';
import { Sweeper } from './sweeper';
import { UnitOfWork } from './unit-of-work';

const OPEN_DATABASE = Symbol('OpenDatabase');

/** Gives the whole application its one way to write, {@link UnitOfWork}, and its one way to read, {@link Reader}. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(OPEN_DATABASE) private readonly database: OpenDatabase) {}

  /** Opens the database of the settings when the application starts. */
  static forRoot(): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [ScheduleModule.forRoot()],
      providers: [
        {
          provide: OPEN_DATABASE,
          inject: [SETTINGS],
          useFactory: (settings: Settings) => openDatabase(settings.database),
        },
        { provide: UnitOfWork, inject: [OPEN_DATABASE], useFactory: (database: OpenDatabase) => database.unitOfWork },
        { provide: Reader, inject: [OPEN_DATABASE], useFactory: (database: OpenDatabase) => database.reader },
        ChangeFeed,
        Follower,
        Sweeper,
      ],
      exports: [UnitOfWork, Reader, ChangeFeed, Follower, Sweeper],
    };
  }

  /** Runs after the listener is closed: what is queued is committed, then the connections are closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
