import type { EventOrigin } from '../audit/audit-event';

/** Who the audit log says did it. */
export const COMMAND_LINE: EventOrigin = { address: null, requestId: null, by: 'cli' };
