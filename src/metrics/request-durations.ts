import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Histogram } from 'prom-client';
import { MetricsRegistry } from './metrics-registry';
import { RequestHistogram } from './request-histogram';

/** Upper bounds, in seconds: from a guarded route with a warm cache to a sign-in behind a queue of others. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const STATUS_CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'];

type Observable = ReturnType<RequestHistogram['seriesOf']>;

/** Measures every answered request by its route; addresses would make as many series as there are clients. */
@Injectable()
export class RequestDurations implements OnModuleInit {
  private readonly histogram = new RequestHistogram(
    'http_request_duration_seconds',
    'Time from the arrival of a request to the last byte of its answer.',
    BUCKETS,
  );
  /** By method and route, then by class of status. */
  private readonly known = new Map<string, Map<string, Observable[]>>();

  constructor(
    { registry }: MetricsRegistry,
    private readonly host: HttpAdapterHost,
  ) {
    registry.registerMetric(this.histogram as unknown as Histogram);
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unmatched';
      this.seriesOf(request.method, route, Math.trunc(reply.statusCode / 100)).observe(reply.elapsedTime / 1_000);
      done();
    });
  }

  private seriesOf(method: string, route: string, statusClass: number): Observable {
    let routes = this.known.get(method);
    if (routes === undefined) this.known.set(method, (routes = new Map<string, Observable[]>()));
    let classes = routes.get(route);
    if (classes === undefined) routes.set(route, (classes = []));
    return (classes[statusClass] ??= this.histogram.seriesOf({
      method,
      route,
      status: STATUS_CLASSES[statusClass] ?? 'other',
    }));
  }
}
