import type { RequestOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import type { RequestParameters } from '../../protocol/request-parameters';
import type { Confirmation } from '../../tokens/issue-order';

/** A token request (RFC 6749 §3.2) whose client has authenticated and whose sender has proved what it claims. */
export interface TokenRequest {
  readonly parameters: RequestParameters;
  readonly client: Client;
  /** The key of which the sender has proved possession, if it did. */
  readonly confirmation: Confirmation | null;
  readonly origin: RequestOrigin;
}
