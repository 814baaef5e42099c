import { PROBLEM_CODES, type ProblemCode } from './problem-codes';

/** One fault of a request: where (a JSON pointer as URI fragment, RFC 6901 §6) and what to change. Never echoes the value. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** What one occurrence of a problem adds to its kind. */
export interface ProblemOptions {
  /** Where it differs from the status of its kind. */
  readonly status?: number | undefined;
  /** A sentence for the caller, free of secrets (RFC 9457 §3.1.4). */
  readonly detail?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  /** Headers of the answer, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Extension members (RFC 9457 §3.2); they cannot replace the standard ones. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * A refusal in the dialect of everything that is not an OAuth or OpenID endpoint; the filter renders it as `application/problem+json`.
 * @see RFC 9457
 */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ProblemCode,
    { status, detail, errors, headers = {}, extensions = {}, cause }: ProblemOptions = {},
  ) {
    const { status: usual, title } = PROBLEM_CODES[code];
    super(detail ?? title, cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.status = status ?? usual;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.headers = headers;
    this.extensions = extensions;
  }
}
