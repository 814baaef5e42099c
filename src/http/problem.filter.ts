import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import { type Log, LOG } from '../logging/log';
import { OAuthError } from '../protocol/errors';
import { answerElsewhere } from './context-answers';
import { dialectOf } from './error-dialect';
import { ErrorPages } from './error-pages';
import { sendOAuthError } from './oauth-error-response';
import { Problem } from './problem';
import { breakOff, hasBegun, pathOf, sendProblem } from './problem-response';
import { problemOf } from './problem-translation';
import { resourceMetadataOf } from './resource-metadata';
import { RouteTable } from './route-table';

const NOT_OFFERED =
  'There is nothing at this address: what this server offers is in its metadata, /.well-known/oauth-authorization-server.';

/**
 * Answers every error that no other filter takes: with `application/problem+json`, and in the dialects of OAuth and of pages where those are
 * spoken. A filter for one kind of error, registered by a
 * module further up, is asked before this one and may hand the {@link Problem} that it makes of it to {@link catch}.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
    private readonly routes: RouteTable,
    private readonly pages: ErrorPages,
  ) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return this.answerElsewhere(error, host);
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = request.is404 ? this.notFound(request) : problemOf(error, resourceMetadataOf(this.settings.issuer));
    const dialect = dialectOf(request.routeOptions.url ?? pathOf(request.raw.url) ?? '');
    const told = error instanceof OAuthError ? error : problem;
    // Whoever sees a page has nothing but the id of the request to name, and an operator nothing but the log to find it in.
    this.report(problem, told, request, dialect === 'page' ? 'info' : 'debug');
    if (hasBegun(reply)) return breakOff(reply);
    if (dialect === 'oauth') sendOAuthError(told, this.settings.issuer, request, reply);
    else if (dialect === 'page') this.pages.send(told, request, reply);
    else sendProblem(problem, this.settings.issuer, request, reply);
  }

  /** A feature's sockets, messages and resolvers: what clients may not know is told to the log only, as over HTTP. */
  private answerElsewhere(error: unknown, host: ArgumentsHost): unknown {
    if (error instanceof OAuthError) return answerElsewhere(error, host);
    const problem = problemOf(error);
    if (problem.status >= 500) {
      this.log.error({ context: host.getType(), problem: problem.code, err: problem.cause }, problem.title);
    }
    return answerElsewhere(problem, host);
  }

  private notFound(request: FastifyRequest): Problem {
    const path = pathOf(request.raw.url);
    const methods = path === undefined ? [] : this.routes.methodsOf(path);
    // RFC 9110 §15.5.6: a 405 names the methods that are allowed.
    if (methods.length > 0) return new Problem('method_not_allowed', { headers: { Allow: methods.join(', ') } });
    // What is off is as what never was.
    return new Problem('not_found', path !== undefined && dialectOf(path) === 'oauth' ? { detail: NOT_OFFERED } : {});
  }

  /** @param refusals the level at which what is the client's own fault is logged */
  private report(
    problem: Problem,
    told: OAuthError | Problem,
    request: FastifyRequest,
    refusals: 'debug' | 'info',
  ): void {
    const { method, id: requestId } = request;
    const where = { requestId, method, route: request.routeOptions.url ?? null, problem: kindOf(problem, told) };
    if (problem.code === 'temporarily_unavailable') this.log.warn({ ...where, err: problem.cause }, problem.title);
    else if (problem.status >= 500) this.log.error({ ...where, err: problem.cause ?? problem }, 'Request failed.');
    else if (this.log.isLevelEnabled(refusals)) {
      this.log[refusals]({ ...where, detail: told.detail }, told instanceof Problem ? told.title : told.message);
    }
  }
}

/** The code that the client is told: that of the standard, where no guard has made a finer one of it. */
function kindOf(problem: Problem, told: OAuthError | Problem): string {
  return told instanceof OAuthError && told.challenge === undefined ? told.error : problem.code;
}
