import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** Metadata key of the roles that a route needs. */
export const REQUIRED_ROLES = 'gatehouse:roles';

/** Demands that the person has each of these roles, on top of the scopes; on a controller, for all of its routes as well. */
export const RequireRoles = (...roles: readonly string[]): CustomDecorator => SetMetadata(REQUIRED_ROLES, roles);
