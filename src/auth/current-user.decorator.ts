import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { authenticationOf } from './authentication';
import type { CurrentPerson } from './current-person';

/**
 * The person behind the request, read from the user store when the route asks for it; null where no person is (no token, or a
 * client acting for itself). For the id alone `@AccessToken()` and its `sub` cost no database call.
 */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Promise<CurrentPerson | null> =>
    authenticationOf(context)?.person() ?? Promise.resolve(null),
);
