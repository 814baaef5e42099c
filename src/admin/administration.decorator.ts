import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RequestOrigin } from '../audit/audit-event';
import { authenticationOf } from '../auth/authentication';
import { DescribeScopes } from '../auth/describe-scopes.decorator';
import { requestOrigin } from '../auth/request-origin';
import { RequireRoles } from '../auth/require-roles.decorator';
import { ADMIN_ROLE } from '../users/user.entity';

/** The scope that lets somebody see how the server is set up, and who has an account. */
export const ADMIN_READ = 'admin:read';

/** The scope that lets somebody change how the server is set up. */
export const ADMIN_WRITE = 'admin:write';

/**
 * Opens a controller to administrators. Role and scope are both needed: the role says who the person is, the scope that this token was meant for it,
 * which a token that they let some application have is not.
 */
export const Administration = (): ClassDecorator =>
  applyDecorators(
    RequireRoles(ADMIN_ROLE),
    DescribeScopes({
      [ADMIN_READ]: { description: 'See how this server is set up, and who has an account', roles: [ADMIN_ROLE] },
      [ADMIN_WRITE]: { description: 'Change how this server is set up', roles: [ADMIN_ROLE] },
    }),
  );

/** Who asks, for the audit log: where the request came from, and the administrator who sent it. */
export const Administrator = createParamDecorator((_data: unknown, context: ExecutionContext): RequestOrigin => {
  const origin = requestOrigin(context.switchToHttp().getRequest<FastifyRequest>());
  const by = authenticationOf(context)?.claims?.sub;
  return by === undefined ? origin : { ...origin, by };
});
