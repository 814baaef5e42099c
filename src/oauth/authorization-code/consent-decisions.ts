import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import type { Interaction } from '../../interactions/interaction-tickets';
import { AccessDenied } from '../../protocol/request-errors';
import type { SessionWithUser } from '../../sessions/session-manager';
import type { Access } from '../resource-indicators/access';
import { ConsentKeeper, type ConsentParties } from '../resource-indicators/consent-keeper';
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
    private readonly consents: ConsentKeeper,
  ) {}

  /** The client gets what the person let it have, and this is remembered. @returns false where they have decided before */
  async allow(asked: AskedRequest, granted: Access, reply: FastifyReply): Promise<boolean> {
    const { request, interaction, session, offered } = asked;
    return this.answers.grant(request, granted, session, interaction, reply, (transaction) =>
      this.consents.keep(transaction, partiesOf(asked), offered, granted),
    );
  }

  /** The client gets nothing, and is told so (RFC 6749 §4.1.2.1). @returns false where they have decided before */
  deny(asked: AskedRequest, reply: FastifyReply): Promise<boolean> {
    const error = new AccessDenied('The person has refused.');
    return this.answers.refuse(asked.request, error, asked.interaction, reply, (transaction) =>
      this.consents.noteRefusal(transaction, partiesOf(asked)),
    );
  }
}

function partiesOf({ request, session: { session, user }, origin }: AskedRequest): ConsentParties {
  return { userId: user.id, clientId: request.client.id, sessionId: session.id, origin };
}
