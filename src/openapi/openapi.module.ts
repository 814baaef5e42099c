import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module';
import { ClientsModule } from '../clients/clients.module';
import { ApiDocument } from './api-document';
import { DocsClient } from './docs-client';
import { DocsController } from './docs.controller';
import { DocumentedRoutes } from './documented-route';

/** `/docs` and `/docs-json`, where API_DOCS is on; elsewhere they are absent. */
@Module({})
export class OpenApiModule {
  static forRoot(isOn: boolean): DynamicModule {
    return {
      module: OpenApiModule,
      imports: [AuthModule, ClientsModule, DiscoveryModule],
      controllers: isOn ? [DocsController] : [],
      providers: isOn ? [ApiDocument, DocsClient, DocumentedRoutes] : [DocsClient],
    };
  }
}
