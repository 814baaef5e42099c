import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { isUnchecked, labelOf } from '../../clients/client';
import type { Interaction } from '../../interactions/interaction-tickets';
import { InvalidRequest, OAuthError } from '../../protocol/errors';
import { RequestParameters } from '../../protocol/request-parameters';
import type { SessionWithUser } from '../../sessions/session-manager';
import type { Access } from '../resource-indicators/access';
import { AuthorizationAnswers } from './authorization-answers';
import { AuthorizationChecks } from './authorization-check';
import { AuthorizationDecision, type NextStep } from './authorization-decision';
import { AuthorizationRequest } from './authorization-request';
import { type PersonChoice, RequestedPerson } from './requested-person';

/** The authorization endpoint. */
export const AUTHORIZATION_PATH = '/oauth/authorize';

/** What an interaction carries of a request. */
export interface Carried {
  readonly entries: RequestParameters['entries'];
  /** Whether it came as a signed request object, which is not carried along. */
  readonly isSigned: boolean;
  readonly requestObject: AuthorizationRequest['requestObject'];
}

/** A request that is being answered: as far as it is known, and in which interaction. */
export interface OngoingRequest {
  readonly request: AuthorizationRequest;
  readonly interaction: Interaction | null;
  readonly person: PersonChoice;
}

/** Somebody who has to be asked what a client may do. */
export interface AskedPerson {
  readonly request: AuthorizationRequest;
  readonly session: SessionWithUser;
  readonly offered: Access;
}

/** Leads a request through sign-in and consent to its answer; any part of the way may be walked again, on any node. */
@Injectable()
export class AuthorizationFlow {
  constructor(
    private readonly checks: AuthorizationChecks,
    private readonly decision: AuthorizationDecision,
    private readonly answers: AuthorizationAnswers,
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly people: RequestedPerson,
  ) {
    interactions.whenChosen(AUTHORIZATION_PATH, (interaction, request, reply) =>
      this.advance(requestOf(interaction), interaction, request, reply),
    );
  }

  /**
   * Takes a request one step further, and answers with what comes next.
   * @throws {OAuthError} where it cannot be told to the client: for a page
   */
  async advance(
    parameters: RequestParameters,
    interaction: Interaction | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const ongoing = await this.check(parameters, interaction, request);
    if (ongoing instanceof Fault) {
      await this.assertMayLeave(ongoing.request, ongoing.error, request);
      return this.answers.sendError(ongoing.request, ongoing.error, reply);
    }
    const step = await this.nextStep(ongoing);
    if (step instanceof OAuthError) {
      await this.assertMayLeave(ongoing.request, step, request);
      await this.answers.refuse(ongoing.request, step, interaction, reply);
      return;
    }
    if (step.step !== 'answer') return this.ask(step.step, ongoing, request, reply);
    const { session } = ongoing.person;
    const granted = await this.answers.grant(ongoing.request, step.granted, session!, interaction, reply);
    if (!granted) throw new InvalidRequest('This request has been answered already: go back to the application.');
  }

  /**
   * What a person is to be asked, as the consent page shows it.
   * @returns null where nothing is to be asked (any more), or somebody has to sign in first
   * @throws {OAuthError} where the request does not hold any more
   */
  async asked(interaction: Interaction, request: FastifyRequest): Promise<AskedPerson | null> {
    const ongoing = await this.check(requestOf(interaction), interaction, request);
    if (ongoing instanceof Fault) throw ongoing.error;
    const {
      request: checked,
      person: { session },
    } = ongoing;
    const step = await this.nextStep(ongoing);
    if (step instanceof OAuthError || step.step !== 'consent' || session === null) return null;
    return { request: checked, session, offered: step.offered };
  }

  /**
   * RFC 9700 §4.11.2: a link to this server must not lead straight to the site of a stranger, so that whoever has signed in nowhere sees a page. An
   * address that an administrator has registered is trusted. Deviation: `prompt=none` is no exception, or any link would have it.
   * @throws {OAuthError} the error, where the person is to be shown it instead of being sent on
   */
  private async assertMayLeave(
    { client }: AuthorizationRequest,
    error: OAuthError,
    request: FastifyRequest,
  ): Promise<void> {
    if (isUnchecked(client) && (await this.browsers.accounts(request)).length === 0) throw error;
  }

  private async check(
    parameters: RequestParameters,
    interaction: Interaction | null,
    request: FastifyRequest,
  ): Promise<OngoingRequest | Fault> {
    const checked = new AuthorizationRequest(parameters, interaction !== null);
    if (interaction !== null) {
      const { isSigned, requestObject } = carriedBy(interaction);
      Object.assign(checked, { isSigned, requestObject });
    }
    try {
      await this.checks.run(checked);
    } catch (error) {
      // RFC 6749 §4.1.2.1: the client is told once it is known to whom the redirect URI belongs, and the person before.
      if (error instanceof OAuthError && checked.isTrusted) return new Fault(checked, error);
      throw error;
    }
    return { request: checked, interaction, person: await this.people.choose(checked, interaction, request) };
  }

  private async nextStep({ request, person, interaction }: OngoingRequest): Promise<NextStep | OAuthError> {
    try {
      return await this.decision.next(request, person, interaction);
    } catch (error) {
      if (error instanceof OAuthError) return error;
      throw error;
    }
  }

  /** Sends the person to a page, with a ticket by which it finds back. */
  private async ask(
    page: Exclude<NextStep['step'], 'answer'>,
    { request: checked, interaction, person }: OngoingRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const begun = interaction ?? this.begin(checked, request, reply);
    // Whoever was chosen stays; else the pages speak to whom it is about now.
    const ongoing = begun.isChosen ? begun : { ...begun, personId: person.session?.user.id ?? null };
    try {
      this.interactions.sendTo(`/${page}`, ongoing, reply);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      await this.answers.sendError(checked, error, reply);
    }
  }

  private begin(checked: AuthorizationRequest, request: FastifyRequest, reply: FastifyReply): Interaction {
    const begun = {
      path: AUTHORIZATION_PATH,
      request: carriedOf(checked),
      clientName: labelOf(checked.client),
      returnTo: returnTo(checked),
      loginHint: checked.parameters.get('login_hint') ?? null,
    };
    return this.interactions.begin(begun, request, reply);
  }
}

/** A fault that the client is told. */
class Fault {
  constructor(
    readonly request: AuthorizationRequest,
    readonly error: OAuthError,
  ) {}
}

/** What was asked for when an interaction began. */
export function requestOf(interaction: Interaction): RequestParameters {
  return RequestParameters.from(carriedBy(interaction).entries);
}

function carriedOf({ carried, isSigned, requestObject }: AuthorizationRequest): Carried {
  return { entries: carried.entries, isSigned, requestObject };
}

function carriedBy({ request }: Interaction): Carried {
  return request as Carried;
}

/** Where somebody finds back to the application: its home page, or the place that the answer would have gone to. */
function returnTo({ client, redirectUri }: AuthorizationRequest): string | null {
  if (client.metadata.client_uri !== undefined) return client.metadata.client_uri;
  const { origin } = new URL(redirectUri);
  return origin === 'null' ? null : origin;
}
