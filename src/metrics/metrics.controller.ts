import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../auth/public.decorator';
import { RequireRoles } from '../auth/require-roles.decorator';
import { Undocumented } from '../http/describe-operation.decorator';
import { ADMIN_ROLE } from '../users/user.entity';
import { MetricsRegistry } from './metrics-registry';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What monitoring reads where the service is reachable by strangers: for administrators only. */
@RequireRoles(ADMIN_ROLE)
@Undocumented('for monitoring, which knows the format')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsRegistry) {}

  /** Durations of requests by route, and the state of the process. */
  @Get()
  @Header('Content-Type', PROMETHEUS_TEXT)
  read(): Promise<string> {
    return this.metrics.expose();
  }
}

/** The same for a developer's machine: open. */
@Public()
@Undocumented('for monitoring, which knows the format')
@Controller('metrics')
export class OpenMetricsController {
  constructor(private readonly metrics: MetricsRegistry) {}

  /** Durations of requests by route, and the state of the process. */
  @Get()
  @Header('Content-Type', PROMETHEUS_TEXT)
  read(): Promise<string> {
    return this.metrics.expose();
  }
}
