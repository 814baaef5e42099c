import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { AccessToken, type Claims } from '../../../src/auth/access-token.decorator';
import { RequireScopes } from '../../../src/auth/require-scopes.decorator';

/** Messages of other services, which bring a token as their member `authorization`. */
@Controller()
export class OrderMessagesController {
  @RequireScopes('orders:write')
  @MessagePattern('place')
  place(@AccessToken() { sub }: Claims): object {
    return { placedBy: sub };
  }
}
