import { applyDecorators, UseFilters, UseGuards } from '@nestjs/common';
import { AccessTokenGuard } from './guards/access-token.guard';
import { RefusalFilter } from './refusal.filter';

/**
 * Puts the guard before the handlers of a gateway, and its refusals into their form. Nest applies global guards to routes and resolvers, and not to WebSocket
 * gateways, nor to message handlers of a hybrid application that does not inherit its configuration; a gateway without it keeps the service from starting.
 */
export const Guarded = (): ClassDecorator => applyDecorators(UseGuards(AccessTokenGuard), UseFilters(RefusalFilter));
