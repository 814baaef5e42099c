/** Metadata key under which a route says who may enter. */
export const ROUTE_ACCESS = 'gatehouse:access';

/**
 * Who may enter a route. Without a decorator it is `required`.
 * `optional`: anybody, but a token that is sent must be good. `refresh-token`: the holder of a live refresh token only.
 */
export type RouteAccess = 'required' | 'public' | 'optional' | 'refresh-token';
