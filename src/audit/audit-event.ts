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
  | 'token.exchanged'
  | 'assertion.redeemed'
  | 'trusted-issuer.registered'
  | 'trusted-issuer.changed'
  | 'trusted-issuer.removed'
  | 'trusted-issuer.linked'
  | 'trusted-issuer.unlinked'
  | 'rate-limit.exceeded'
  | 'client.authentication-failed'
  | 'client.registered'
  | 'client.described'
  | 'client.changed'
  | 'client.secret-rotated'
  | 'client.secret-removed'
  | 'client.disabled'
  | 'client.enabled'
  | 'client.removed'
  | 'client.logout-undelivered'
  | 'resource-server.registered'
  | 'resource-server.changed'
  | 'resource-server.removed'
  | 'initial-access-token.issued'
  | 'initial-access-token.revoked'
  | 'code.replayed'
  | 'consent.granted'
  | 'consent.refused'
  | 'consent.withdrawn'
  | 'key.rotated';

/** A security event: who did what, from where, with what outcome. Never holds a secret. */
export interface AuditEvent {
  readonly type: AuditEventType;
  readonly outcome: 'success' | 'failure';
  /** The person it happened to. */
  readonly userId?: string | null;
  readonly clientId?: string | null;
  readonly sessionId?: string | null;
  /** Where it came from, if the server did not do it by itself. */
  readonly origin?: EventOrigin | undefined;
  /** Constant words and public identifiers only. */
  readonly detail?: Readonly<Record<string, string | number | null>>;
}

/** Where an event came from: a request, or somebody who works on the server itself. */
export interface EventOrigin {
  readonly address: string | null;
  readonly requestId: string | null;
  /** Who did it where it was not the person: a constant word such as `cli`, or the id of an administrator; kept in `detail`. */
  readonly by?: string;
}

/** Where a request came from. */
export interface RequestOrigin extends EventOrigin {
  /** The client's address as far as the trusted proxies vouch for it. */
  readonly address: string;
  readonly userAgent: string | null;
}
