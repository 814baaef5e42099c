import { Module } from '@nestjs/common';
import { type NestApplication, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { leaveOutUnusedPackages } from './optional-packages';

@Module({})
class Empty {}

/** What Nest has made of its packages in an application. */
async function started(): Promise<Partial<Record<'socketModule' | 'microservicesModule', object | null>>> {
  const app = await NestFactory.create<NestApplication>(Empty, new FastifyAdapter(), { logger: false });
  await app.init();
  await app.close();
  return app as unknown as Partial<Record<'socketModule' | 'microservicesModule', object | null>>;
}

describe('leaveOutUnusedPackages', () => {
  it('lets Nest load its packages for gateways and messages where a feature has loaded them, and only there', async () => {
    leaveOutUnusedPackages();
    const without = await started();
    expect([without.socketModule, without.microservicesModule]).toEqual([null, null]);

    await import('@nestjs/websockets');
    const withGateways = await started();
    expect(withGateways.socketModule).not.toBeNull();
    expect(withGateways.microservicesModule).toBeNull();

    await import('@nestjs/microservices');
    leaveOutUnusedPackages();
    const withBoth = await started();
    expect(withBoth.socketModule).not.toBeNull();
    expect(withBoth.microservicesModule).not.toBeNull();
  });
});
