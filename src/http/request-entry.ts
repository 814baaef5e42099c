import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings';
import { Cors, type CorsPolicy, corsPolicyOf, FOR_ANY, isPreflight } from './cors';
import { IssuerHost } from './issuer-host';
import { Problem } from './problem';
import { pathOf } from './problem-response';
import { assertReadable, type FormAcceptance } from './request-bodies';
import type { RouteTable } from './route-table';
import { documentHeaders, securityHeaders } from './security-headers';

/** How many header lines a request may have; Node.js drops those beyond 2,000 without a word. */
const MOST_HEADERS = 200;

/** What the platform notes on each route when it is registered. */
export interface RouteNotes {
  readonly cors?: CorsPolicy;
  readonly acceptForms?: FormAcceptance;
}

/** What happens to every request before it is read, routed paths and others alike. */
export class RequestEntry {
  private readonly headers: Readonly<Record<string, string>>;
  private readonly documentHeaders: Readonly<Record<string, string>>;
  private readonly cors: Cors;
  private readonly issuerHost: IssuerHost;

  constructor(
    settings: Settings,
    private readonly routes: RouteTable,
  ) {
    this.headers = securityHeaders(settings);
    this.documentHeaders = { ...this.headers, ...FOR_ANY };
    this.cors = new Cors(settings);
    this.issuerHost = new IssuerHost(settings);
  }

  /** Sets the headers that every answer carries, errors too. */
  setHeaders(policy: CorsPolicy, request: FastifyRequest, reply: FastifyReply): void {
    void reply.headers(this.headers).header('x-request-id', request.id);
    this.cors.apply(policy, request, reply);
  }

  /** Adds what pages and redirects need, where their route has not set it. */
  setDocumentHeaders(reply: FastifyReply): void {
    const headers = documentHeaders(
      reply.statusCode,
      reply.getHeader('content-type'),
      reply.getHeader('content-security-policy'),
    );
    for (const name in headers) if (!reply.hasHeader(name)) void reply.header(name, headers[name]);
  }

  /**
   * Answers what needs no route: preflights, and people at the wrong address.
   * @returns whether it answered
   * @throws {Problem} for what no route may see
   */
  enter(request: FastifyRequest, reply: FastifyReply): boolean {
    const { cors = 'configured', acceptForms = 'no' } = request.routeOptions.config as RouteNotes;
    if (isPreflight(request)) return this.answerPreflight(request, reply);
    if (cors === 'any' && this.answerDocument(request, reply)) return true;
    this.setHeaders(cors, request, reply);
    const fault = ambiguityOf(request);
    if (fault !== null) throw fault;
    if (this.issuerHost.redirect(request, reply)) return true;
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD' && !request.is404) assertReadable(request, acceptForms);
    return false;
  }

  /** Answers a plain GET of what is the same for everybody. @returns whether it was one */
  private answerDocument(request: FastifyRequest, reply: FastifyReply): boolean {
    const { method, id, headers, routeOptions } = request;
    if (method !== 'GET' || headers['if-none-match'] !== undefined || routeOptions.url === undefined) return false;
    if (this.issuerHost.isElsewhere(request) || ambiguityOf(request) !== null) return false;
    return this.routes.documents.send(routeOptions.url, this.documentHeaders, id, reply);
  }

  private answerPreflight(request: FastifyRequest, reply: FastifyReply): true {
    const method = request.headers['access-control-request-method'] ?? '';
    const pattern = this.routes.patternOf(pathOf(request.raw.url) ?? '', method);
    void reply.headers(this.headers).header('x-request-id', request.id);
    this.cors.answerPreflight(pattern === undefined ? 'configured' : corsPolicyOf(pattern), request, reply);
    return true;
  }
}

/** What is wrong with a request that two readers could understand in two ways; null with one that is clear. */
function ambiguityOf(request: FastifyRequest): Problem | null {
  const { rawHeaders, url, httpVersionMajor } = request.raw;
  // RFC 9112 §2.3: Node.js reads header lines under any version number, others end an HTTP/0.9 request at its first line.
  if (httpVersionMajor !== 1) return new Problem('bad_request', { detail: 'Speak HTTP/1.1.' });
  if (rawHeaders.length > 2 * MOST_HEADERS) return new Problem('headers_too_large');
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  // RFC 9112 §3.2: more than one Host is answered with 400.
  if (hosts > 1) return new Problem('bad_request', { detail: 'Send one Host header.' });
  // RFC 9112 §3.2: paths, and absolute addresses as proxies get them; the router would take others for paths as well.
  if (url === undefined || !/^(?:\/|https?:\/\/)/i.test(url)) {
    return new Problem('bad_request', { detail: 'The request target is no path.' });
  }
  return null;
}
