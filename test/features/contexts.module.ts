import { Controller, Module } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { WsAdapter } from '@nestjs/platform-ws';
import { AuthModule } from '../../src/auth/auth.module';
import { Public } from '../../src/auth/public.decorator';
import { Problem } from '../../src/http/problem';
import { LiveOrdersGateway } from '../resource-server/contexts/live-orders.gateway';
import { OrderMessagesController } from '../resource-server/contexts/order-messages.controller';
import { OrdersResolver } from '../resource-server/contexts/orders.resolver';

/** What a client must not be told. */
export const FAULT = 'no such column: password_hash';

function fail(): never {
  throw new Error(FAULT);
}

@Resolver()
class FaultyResolver {
  @Public()
  @Query(() => String)
  broken(): string {
    return fail();
  }

  @Public()
  @Query(() => String)
  missing(): string {
    throw new Problem('not_found', { detail: 'There is no such order.' });
  }
}

@Controller()
class FaultyMessages {
  @Public()
  @MessagePattern('broken')
  broken(): string {
    return fail();
  }
}

/** A feature of this server itself with sockets, resolvers and message handlers: the samples of a resource server elsewhere, as they are. */
@Module({
  imports: [
    AuthModule,
    GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true }),
  ],
  controllers: [FaultyMessages, OrderMessagesController],
  providers: [FaultyResolver, LiveOrdersGateway, OrdersResolver],
})
export class ContextsModule {
  constructor(config: ApplicationConfig, { httpAdapter }: HttpAdapterHost) {
    // Before the application is initialised, when its gateways are put on their paths.
    config.setIoAdapter(new WsAdapter(httpAdapter.getHttpServer()));
  }
}
