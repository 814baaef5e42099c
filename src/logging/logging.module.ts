import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LOG, type Log } from './log';

/** Gives the whole application the log under {@link LOG}. */
@Global()
@Module({})
export class LoggingModule {
  static forRoot(log: Log): DynamicModule {
    return { module: LoggingModule, providers: [{ provide: LOG, useValue: log }], exports: [LOG] };
  }
}
