import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { HttpServers } from './http-servers';
import { ErrorPages } from './error-pages';
import { FormContributions } from './form-fields';
import { ProblemFilter } from './problem.filter';
import { RouteTable } from './route-table';
import { ValidationPipe } from './validation.pipe';

/**
 * The dialect of everything that is not an OAuth endpoint: every argument is validated, every error is a problem.
 * Nest asks filters of modules that are imported later first: import this module before all that bring filters of their own.
 */
@Global()
@Module({})
export class HttpModule {
  /** @param routes the table that the adapter fills; @param servers the sockets under it */
  static forRoot(routes: RouteTable, servers: HttpServers): DynamicModule {
    return {
      module: HttpModule,
      providers: [
        { provide: RouteTable, useValue: routes },
        { provide: HttpServers, useValue: servers },
        ErrorPages,
        FormContributions,
        ProblemFilter,
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
      exports: [RouteTable, HttpServers, ErrorPages, FormContributions, ProblemFilter],
    };
  }
}
