import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions, RouteOptions } from 'fastify';
import type { Settings } from '../config/settings';
import { answerClientError } from './client-errors';
import { corsPolicyOf } from './cors';
import type { HttpServers } from './http-servers';
import { problemOf } from './problem-translation';
import { sendProblem } from './problem-response';
import { BODY_LIMIT, registerBodyParsers } from './request-bodies';
import { RequestEntry, type RouteNotes } from './request-entry';
import { requestIdOf } from './request-id';
import type { RouteTable } from './route-table';

/** The longest part of a path that a route takes as a parameter: an identifier that is a URL (2,048 characters), each character escaped. */
const MAX_PARAM_LENGTH = 3 * 2_048;

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** Routes of ours have no schemas, class-validator checks their bodies: what compiles those of plugins is loaded with the first of them. */
const SCHEMA_COMPILERS = {
  buildValidator: loadedLate<NonNullable<Compilers['buildValidator']>>('@fastify/ajv-compiler'),
  buildSerializer: loadedLate<NonNullable<Compilers['buildSerializer']>>('@fastify/fast-json-stringify-compiler'),
};

/** Makes Nest's adapter to Fastify with everything that stands before routes: limits, headers, CORS, body parsers, errors. */
export function createFastifyAdapter(settings: Settings, routes: RouteTable, servers: HttpServers): FastifyAdapter {
  const entry = new RequestEntry(settings, routes);
  const adapter = new FastifyAdapter({
    serverFactory: (listener: RequestListener) => servers.create(listener),
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: settings.http.trustedProxies.length > 0 ? [...settings.http.trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: true,
    // A request that still comes on an open connection while the server stops is served: everything it needs is there.
    return503OnClosing: false,
    // Nest's middleware is not used; its hook would run for every request.
    skipMiddie: true,
    schemaController: { compilersFactory: SCHEMA_COMPILERS },
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      maxParamLength: MAX_PARAM_LENGTH,
    },
    clientErrorHandler: answerClientError(settings.issuer),
    // What the router refuses reaches no hook.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      entry.setHeaders('configured', request, reply);
      sendProblem(problemOf(error), settings.issuer, request, reply);
    },
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRoute', (route: RouteOptions) => {
    routes.add(route.url, [route.method].flat());
    const notes: RouteNotes = { cors: corsPolicyOf(route.url) };
    route.config = { ...route.config, ...notes };
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    try {
      if (!entry.enter(request, reply)) done();
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    entry.setDocumentHeaders(reply);
    done();
  });
  registerBodyParsers(fastify);
  servers.follow(fastify);
  return adapter;
}

/** A maker of compilers from one of Fastify's own packages. */
function loadedLate<Maker extends (...parameters: never[]) => unknown>(name: string): Maker {
  let made: Maker | undefined;
  const load = (): Maker => (createRequire(require.resolve('fastify'))(name) as () => Maker)();
  return ((...parameters: Parameters<Maker>) => (made ??= load())(...parameters)) as Maker;
}
