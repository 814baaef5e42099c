import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings';
import { Batch } from '../../database/batch';
import { inLanes } from '../../database/gathered-in';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { type Interaction, InteractionTickets } from '../../interactions/interaction-tickets';
import { OAuthError } from '../../protocol/errors';
import type { SessionWithUser } from '../../sessions/session-manager';
import { ClientDirectory } from '../client-authentication/client-directory';
import type { Access } from '../resource-indicators/access';
import type { AuthorizationRequest } from './authorization-request';
import { errorMembers, prepareResponse } from './authorization-response';
import type { ResponseMembers } from './response-enclosure';
import { ResponseParts } from './response-parts';

/** What a specification does when a request is answered: a pushed one, for instance, is used up. @returns false where it was answered before */
export type CompletionStep = (transaction: Transaction, request: AuthorizationRequest) => Promise<boolean>;

/** What a specification adds to an answer that grants something (`session_state`, for one). */
export type AnswerMembers = (
  request: AuthorizationRequest,
  session: SessionWithUser,
  reply: FastifyReply,
) => ResponseMembers;

/** In which interaction a request is answered; null where nobody had to be asked anything. */
export type MaybeInteraction = Interaction | null;

/** What a request is granted, and by whom. */
interface Answering {
  readonly request: AuthorizationRequest;
  readonly interaction: MaybeInteraction;
  readonly personId: string;
  readonly before: ((transaction: Transaction) => Promise<void>) | undefined;
  readonly make: (transaction: Transaction) => Promise<ResponseMembers>;
}

/** How many answers share a unit of work at the most, and how many such units run at once. */
const BATCH = { size: 64, parallel: 2 };

/** Answers authorization requests, each once: with what was granted, or with an error. */
@Injectable()
export class AuthorizationAnswers {
  private readonly batch = new Batch<Answering, ResponseMembers | null>((answers) => this.answerAll(answers), BATCH);
  private readonly steps: CompletionStep[] = [];
  private readonly members: AnswerMembers[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly parts: ResponseParts,
    private readonly tickets: InteractionTickets,
    private readonly clients: ClientDirectory,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Adds what has to happen when a request is answered. */
  register(step: CompletionStep): void {
    this.steps.push(step);
  }

  /** Adds members to the answers that grant something. */
  addMembers(members: AnswerMembers): void {
    this.members.push(members);
  }

  /**
   * Gives the client what it was granted: a code, or whatever its response type names.
   * @param before what is to be noted in the same unit of work
   * @returns false where the request was answered before: then nothing is sent
   */
  async grant(
    request: AuthorizationRequest,
    granted: Access,
    person: SessionWithUser,
    interaction: MaybeInteraction,
    reply: FastifyReply,
    before?: (transaction: Transaction) => Promise<void>,
  ): Promise<boolean> {
    const send = await prepareResponse(request, this.settings.issuer);
    let members: ResponseMembers | null;
    try {
      const make = await this.parts.prepare(request, granted, person);
      members = await this.batch.submit({ request, interaction, personId: person.user.id, before, make });
    } catch (error) {
      // Nothing was given: the person has been shut out meanwhile, say, or has not let the client have enough.
      if (error instanceof OAuthError) return this.refuse(request, error, interaction, reply);
      throw error;
    }
    if (members === null) return false;
    const added = this.members.map((further) => further(request, person, reply));
    await send(Object.assign({}, members, ...added) as ResponseMembers, reply);
    return true;
  }

  /**
   * Tells the client why it gets nothing.
   * @param before what is to be noted in the same unit of work
   * @returns false where the request was answered before: then nothing is sent
   */
  async refuse(
    request: AuthorizationRequest,
    error: OAuthError,
    interaction: MaybeInteraction,
    reply: FastifyReply,
    before?: (transaction: Transaction) => Promise<void>,
  ): Promise<boolean> {
    const isFirst = await this.unitOfWork.run(async (transaction) => {
      if (!(await this.complete(transaction, request, interaction))) return false;
      await before?.(transaction);
      return true;
    });
    if (isFirst) await this.sendError(request, error, reply);
    return isFirst;
  }

  /** Tells the client of a fault in its request, which uses nothing up. */
  async sendError(request: AuthorizationRequest, error: OAuthError, reply: FastifyReply): Promise<void> {
    const send = await prepareResponse(request, this.settings.issuer);
    await send(errorMembers(error), reply);
  }

  private answerAll(answers: readonly Answering[]): Promise<(ResponseMembers | null)[]> {
    // What a person has let a client have before is read and written: of those who do that for the same two each sees what the one before has done.
    const partiesOf = ({ personId, request }: Answering) => `${personId} ${request.client.id}`;
    return this.unitOfWork.run((transaction) =>
      inLanes(answers, partiesOf, async ({ request, interaction, before, make }) => {
        if (!(await this.complete(transaction, request, interaction))) return null;
        await this.clients.keep(transaction, request.client);
        await before?.(transaction);
        return make(transaction);
      }),
    );
  }

  private async complete(
    transaction: Transaction,
    request: AuthorizationRequest,
    interaction: MaybeInteraction,
  ): Promise<boolean> {
    if (interaction !== null && !(await this.tickets.complete(transaction, interaction))) return false;
    for (const step of this.steps) if (!(await step(transaction, request))) return false;
    return true;
  }
}
