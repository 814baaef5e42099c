import { Global, Module } from '@nestjs/common';
import { Attempts } from './attempts';
import { RateLimits } from './rate-limits';

/** Gives the whole application its rate limits. */
@Global()
@Module({ providers: [Attempts, RateLimits], exports: [Attempts, RateLimits] })
export class RateLimitModule {}
