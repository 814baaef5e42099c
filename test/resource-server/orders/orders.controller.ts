import { Controller, Get, Post } from '@nestjs/common';
import { AccessToken, type Claims } from '../../../src/auth/access-token.decorator';
import { CurrentUser } from '../../../src/auth/current-user.decorator';
import { OptionalAuth } from '../../../src/auth/optional-auth.decorator';
import { Public } from '../../../src/auth/public.decorator';
import { RequireFresh } from '../../../src/auth/require-fresh.decorator';
import { RequireRoles } from '../../../src/auth/require-roles.decorator';
import { RequireScopes } from '../../../src/auth/require-scopes.decorator';

/** The routes of a service that trusts Gatehouse: the decorators are those of its own feature modules. */
@RequireScopes('orders:read')
@Controller('orders')
export class OrdersController {
  @Get()
  list(@AccessToken() { sub, client_id: clientId, scope }: Claims): object {
    return { sub, clientId, scope };
  }

  @Post()
  @RequireScopes('orders:write')
  place(@AccessToken() { sub }: Claims): object {
    return { placedBy: sub };
  }

  @Get('recent')
  @RequireFresh(60)
  recent(): object {
    return { orders: [] };
  }

  @Get('all')
  @RequireRoles('admin')
  all(): object {
    return { orders: [] };
  }

  @Get('person')
  person(@CurrentUser() person: unknown): object {
    return { person };
  }
}

@Controller('shop')
export class ShopController {
  @Public()
  @Get()
  open(): object {
    return { open: true };
  }

  @OptionalAuth()
  @Get('greeting')
  greet(@AccessToken() claims: Claims | null): object {
    return { hello: claims?.sub ?? 'stranger' };
  }
}
