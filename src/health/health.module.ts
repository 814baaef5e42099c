import { Module } from '@nestjs/common';
import { HealthController } from './health.controller';
import { Readiness } from './readiness';

/** `/health/live` and `/health/ready`. */
@Module({ controllers: [HealthController], providers: [Readiness] })
export class HealthModule {}
