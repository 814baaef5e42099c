import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module';
import { ApiDocument } from './api-document';
import { DocsController } from './docs.controller';

/** `/docs` and `/docs-json`, where API_DOCS is on; elsewhere they are absent. */
@Module({})
export class OpenApiModule {
  static forRoot(isOn: boolean): DynamicModule {
    if (!isOn) return { module: OpenApiModule };
    return {
      module: OpenApiModule,
      imports: [AuthModule, DiscoveryModule],
      controllers: [DocsController],
      providers: [ApiDocument],
    };
  }
}
