import { Global, Module } from '@nestjs/common';
import { RateLimits } from './rate-limits';

/** Gives the whole application its rate limits. */
@Global()
@Module({ providers: [RateLimits], exports: [RateLimits] })
export class RateLimitModule {}
