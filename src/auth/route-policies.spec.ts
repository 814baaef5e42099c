import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Guarded } from './guarded.decorator';
import { Public } from './public.decorator';
import { RequireScopes } from './require-scopes.decorator';
import { ContradictoryRoute } from './route-policy';
import { RoutePolicies, UnguardedGateway } from './route-policies';

describe('the policies of gateways, at start', () => {
  const start = (gateway: object) => {
    const discovery = { getControllers: () => [], getProviders: () => [{ metatype: gateway }] };
    new RoutePolicies(discovery as unknown as DiscoveryService, new MetadataScanner()).onModuleInit();
  };

  it('keep the service from starting where nothing guards them, in a sentence that says what to do', () => {
    @WebSocketGateway()
    class OpenGateway {}
    expect(() => start(OpenGateway)).toThrow(UnguardedGateway);
    expect(() => start(OpenGateway)).toThrow('put @Guarded() on it');
  });

  it('keep it from starting where decorators of a message contradict each other', () => {
    @Guarded()
    @WebSocketGateway()
    class OddGateway {
      @Public()
      @RequireScopes('orders:read')
      @SubscribeMessage('list')
      list(): void {
        return;
      }
    }
    expect(() => start(OddGateway)).toThrow(ContradictoryRoute);
  });

  it('are fine where the guard is on them', () => {
    @Guarded()
    @WebSocketGateway()
    class GoodGateway {}
    expect(() => start(GoodGateway)).not.toThrow();
    expect(() => start(class Provider {})).not.toThrow();
  });
});
