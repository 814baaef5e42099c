import type { ExecutionContext, Type } from '@nestjs/common';
import { StartupError } from '../config/startup-error';
import { ANY_AUDIENCE } from './any-audience.decorator';
import { REQUIRED_ACR, REQUIRED_FRESHNESS } from './require-fresh.decorator';
import { REQUIRED_ROLES } from './require-roles.decorator';
import { REQUIRED_SCOPES } from './require-scopes.decorator';
import { ROUTE_ACCESS, type RouteAccess } from './route-access';

/** What the decorators of a route and its controller demand, taken together. */
export interface RoutePolicy {
  readonly access: RouteAccess;
  /** Whether tokens for any resource server of this issuer are let in. */
  readonly anyAudience: boolean;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** Seconds. */
  readonly maxAge: number | undefined;
  readonly acrValues: readonly string[] | undefined;
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** The decorators of a route contradict each other: it stays closed, and the service does not start. */
export class ContradictoryRoute extends StartupError {
  constructor(controller: Type, handler: Handler, contradiction: string) {
    super(`${controller.name}.${handler.name} ${contradiction}`);
  }
}

const policies = new WeakMap<Type, WeakMap<Handler, RoutePolicy>>();

/**
 * The policy of a route, worked out once: what a method says goes before what its controller says; scopes and roles add up. A method
 * that demands something closes itself again where its controller is open.
 * @throws {ContradictoryRoute}
 */
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
  const access = readAccess(controller, handler);
  const policy = {
    access,
    anyAudience: nearest<boolean>(ANY_AUDIENCE) ?? false,
    scopes: both(REQUIRED_SCOPES),
    roles: both(REQUIRED_ROLES),
    maxAge: nearest<number>(REQUIRED_FRESHNESS),
    acrValues: nearest<string[]>(REQUIRED_ACR),
  };
  if (access === 'refresh-token' && (demandsSomething(controller) || demandsSomething(handler))) {
    const contradiction = 'lets refresh tokens in, which carry no scopes, roles or age: leave those demands out.';
    throw new ContradictoryRoute(controller, handler, contradiction);
  }
  return policy;
}

function readAccess(controller: Type, handler: Handler): RouteAccess {
  for (const place of [handler, controller]) {
    const access = Reflect.getMetadata(ROUTE_ACCESS, place) as RouteAccess | undefined;
    if ((access === 'public' || access === 'optional') && demandsSomething(place)) {
      const contradiction = `is open to people without a token and demands something of the token: leave one of the two out.`;
      throw new ContradictoryRoute(controller, handler, contradiction);
    }
    if (access !== undefined) return access;
    if (demandsSomething(place)) return 'required';
  }
  return 'required';
}

function demandsSomething(place: object): boolean {
  return [REQUIRED_SCOPES, REQUIRED_ROLES, REQUIRED_FRESHNESS, REQUIRED_ACR].some((key) =>
    Reflect.hasMetadata(key, place),
  );
}
