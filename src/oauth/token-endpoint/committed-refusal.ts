import type { OAuthError } from '../../protocol/errors';

/** How a unit of work refuses and is committed all the same: what was used up stays so, where a thrown error would undo it. */
export class CommittedRefusal {
  constructor(readonly error: OAuthError) {}
}

/**
 * What a unit of work came to, now that it is committed.
 * @throws {OAuthError} of the refusal
 */
export function answered<Answer>(outcome: Answer | CommittedRefusal): Answer {
  if (outcome instanceof CommittedRefusal) throw outcome.error;
  return outcome;
}
