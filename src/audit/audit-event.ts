/** Every kind of event that the audit log knows. */
export type AuditEventType =
  | 'user.registered'
  | 'user.changed'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.locked'
  | 'user.unlocked'
  | 'user.roles-changed'
  | 'user.deleted'
  | 'password.changed'
  | 'sign-in.succeeded'
  | 'sign-in.failed'
  | 'session.ended'
  | 'sessions.ended'
  | 'token.refreshed-after-loss'
  | 'token.replayed'
  | 'token.revoked'
  | 'rate-limit.exceeded'
  | 'key.rotated';

/** A security event: who did what, from where, with what outcome. Never holds a secret. */
export interface AuditEvent {
  readonly type: AuditEventType;
  readonly outcome: 'success' | 'failure';
  /** The person it happened to. */
  readonly userId?: string | null;
  readonly clientId?: string | null;
  readonly sessionId?: string | null;
  /** Where the request came from, if one caused it. */
  readonly origin?: RequestOrigin | undefined;
  /** Constant words and public identifiers only. */
  readonly detail?: Readonly<Record<string, string | number | null>>;
}

/** Where a request came from. */
export interface RequestOrigin {
  /** The client's address as far as the trusted proxies vouch for it. */
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}
