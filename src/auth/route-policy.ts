import type { ExecutionContext, Type } from '@nestjs/common';
import { REQUIRED_ACR, REQUIRED_FRESHNESS } from './require-fresh.decorator';
import { REQUIRED_ROLES } from './require-roles.decorator';
import { REQUIRED_SCOPES } from './require-scopes.decorator';
import { ROUTE_ACCESS, type RouteAccess } from './route-access';

/** What the decorators of a route and its controller demand, taken together. */
export interface RoutePolicy {
  readonly access: RouteAccess;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** Seconds. */
  readonly maxAge: number | undefined;
  readonly acrValues: readonly string[] | undefined;
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

const policies = new WeakMap<Type, WeakMap<Handler, RoutePolicy>>();

/** The policy of a route, worked out once: what a method says goes before what its controller says; scopes and roles add up. */
export function routePolicy(controller: Type, handler: Handler): RoutePolicy {
  let ofController = policies.get(controller);
  if (ofController === undefined) policies.set(controller, (ofController = new WeakMap()));
  let policy = ofController.get(handler);
  if (policy === undefined) ofController.set(handler, (policy = readPolicy(controller, handler)));
  return policy;
}

function readPolicy(controller: Type, handler: Handler): RoutePolicy {
  const nearest = <Value>(key: string) =>
    (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as Value | undefined;
  const both = (key: string) => [
    ...new Set([
      ...((Reflect.getMetadata(key, controller) ?? []) as string[]),
      ...((Reflect.getMetadata(key, handler) ?? []) as string[]),
    ]),
  ];
  return {
    access: nearest<RouteAccess>(ROUTE_ACCESS) ?? 'required',
    scopes: both(REQUIRED_SCOPES),
    roles: both(REQUIRED_ROLES),
    maxAge: nearest<number>(REQUIRED_FRESHNESS),
    acrValues: nearest<string[]>(REQUIRED_ACR),
  };
}
