import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of this application; those of the process are watched from the first time that somebody asks. */
@Injectable()
export class MetricsRegistry {
  readonly registry = new Registry();
  private watchesProcess = false;

  /** Everything, in the text format of Prometheus. */
  expose(): Promise<string> {
    if (!this.watchesProcess) {
      this.watchesProcess = true;
      collectDefaultMetrics({ register: this.registry });
    }
    return this.registry.metrics();
  }
}
