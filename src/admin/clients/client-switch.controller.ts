import { Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { withEntityTag } from '../../http/entity-tag';
import { Administration, ADMIN_WRITE, Administrator } from '../administration.decorator';
import { AdministeredClients } from './administered-clients';
import { A_CLIENT, CHANGE_PROBLEMS } from './client-documentation';
import { ClientView, viewOf } from './client.view';

/** Keeps clients out, and lets them in again. */
@Administration()
@Controller('admin/clients/:id')
export class AdminClientSwitchController {
  constructor(private readonly clients: AdministeredClients) {}

  /** Keeps a client out. */
  @Post('disable')
  @HttpCode(200)
  @RequireScopes(ADMIN_WRITE)
  @DescribeOperation({
    summary: 'Disable a client',
    description: 'It is given no tokens, and those that it has are taken back. `If-Match` is needed.',
    answer: ClientView,
    answerExample: { ...A_CLIENT, revision: 2, disabled: true },
    problems: CHANGE_PROBLEMS,
  })
  async disable(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientView> {
    const { client } = await this.clients.setDisabled(id, true, ifMatch, by);
    return withEntityTag(reply, client.revision, viewOf(client));
  }

  /** Lets a client in again. */
  @Post('enable')
  @HttpCode(200)
  @RequireScopes(ADMIN_WRITE)
  @DescribeOperation({
    summary: 'Enable a client',
    description: 'It may be given tokens again. `If-Match` is needed.',
    answer: ClientView,
    answerExample: A_CLIENT,
    problems: CHANGE_PROBLEMS,
  })
  async enable(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientView> {
    const { client } = await this.clients.setDisabled(id, false, ifMatch, by);
    return withEntityTag(reply, client.revision, viewOf(client));
  }
}
