import { StartupError } from '../config/startup-error';
import { DatabaseUnavailable } from '../database/database-unavailable';
import { Problem } from '../http/problem';

/** A command cannot be done; the message is a sentence for the operator that says what to change. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  /** @param exitCode 1 where the command was understood, 2 where it was not */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** What commander throws once it has printed help or told what it did not understand. */
interface AlreadyTold {
  readonly code: string;
  readonly exitCode: number;
}

/** Sentences for the operator, free of secrets and stacks; null where all has been said. */
export function explanationOf(error: unknown): string | null {
  if (isAlreadyTold(error)) return null;
  if (error instanceof CommandFailed || error instanceof StartupError) return error.message;
  if (error instanceof Problem) return problemInLines(error);
  if (error instanceof DatabaseUnavailable) return `${error.message} Nothing was changed; try again.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `Gatehouse could not do this, for a reason that it does not know: ${reason}`;
}

/** The exit code that tells scripts what went wrong. */
export function exitCodeOf(error: unknown): number {
  if (isAlreadyTold(error)) return error.exitCode === 0 ? 0 : 2;
  return error instanceof CommandFailed ? error.exitCode : 1;
}

function isAlreadyTold(error: unknown): error is AlreadyTold {
  if (!(error instanceof Error)) return false;
  const { code, exitCode } = error as Error & Partial<Record<keyof AlreadyTold, unknown>>;
  return typeof code === 'string' && code.startsWith('commander.') && typeof exitCode === 'number';
}

function problemInLines({ code, title, detail, errors = [] }: Problem): string {
  const faults = errors.map((fault) => `${fieldOf(fault.pointer)}: ${fault.detail}`);
  const head = code === 'validation_failed' && faults.length > 0 ? [] : [`${detail ?? title}.`.replace(/\.\.$/, '.')];
  return [...head, ...faults].join('\n');
}

/** `#/roles/0` → `roles`; a new password is called so because there was an old one, which is never asked for here. */
function fieldOf(pointer: string): string {
  const field = pointer.split('/')[1] ?? '';
  return field === 'newPassword' ? 'password' : field;
}
