import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Type } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module';
import type { Clock } from './config/clock';
import { SETTINGS, type Settings } from './config/settings';
import { createFastifyAdapter } from './http/fastify-adapter';
import { HttpServers } from './http/http-servers';
import { listenFailure } from './http/listen-failure';
import { logRequests } from './http/request-log';
import { RouteTable } from './http/route-table';
import { createLog } from './logging/log';
import { NestLog } from './logging/nest-log';
import { TlsIdentity } from './http/tls-identity';
import { leaveOutUnusedPackages } from './optional-packages';
import type { OutboundNetwork } from './outbound/outbound-network';

/** What tests change about the application. */
export interface AppOptions {
  /** Feature modules beside those of the house. */
  readonly features?: readonly Type[];
  readonly clock?: Clock;
  /** The way to the servers of strangers. */
  readonly network?: OutboundNetwork;
  /** Gets each line of the log instead of standard output. */
  readonly log?: (line: string) => void;
}

/**
 * Makes the application, the same for production and for tests: the database is open and migrated, requests can be injected, and
 * nothing listens yet.
 * @throws {StartupError} when something that it needs is not there
 */
export async function createApp(settings: Settings, options: AppOptions = {}): Promise<NestFastifyApplication> {
  const log = createLog(settings.logLevel, options.log);
  const routes = new RouteTable();
  const servers = new HttpServers(settings.issuer, identityOf(settings));
  const adapter = createFastifyAdapter(settings, routes, servers);
  const { features, clock, network } = options;
  leaveOutUnusedPackages();
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, { log, routes, servers, features, clock, network }),
    adapter,
    { logger: new NestLog(log), abortOnError: false, bodyParser: false },
  );
  logRequests(adapter.getInstance(), log);
  try {
    await app.init();
    await adapter.getInstance().ready();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

function identityOf({ listen: { tls } }: Settings): TlsIdentity | null {
  return tls === null ? null : new TlsIdentity(tls);
}

/**
 * Listens where the settings say, on every address of the host.
 * @throws {StartupError} when that address cannot be had
 */
export async function listen(app: NestFastifyApplication): Promise<AddressInfo> {
  const { listen: where } = app.get<Settings>(SETTINGS);
  const servers = app.get(HttpServers);
  try {
    return await servers.listen(where.host, where.port, (host, port) => app.listen({ host, port }));
  } catch (error) {
    throw listenFailure(error, where) ?? error;
  }
}
