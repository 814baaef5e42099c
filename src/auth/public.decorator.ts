import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { ROUTE_ACCESS, type RouteAccess } from './route-access';

/** Opens a route, or all routes of a controller, to everybody: no token is asked for and none is looked at. */
export const Public = (): CustomDecorator => SetMetadata(ROUTE_ACCESS, 'public' satisfies RouteAccess);
