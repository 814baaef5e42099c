import { Controller, Get } from '@nestjs/common';
import { Public } from '../auth/public.decorator';
import { DescribeOperation } from '../http/describe-operation.decorator';
import { Problem } from '../http/problem';
import { Readiness } from './readiness';

/** What load balancers and orchestrators ask. */
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Answers as long as the process turns its loop: a restart would help if it did not. */
  @Get('live')
  @DescribeOperation({ summary: 'Ask whether the process lives', answer: { status: 'ok' } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Answers 200 while requests can be served; a restart does not help if it does not. */
  @Get('ready')
  @DescribeOperation({
    summary: 'Ask whether requests can be served',
    answer: { status: 'ok', checks: { database: 'up' } },
    problems: ['temporarily_unavailable'],
  })
  async ready(): Promise<{ status: 'ok'; checks: Readonly<Record<string, string>> }> {
    const { ready, checks } = await this.readiness.report();
    if (!ready) {
      throw new Problem('temporarily_unavailable', { headers: { 'Retry-After': '2' }, extensions: { checks } });
    }
    return { status: 'ok', checks };
  }
}
