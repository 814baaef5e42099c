import { createParamDecorator, type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { authenticationOf } from './authentication';
import { ROUTE_ACCESS, type RouteAccess } from './route-access';

/**
 * Lets in only who holds a live refresh token, sent as the bearer, as `refresh_token` in the JSON body, or in its cookie.
 * The token is looked at and not used up; access tokens are refused.
 */
export const RequireRefreshToken = (): CustomDecorator =>
  SetMetadata(ROUTE_ACCESS, 'refresh-token' satisfies RouteAccess);

/** The refresh token that let the request in, at a route of {@link RequireRefreshToken}; null elsewhere. */
export const RefreshToken = createParamDecorator((_data: unknown, context: ExecutionContext): string | null => {
  return authenticationOf(context)?.refreshToken ?? null;
});
