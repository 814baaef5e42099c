import { Controller, Get } from '@nestjs/common';

/** A route with no decorator: closed to everybody without a good access token. */
@Controller('protected')
export class ProtectedController {
  /** Greets whoever is let through. */
  @Get()
  read(): { msg: string } {
    return { msg: 'This is a protected route' };
  }
}
