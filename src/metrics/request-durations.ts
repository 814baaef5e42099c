import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';
import { MetricsRegistry } from './metrics-registry';

/** Upper bounds, in seconds: from a guarded route with a warm cache to a sign-in behind a queue of others. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Measures every answered request by its route; addresses would make as many series as there are clients. */
@Injectable()
export class RequestDurations implements OnModuleInit {
  private readonly histogram: Histogram<'method' | 'route' | 'status'>;

  constructor(
    { registry }: MetricsRegistry,
    private readonly host: HttpAdapterHost,
  ) {
    this.histogram = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the last byte of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unmatched';
      const status = STATUS_CLASSES[Math.trunc(reply.statusCode / 100)] ?? 'other';
      this.histogram.observe({ method: request.method, route, status }, reply.elapsedTime / 1_000);
      done();
    });
  }
}

const STATUS_CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'];
