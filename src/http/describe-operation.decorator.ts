import { type CustomDecorator, SetMetadata, type Type } from '@nestjs/common';
import type { FormFields } from './form-fields';
import type { ProblemCode } from './problem-codes';

/** Metadata key of what a handler's documentation says. */
export const OPERATION_DESCRIPTION = 'gatehouse:operation-description';

/** Metadata key of why a route is not in the documentation. */
export const UNDOCUMENTED = 'gatehouse:undocumented';

/**
 * What an answer looks like: a class whose fields have `@ApiProperty()`, a list of such, or an example from which the rest is read.
 */
export type AnswerDescription = Type | readonly [Type] | Readonly<Record<string, unknown>>;

/** What the code of a handler cannot tell the documentation by itself. */
export interface OperationDescription {
  /** One line that completes "This operation will…": "Read a note". */
  readonly summary: string;
  /** More of it, in Markdown. Who may call is added from the guard's decorators. */
  readonly description?: string;
  readonly answer?: AnswerDescription;
  /** The fields that an answer always has, where its example has others as well. */
  readonly answerRequires?: readonly string[];
  /** The items of the page that it answers with. */
  readonly answerPageOf?: Type;
  /** Where the answer is not `application/json`. */
  readonly answerType?: string;
  /** The body, where no parameter of the handler has `@Body()`. */
  readonly body?: Type;
  /** The fields of the body, where that is a form. */
  readonly form?: FormFields;
  /** Which clients it lets in, where they authenticate themselves (RFC 6749 §2.3) and the guard has no part in it. */
  readonly clients?: 'any' | 'confidential';
  /** A body, where one put together from the examples of its fields makes no sense. */
  readonly bodyExample?: unknown;
  /** An answer, in the same way. */
  readonly answerExample?: unknown;
  /** What the handler itself may answer beside what follows from its guard, parameters and body. */
  readonly problems?: readonly ProblemCode[];
}

/** Describes a handler for the API documentation. */
export const DescribeOperation = (description: OperationDescription): CustomDecorator =>
  SetMetadata(OPERATION_DESCRIPTION, description);

/** Leaves a route, or all routes of a controller, out of the API documentation. @param reason why, for the next reader */
export const Undocumented = (reason: string): CustomDecorator => SetMetadata(UNDOCUMENTED, reason);
