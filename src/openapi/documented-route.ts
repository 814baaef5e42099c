import { type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type RoutePolicy, routePolicy } from '../auth/route-policy';
import { OPERATION_DESCRIPTION, type OperationDescription, UNDOCUMENTED } from '../http/describe-operation.decorator';
import { FormContributions, type FormFields } from '../http/form-fields';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** A handler with all that is known of it while the application runs. */
export interface DocumentedRoute {
  readonly controller: Type;
  readonly name: string;
  readonly policy: RoutePolicy;
  readonly description: Partial<OperationDescription>;
  /** The classes of its parameters, as the compiler noted them. */
  readonly parameterTypes: readonly unknown[];
  readonly isUndocumented: boolean;
}

/** The routes of the running application. */
@Injectable()
export class DocumentedRoutes {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly forms: FormContributions,
  ) {}

  /** Every handler of every controller. */
  all(): DocumentedRoute[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const controller = metatype as Type<object>;
      const prototype = controller.prototype as Record<string, Handler>;
      const form = this.forms.of(controller);
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => Reflect.hasMetadata(PATH_METADATA, prototype[name]!))
        .map((name) => routeOf(controller, prototype, name, form));
    });
  }
}

function routeOf(
  controller: Type,
  prototype: Record<string, Handler>,
  name: string,
  form: FormFields | undefined,
): DocumentedRoute {
  const handler = prototype[name]!;
  const noted = (key: string): unknown => Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
  return {
    controller,
    name,
    policy: routePolicy(controller, handler),
    description: { ...(form === undefined ? {} : { form }), ...(noted(OPERATION_DESCRIPTION) as object | undefined) },
    parameterTypes: (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []) as unknown[],
    isUndocumented: noted(UNDOCUMENTED) !== undefined,
  };
}

/** Names operations after controller and handler, and finds the handler of an operation. */
export class OperationIds {
  private readonly routes = new Map<string, DocumentedRoute>();

  /** @throws {Error} when two controllers have the same name */
  constructor(routes: readonly DocumentedRoute[]) {
    for (const route of routes) {
      const id = this.of(route.controller.name, route.name);
      if (this.routes.has(id)) throw new Error(`Two controllers are called ${route.controller.name}: rename one.`);
      this.routes.set(id, route);
    }
  }

  /** `notes_list` for `NotesController.list`. @param method may end with `[1]`, for the second path of a handler */
  of(controller: string, method: string): string {
    const noun = controller.replace(/Controller$/, '');
    return `${noun.charAt(0).toLowerCase()}${noun.slice(1)}_${method.replace(/\[(\d+)\]$/, '_$1')}`;
  }

  /** The handler behind an operation; the id of a further path or method of a handler has something at its end. */
  routeOf(operationId: string): DocumentedRoute | undefined {
    return this.routes.get(operationId) ?? this.routes.get(operationId.replace(/_(?:\d+|[a-z]+)$/, ''));
  }
}
