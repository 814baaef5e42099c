import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import { type Log, LOG } from '../logging/log';
import { Problem } from './problem';
import { pathOf, sendProblem } from './problem-response';
import { problemOf } from './problem-translation';
import { RouteTable } from './route-table';

/**
 * Answers every error that no other filter takes with `application/problem+json`. A filter for one kind of error, registered by a
 * module further up, is asked before this one and may hand the {@link Problem} that it makes of it to {@link catch}.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
    private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = request.is404 ? this.notFound(request) : problemOf(error);
    this.report(problem, request);
    sendProblem(problem, this.settings.issuer, request, http.getResponse<FastifyReply>());
  }

  private notFound(request: FastifyRequest): Problem {
    const path = pathOf(request.raw.url);
    const methods = path === undefined ? [] : this.routes.methodsOf(path);
    // RFC 9110 §15.5.6: a 405 names the methods that are allowed.
    if (methods.length > 0) return new Problem('method_not_allowed', { headers: { Allow: methods.join(', ') } });
    return new Problem('not_found');
  }

  private report(problem: Problem, request: FastifyRequest): void {
    const { method, id: requestId } = request;
    const where = { requestId, method, route: request.routeOptions.url ?? null, code: problem.code };
    if (problem.code === 'temporarily_unavailable') this.log.warn({ ...where, err: problem.cause }, problem.title);
    else if (problem.status >= 500) this.log.error({ ...where, err: problem.cause ?? problem }, 'Request failed.');
    else if (this.log.isLevelEnabled('debug')) this.log.debug({ ...where, detail: problem.detail }, problem.title);
  }
}
