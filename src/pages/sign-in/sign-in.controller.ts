import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, type OpenInteraction } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { LoginDto } from '../../auth/login.dto';
import { Profiles } from '../../auth/profiles';
import { Public } from '../../auth/public.decorator';
import { Registration } from '../../auth/registration';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { validateBody } from '../../http/validation.pipe';
import { isMadeFor } from '../../interactions/interaction-tickets';
import type { SessionWithUser } from '../../sessions/session-manager';
import { faultsOf, filledIn, NO_FAULTS, queryParameter } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { PageSignIn } from './page-sign-in';
import { SignedInPage, SignInPage, type SignInView } from './sign-in.view';

/** The page where people sign in: for an application that sent them, or to their own account. */
@Public()
@Undocumented('a page for people')
@Controller('sign-in')
export class SignInController {
  constructor(
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly profiles: Profiles,
    private readonly signIn: PageSignIn,
    private readonly registration: Registration,
    private readonly pages: PageRenderer,
  ) {}

  /** The form; or, for somebody who has signed in meanwhile and comes back, the way onward. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const open = this.interactions.resumeIfAny(request);
    const session = await this.sessionOf(open, request);
    const isSwitch = queryParameter(request, 'switch') !== null;
    if (session === null && !isSwitch && open === null && (await this.browsers.entrance(request)) !== '/sign-in') {
      return this.pages.redirect('/choose-account', reply);
    }
    if (session === null || isSwitch) {
      const username = isSwitch ? '' : (open?.interaction.loginHint ?? '');
      return this.showForm(open, { username }, request, reply);
    }
    const { username, displayName } = await this.profiles.get(session.user.id);
    if (isDone(session, open)) {
      const view = { ticket: open?.ticket ?? null, person: displayName ?? username, onward: this.onward(open) };
      return this.pages.send(SignedInPage, view, request, reply, { leadsAway: true });
    }
    this.showForm(open, { username, again: displayName ?? username }, request, reply);
  }

  /** Takes the form. */
  @Post()
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const open = this.interactions.resumeIfAny(request);
    const fields = filledIn(request, 'username', 'password');
    let userId: string;
    try {
      const filled = await validateBody(LoginDto, { username: '', password: '', ...fields });
      userId = await this.signIn.withPassword(filled, request, reply);
    } catch (error) {
      const { faults, status } = faultsOf(error);
      return this.showForm(open, { username: fields.username ?? '', faults }, request, reply, status);
    }
    await this.interactions.goOnAs(open, userId, request, reply);
  }

  /** Who is signed in already, as far as that matters here: whom it is about, or whoever has signed in meanwhile. */
  private async sessionOf(open: OpenInteraction | null, request: FastifyRequest): Promise<SessionWithUser | null> {
    const accounts = await this.browsers.accounts(request);
    const current = accounts.find(({ isCurrent }) => isCurrent) ?? null;
    const personId = open?.interaction.personId ?? null;
    if (personId !== null) return accounts.find(({ user }) => user.id === personId) ?? null;
    return current !== null && isDone(current, open) ? current : null;
  }

  private showForm(
    open: OpenInteraction | null,
    view: Partial<SignInView>,
    request: FastifyRequest,
    reply: FastifyReply,
    status = 200,
  ): void {
    const shown = {
      ticket: open?.ticket ?? null,
      clientName: open?.interaction.clientName ?? null,
      mayRegister: this.registration.isOpen,
      again: null,
      username: '',
      faults: NO_FAULTS,
      ...view,
    };
    this.pages.send(SignInPage, shown, request, reply, { status, leadsAway: true });
  }

  private onward(open: OpenInteraction | null): string {
    return this.interactions.onward(open, '/account');
  }
}

/** Whether somebody has signed in already for what they came for. */
function isDone({ session }: SessionWithUser, open: OpenInteraction | null): boolean {
  return open === null || isMadeFor(open.interaction, session.authenticated_at);
}
