import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, type OpenInteraction } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { RegisterDto } from '../../auth/register.dto';
import { Public } from '../../auth/public.decorator';
import { Registration } from '../../auth/registration';
import { requestOrigin } from '../../auth/request-origin';
import { Undocumented } from '../../http/describe-operation.decorator';
import { Problem } from '../../http/problem';
import { AcceptForms } from '../../http/request-bodies';
import { validateBody } from '../../http/validation.pipe';
import { faultsOf, filledIn, NO_FAULTS } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { PageSignIn } from '../sign-in/page-sign-in';
import { SignUpPage, type SignUpView } from './sign-up.view';

/** The page where people make an account for themselves, where that is allowed; they are signed in by it. */
@Public()
@Undocumented('a page for people')
@Controller('sign-up')
export class SignUpController {
  constructor(
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly registration: Registration,
    private readonly signIn: PageSignIn,
    private readonly pages: PageRenderer,
  ) {}

  /** The form. */
  @Get()
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (!this.registration.isOpen) throw new Problem('registration_closed');
    const open = this.interactions.resumeIfAny(request);
    const hint = open?.interaction.loginHint ?? '';
    this.showForm(open, { email: hint.includes('@') ? hint : '' }, request, reply);
  }

  /** Takes the form. */
  @Post()
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const open = this.interactions.resumeIfAny(request);
    const fields = filledIn(request, 'username', 'email', 'password');
    let userId: string;
    try {
      const filled = await validateBody(RegisterDto, { username: '', email: '', password: '', ...fields });
      userId = await this.registration.register(filled, requestOrigin(request));
      await this.signIn.asNew(userId, request, reply);
    } catch (error) {
      const { faults, status } = faultsOf(error);
      const { username = '', email = '' } = fields;
      return this.showForm(open, { username, email, faults }, request, reply, status);
    }
    await this.interactions.goOnAs(open, userId, request, reply);
  }

  private showForm(
    open: OpenInteraction | null,
    view: Partial<SignUpView>,
    request: FastifyRequest,
    reply: FastifyReply,
    status = 200,
  ): void {
    const shown = {
      ticket: open?.ticket ?? null,
      clientName: open?.interaction.clientName ?? null,
      username: '',
      email: '',
      faults: NO_FAULTS,
      ...view,
    };
    this.pages.send(SignUpPage, shown, request, reply, { status, leadsAway: true });
  }
}
