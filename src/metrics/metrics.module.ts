import { type DynamicModule, Module } from '@nestjs/common';
import type { Mode } from '../config/settings';
import { MetricsController, OpenMetricsController } from './metrics.controller';
import { MetricsRegistry } from './metrics-registry';
import { RequestDurations } from './request-durations';

/** `/metrics`: open in development, for administrators everywhere else. */
@Module({})
export class MetricsModule {
  static forRoot(mode: Mode): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [mode === 'development' ? OpenMetricsController : MetricsController],
      providers: [MetricsRegistry, RequestDurations],
    };
  }
}
