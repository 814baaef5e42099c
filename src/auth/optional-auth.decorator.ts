import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { ROUTE_ACCESS, type RouteAccess } from './route-access';

/**
 * Lets people in with and without a token; `@CurrentUser()` and `@AccessToken()` are null without one.
 * A token that is sent and is not good is refused all the same: its holder believes to be signed in.
 */
export const OptionalAuth = (): CustomDecorator => SetMetadata(ROUTE_ACCESS, 'optional' satisfies RouteAccess);
