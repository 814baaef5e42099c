import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ResourceServerOptions } from '../../../src/auth/resource-server-options';
import { ResourceServerModule } from '../../../src/auth/resource-server.module';
import { serveFor } from '../served-process';
import { OrdersController, ShopController } from './orders.controller';

/** A service of its own: no database, no people, nothing of Gatehouse but the gate. */
function ordersModule(options: ResourceServerOptions) {
  @Module({ imports: [ResourceServerModule.forRoot(options)], controllers: [OrdersController, ShopController] })
  class OrdersModule {}
  return OrdersModule;
}

serveFor<ResourceServerOptions>(async (options, clock) => {
  const module = ordersModule({ ...options, clock });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
});
