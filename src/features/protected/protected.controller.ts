import { Controller, Get } from '@nestjs/common';
import { DescribeOperation } from '../../http/describe-operation.decorator';

/** A route with no decorator: closed to everybody without a good access token. */
@Controller('protected')
export class ProtectedController {
  /** Greets whoever is let through. */
  @Get()
  @DescribeOperation({ summary: 'Be greeted', answer: { msg: 'This is a protected route' } })
  read(): { msg: string } {
    return { msg: 'This is a protected route' };
  }
}
