import { Inject, Injectable, type INestApplication } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '../config/settings';
import { type Representation, representationOf } from '../http/representation';
import { completeOperation, describedClasses, type DocumentContext } from './complete-operation';
import { declareClasses, type Swagger } from './declared-classes';
import { DocsClient } from './docs-client';
import { type DocumentedAccess, documentHead } from './document-head';
import { type DocumentedRoute, DocumentedRoutes, OperationIds } from './documented-route';
import { OAUTH_ERROR_SCHEMA } from './oauth-errors';
import { BEARER, CLIENT_BASIC, REFRESH_TOKEN, SIGN_IN } from './operation-access';
import { problemComponents } from './operation-problems';
import { nameSchemas } from './schema-names';

/** The OpenAPI document of the running application, made when it is first asked for: nothing of it is loaded at start. */
@Injectable()
export class ApiDocument {
  private made: Promise<Representation> | undefined;

  constructor(
    private readonly routes: DocumentedRoutes,
    private readonly modules: ModulesContainer,
    private readonly host: HttpAdapterHost,
    private readonly docsClient: DocsClient,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The document as JSON. @throws {Error} when two controllers have the same name */
  read(): Promise<Representation> {
    return (this.made ??= this.make().catch((error: unknown) => {
      this.made = undefined;
      throw error;
    }));
  }

  private async make(): Promise<Representation> {
    const swagger = await import('@nestjs/swagger');
    const routes = this.routes.all();
    declareClasses(swagger, routes);
    return representationOf(JSON.stringify(this.build(swagger, routes)), 'application/json; charset=utf-8');
  }

  private build(swagger: Swagger, routes: readonly DocumentedRoute[]): OpenAPIObject {
    const ids = new OperationIds(routes);
    const documented = routes.filter(({ isUndocumented }) => !isUndocumented);
    const { issuer, tokenCookies } = this.settings;
    const head = documentHead(swagger, {
      ...this.docsClient.access(),
      furtherSchemes: furtherSchemes(documented),
    });
    const document = swagger.SwaggerModule.createDocument(this.application(), head, {
      operationIdFactory: (controller, method) => ids.of(controller, method),
      extraModels: documented.flatMap(describedClasses),
    });
    const { schemas, ...others } = problemComponents(issuer);
    document.components = {
      ...document.components,
      ...others,
      schemas: { ...document.components?.schemas, ...schemas, OAuthError: OAUTH_ERROR_SCHEMA },
    };
    const ways = this.docsClient.isOn ? [SIGN_IN, BEARER] : [BEARER];
    const context = { swagger, schemas: document.components.schemas ?? {}, ways, cookies: tokenCookies };
    completePaths(document, ids, context);
    nameSchemas(document);
    const { openapi, info, servers = [], paths, components } = document;
    return { openapi, info, servers, paths, components };
  }

  /** What the builder looks at of an application; Nest hands the application itself to nobody inside it. */
  private application(): INestApplication {
    return {
      container: { getModules: () => this.modules },
      config: new ApplicationConfig(),
      getHttpAdapter: () => this.host.httpAdapter,
    } as unknown as INestApplication;
  }
}

/** The schemes that only some routes know, where there are such routes. */
function furtherSchemes(routes: readonly DocumentedRoute[]): DocumentedAccess['furtherSchemes'] {
  return [
    ...(routes.some(({ policy }) => policy.access === 'refresh-token') ? ([REFRESH_TOKEN] as const) : []),
    ...(routes.some(({ description }) => description.clients !== undefined) ? ([CLIENT_BASIC] as const) : []),
  ];
}

/** OpenAPI 3.1 §4.8.9 knows no others. */
const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

function completePaths({ paths }: OpenAPIObject, ids: OperationIds, context: DocumentContext): void {
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item) as [keyof typeof item, OperationObject][]) {
      const route = ids.routeOf(operation.operationId ?? '');
      const isKnown = METHODS.has(method) && route !== undefined && !route.isUndocumented;
      if (!isKnown) delete item[method];
      else completeOperation(operation, { method, path }, route, context);
    }
    if (Object.keys(item).length === 0) delete paths[path];
  }
}
