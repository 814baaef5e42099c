import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { AppModule } from './app.module';
import type { Settings } from './config/settings';
import { HttpServers } from './http/http-servers';
import { RouteTable } from './http/route-table';
import { createLog } from './logging/log';

type Imported = NonNullable<ModuleMetadata['imports']>[number];

/**
 * The controllers of the whole application, found without making any of them: what the decorators of features and surfaces say (scopes above all) is
 * known where nothing of them runs.
 */
export function apiControllers(settings: Settings): Type[] {
  const parts = { log: createLog('silent'), routes: new RouteTable(), servers: new HttpServers(settings.issuer) };
  const found = new Set<Type>();
  collect(AppModule.forRoot(settings, parts), found, new Set());
  return [...found];
}

function collect(imported: Imported, found: Set<Type>, seen: Set<Imported>): void {
  if (seen.has(imported) || imported instanceof Promise || 'forwardRef' in imported) return;
  seen.add(imported);
  const {
    module,
    imports = [],
    controllers = [],
  }: DynamicModule = typeof imported === 'function' ? { module: imported } : imported;
  const declared = <Item>(key: string) => (Reflect.getMetadata(key, module) ?? []) as Item[];
  for (const controller of [...controllers, ...declared<Type>('controllers')]) found.add(controller);
  for (const below of [...imports, ...declared<Imported>('imports')]) collect(below, found, seen);
}
