import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { AuthModule } from '../../../src/auth/auth.module';
import type { ResourceServerOptions } from '../../../src/auth/resource-server-options';
import { serveFor } from '../served-process';
import { LiveOrdersGateway } from './live-orders.gateway';
import { OrderMessagesController } from './order-messages.controller';
import { OrdersResolver } from './orders.resolver';

interface Options extends ResourceServerOptions {
  readonly messagePort: number;
}

/** A service with sockets, resolvers and message handlers, and one guard for all. */
function serviceModule(options: ResourceServerOptions) {
  const graphql = GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true });
  @Module({
    imports: [AuthModule.forResourceServer(options), graphql],
    controllers: [OrderMessagesController],
    providers: [LiveOrdersGateway, OrdersResolver],
  })
  class ServiceModule {}
  return ServiceModule;
}

serveFor<Options>(async ({ messagePort, ...options }, clock) => {
  const module = serviceModule({ ...options, clock });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  const tcp: MicroserviceOptions = { transport: Transport.TCP, options: { host: '127.0.0.1', port: messagePort } };
  app.connectMicroservice<MicroserviceOptions>(tcp, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
});
