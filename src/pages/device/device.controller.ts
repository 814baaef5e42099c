import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, type OpenInteraction, TICKET_FIELD } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { DEVICE_PATH } from '../../oauth/device-authorization/device-authorizations';
import {
  type AskedDevice,
  DeviceDecisions,
  type DeviceQuestion,
} from '../../oauth/device-authorization/device-decisions';
import { readUserCode, shownUserCode } from '../../oauth/device-authorization/user-code';
import { UserCodeEntry } from '../../oauth/device-authorization/user-code-entry';
import { decisionIn } from '../access-decision';
import { AccessViews } from '../access-views';
import { faultsOf, filledIn, NO_FAULTS, queryParameter } from '../form-input';
import type { FormFaults } from '../form.view';
import { PageRenderer } from '../page-renderer';
import { DeviceConfirmationPage } from './device-confirmation.view';
import { DeviceEntryPage, entryFault } from './device-entry.view';
import { DeviceStatePage, statusOf } from './device-state.view';

/** The pages where people let in their devices (RFC 8628 §3.3). */
@Public()
@Undocumented('a page for people')
@Controller('device')
export class DeviceController {
  constructor(
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly entry: UserCodeEntry,
    private readonly decisions: DeviceDecisions,
    private readonly views: AccessViews,
    private readonly pages: PageRenderer,
  ) {}

  /** Asks for the code; and where one was entered, whether its device is to be let in, or what has become of it. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (queryParameter(request, TICKET_FIELD) === null) {
      // RFC 8628 §3.3.1, §5.4: what the link brings is filled in and not sent, so that people see that they let a device in.
      const code = readUserCode(queryParameter(request, 'user_code') ?? '');
      const view = { userCode: code === null ? '' : shownUserCode(code), faults: NO_FAULTS };
      return this.pages.send(DeviceEntryPage, view, request, reply);
    }
    const open = this.interactions.resume(request, DEVICE_PATH);
    const question = await this.questionOf(open, request);
    if (question === null) {
      return this.interactions.sendTo(await this.browsers.entrance(request), open.interaction, reply);
    }
    if (question.outcome === 'waiting') return this.ask(open, question.asked, request, reply, NO_FAULTS);
    this.pages.send(DeviceStatePage, question, request, reply, { status: statusOf(question) });
  }

  /** Takes the code. */
  @Post()
  @AcceptForms('only')
  async enter(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const { user_code: userCode = '' } = filledIn(request, 'user_code');
    const again = (faults: FormFaults, status: number) =>
      this.pages.send(DeviceEntryPage, { userCode: userCode.slice(0, 64), faults }, request, reply, { status });
    try {
      const entered = await this.entry.look(userCode, requestOrigin(request));
      if (entered.outcome !== 'waiting') return again(entryFault(entered.outcome), 422);
      const begun = { path: DEVICE_PATH, request: { userCode: entered.userCode }, clientName: entered.clientName };
      this.interactions.sendTo(DEVICE_PATH, this.interactions.begin(begun, request, reply), reply);
    } catch (error) {
      const { faults, status } = faultsOf(error);
      again(faults, status);
    }
  }

  /** Takes the decision. What it came to is shown by the page that asked, so that loading it once more decides nothing. */
  @Post('decision')
  @AcceptForms('only')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const open = this.interactions.resume(request, DEVICE_PATH);
    const question = await this.questionOf(open, request);
    if (question?.outcome === 'waiting') {
      const { asked } = question;
      const filled = decisionIn(request, asked);
      if (filled.decision === 'unclear') return this.ask(open, asked, request, reply, filled.faults);
      const origin = requestOrigin(request);
      if (filled.decision === 'refuse') await this.decisions.refuse(asked, origin);
      else await this.decisions.allow(asked, filled.scopes, origin);
    }
    this.interactions.sendTo(DEVICE_PATH, open.interaction, reply);
  }

  /** Null where somebody has to sign in first. */
  private async questionOf({ interaction }: OpenInteraction, request: FastifyRequest): Promise<DeviceQuestion | null> {
    const session = await this.interactions.sessionOf(interaction, request);
    const browser = this.browsers.browserOf(request);
    if (session === null || browser === null) return null;
    const { userCode } = interaction.request as { readonly userCode: string };
    return this.decisions.question(userCode, session, browser);
  }

  private async ask(
    { ticket }: OpenInteraction,
    { userCode, client, session, offered, address, age }: AskedDevice,
    request: FastifyRequest,
    reply: FastifyReply,
    faults: FormFaults,
  ): Promise<void> {
    const access = await this.views.of(client, session, offered);
    const view = { ...access, userCode: shownUserCode(userCode), address, age, ticket, faults };
    this.pages.send(DeviceConfirmationPage, view, request, reply, { status: faults === NO_FAULTS ? 200 : 422 });
  }
}
