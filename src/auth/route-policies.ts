import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { StartupError } from '../config/startup-error';
import { AccessTokenGuard } from './guards/access-token.guard';
import { routePolicy } from './route-policy';

type Handler = Parameters<typeof routePolicy>[1];

/** Metadata keys by which Nest knows handlers: of routes, of socket messages, of messages between services. */
const HANDLERS = [METHOD_METADATA, 'websockets:message_mapping', 'microservices:pattern'];

/** Metadata key by which Nest knows WebSocket gateways. */
const GATEWAY = 'websockets:is_gateway';

/** A gateway that nothing guards: Nest applies no global guards to gateways. */
export class UnguardedGateway extends StartupError {
  constructor(gateway: Type) {
    super(`${gateway.name} is a WebSocket gateway without a guard: put @Guarded() on it.`);
  }
}

/** Works out the policy of every handler at start, so that contradictory decorators and open gateways are found before anybody calls them. */
@Injectable()
export class RoutePolicies implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /**
   * @throws {ContradictoryRoute}
   * @throws {UnguardedGateway}
   */
  onModuleInit(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype === 'function') this.readAll(metatype as Type);
    }
    for (const { metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || !Reflect.hasMetadata(GATEWAY, metatype)) continue;
      const guards = (Reflect.getMetadata(GUARDS_METADATA, metatype) ?? []) as unknown[];
      if (!guards.includes(AccessTokenGuard)) throw new UnguardedGateway(metatype as Type);
      this.readAll(metatype as Type);
    }
  }

  private readAll(controller: Type): void {
    const prototype = controller.prototype as Record<string, Handler>;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name]!;
      if (HANDLERS.some((key) => Reflect.hasMetadata(key, handler))) routePolicy(controller, handler);
    }
  }
}
