import { Mutation, Query, Resolver } from '@nestjs/graphql';
import { AccessToken, type Claims } from '../../../src/auth/access-token.decorator';
import { Public } from '../../../src/auth/public.decorator';
import { RequireScopes } from '../../../src/auth/require-scopes.decorator';

/** Closed as routes are: the global guard stands before resolvers as well. */
@Resolver()
export class OrdersResolver {
  @Public()
  @Query(() => String)
  motto(): string {
    return 'open';
  }

  @Query(() => String)
  me(@AccessToken() { sub }: Claims): string {
    return sub;
  }

  @RequireScopes('orders:write')
  @Mutation(() => String)
  place(@AccessToken() { sub }: Claims): string {
    return sub;
  }
}
