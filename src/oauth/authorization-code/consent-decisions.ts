import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import { ConsentStore } from '../../consents/consent-store';
import type { Interaction } from '../../interactions/interaction-tickets';
import { AccessDenied } from '../../protocol/request-errors';
import type { SessionWithUser } from '../../sessions/session-manager';
import { type Access, countsAt } from '../resource-indicators/access';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { AuthorizationAnswers } from './authorization-answers';
import type { AuthorizationRequest } from './authorization-request';

/** A request that a person was asked about, and who they are. */
export interface AskedRequest {
  readonly request: AuthorizationRequest;
  readonly interaction: Interaction;
  readonly session: SessionWithUser;
  /** What the person could choose from. */
  readonly offered: Access;
  readonly origin: RequestOrigin;
}

/** Carries out what a person has decided about a client. */
@Injectable()
export class ConsentDecisions {
  constructor(
    private readonly answers: AuthorizationAnswers,
    private readonly consents: ConsentStore,
    private readonly catalog: ScopeCatalog,
    private readonly audit: AuditLog,
  ) {}

  /** The client gets what the person let it have, and this is remembered. @returns false where they have decided before */
  async allow(
    { request, interaction, session, offered, origin }: AskedRequest,
    granted: Access,
    reply: FastifyReply,
  ): Promise<boolean> {
    const catalog = await this.catalog.get();
    const userId = session.user.id;
    const clientId = request.client.id;
    return this.answers.grant(request, granted, session, interaction, reply, async (transaction) => {
      const before = await this.consents.find(userId, clientId, transaction);
      for (const resource of granted.audience) {
        // What was not asked this time stays as it was.
        const kept = [...(before.get(resource) ?? [])].filter((scope) => !offered.scopes.includes(scope));
        const now = granted.scopes.filter((scope) => countsAt(scope, [resource], catalog));
        const scopes = [...kept, ...now].join(' ');
        await this.consents.keep(transaction, { user_id: userId, client_id: clientId, resource, scopes });
      }
      const detail = { scope: granted.scopes.join(' '), audience: granted.audience.join(' ') };
      await this.audit.record(transaction, {
        type: 'consent.granted',
        outcome: 'success',
        userId,
        clientId,
        sessionId: session.session.id,
        origin,
        detail,
      });
    });
  }

  /** The client gets nothing, and is told so (RFC 6749 §4.1.2.1). @returns false where they have decided before */
  deny({ request, interaction, session, origin }: AskedRequest, reply: FastifyReply): Promise<boolean> {
    const error = new AccessDenied('The person has refused.');
    return this.answers.refuse(request, error, interaction, reply, { userId: session.user.id, origin });
  }
}
