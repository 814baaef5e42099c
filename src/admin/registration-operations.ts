import { applyDecorators, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { RequireScopes } from '../auth/require-scopes.decorator';
import { DescribeOperation, type OperationDescription } from '../http/describe-operation.decorator';
import type { ProblemCode } from '../http/problem-codes';
import { ADMIN_READ, ADMIN_WRITE } from './administration.decorator';

const PRECONDITIONS: readonly ProblemCode[] = ['precondition_required', 'precondition_failed'];

/** `GET` of all things of a kind, a page at a time. */
export const ListOperation = (description: OperationDescription): MethodDecorator =>
  applyDecorators(Get(), RequireScopes(ADMIN_READ), DescribeOperation(description));

/** `POST` of a new thing, which may be there already. */
export const RegisterOperation = ({ problems = [], ...more }: OperationDescription): MethodDecorator =>
  applyDecorators(
    Post(),
    RequireScopes(ADMIN_WRITE),
    DescribeOperation({ ...more, problems: ['conflict', ...problems] }),
  );

/** `GET` of one thing. */
export const ReadOperation = (description: OperationDescription): MethodDecorator =>
  applyDecorators(Get(':id'), RequireScopes(ADMIN_READ), DescribeOperation(description));

/** `PATCH` of one thing by whoever has seen it. @param description of it, what is beside what every merge patch does */
export const ChangeOperation = ({ description, problems = [], ...more }: OperationDescription): MethodDecorator =>
  applyDecorators(
    Patch(':id'),
    RequireScopes(ADMIN_WRITE),
    DescribeOperation({
      ...more,
      description: sentences(
        'A merge patch (RFC 7396): what is left out stays, null stands for the value where nobody says.',
        description,
        '`If-Match` is needed.',
      ),
      problems: [...PRECONDITIONS, ...problems],
    }),
  );

/** `DELETE` of one thing by whoever has seen it. */
export const RemoveOperation = ({ description, problems = [], ...more }: OperationDescription): MethodDecorator =>
  applyDecorators(
    Delete(':id'),
    HttpCode(204),
    RequireScopes(ADMIN_WRITE),
    DescribeOperation({
      ...more,
      description: sentences(description, '`If-Match` is needed.'),
      problems: [...PRECONDITIONS, ...problems],
    }),
  );

function sentences(...said: readonly (string | undefined)[]): string {
  return said.filter((one) => one !== undefined).join(' ');
}
