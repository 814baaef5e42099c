import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import { withEntityTag } from '../../http/entity-tag';
import { type Page, PageQuery, pageOf, readPage } from '../../http/page';
import { Administration, Administrator } from '../administration.decorator';
import {
  ChangeOperation,
  ListOperation,
  ReadOperation,
  RegisterOperation,
  RemoveOperation,
} from '../registration-operations';
import { AdministeredClients } from './administered-clients';
import { A_CLIENT, A_CLIENT_PAGE, A_NEW_CLIENT, A_REGISTRATION } from './client-documentation';
import { ClientChangeDto, NewClientDto } from './client.dto';
import { ClientView, NewClientView, viewOf } from './client.view';

/** How ids of clients look, chosen ones and those that are URLs among them. */
const CLIENT_ID = /^[\x21-\x7e]{1,2048}$/;

/** The applications that ask for tokens. Ids that are URLs stand percent-encoded in the path. */
@Administration()
@Controller('admin/clients')
export class AdminClientsController {
  constructor(private readonly clients: AdministeredClients) {}

  /** All clients, newest first. */
  @ListOperation({
    summary: 'List clients',
    description: 'Newest first.',
    answerPageOf: ClientView,
    answerExample: A_CLIENT_PAGE,
  })
  async list(@Query() query: PageQuery): Promise<Page<ClientView>> {
    const page = readPage(query, CLIENT_ID);
    return pageOf(await this.clients.list(page), page.limit, viewOf, ({ createdAt: at, id }) => ({ at, id }));
  }

  /** Registers a client. */
  @RegisterOperation({
    summary: 'Register a client',
    description:
      'The metadata is that of RFC 7591 §2, and some fields of this server. A secret is shown in this answer and never again.',
    answer: NewClientView,
    answerExample: A_NEW_CLIENT,
    bodyExample: A_REGISTRATION,
  })
  async register(
    @Body() body: NewClientDto,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewClientView> {
    const { client, secret } = await this.clients.register(body, by);
    void reply.header('Location', `/admin/clients/${encodeURIComponent(client.id)}`);
    return { ...tagged(client, reply), ...(secret === null ? {} : { client_secret: secret }) };
  }

  /** One client. */
  @ReadOperation({ summary: 'Read a client', answer: ClientView, answerExample: A_CLIENT })
  async read(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ClientView> {
    return tagged(await this.clients.read(id), reply);
  }

  /** Changes a client's registration. */
  @ChangeOperation({
    summary: 'Change a client',
    answer: NewClientView,
    answerExample: A_CLIENT,
    bodyExample: { client_name: 'Photo Printer 2' },
    problems: ['forbidden', 'conflict'],
  })
  async change(
    @Param('id') id: string,
    @Body() body: ClientChangeDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewClientView> {
    const { client, secret } = await this.clients.change(id, body, ifMatch, by);
    return { ...tagged(client, reply), ...(secret === null ? {} : { client_secret: secret }) };
  }

  /** Removes a client and all that it has. */
  @RemoveOperation({
    summary: 'Delete a client',
    description: 'Its tokens are taken back, and what people have let it have is gone.',
    problems: ['forbidden'],
  })
  async remove(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
  ): Promise<void> {
    await this.clients.remove(id, ifMatch, by);
  }
}

function tagged(client: Client, reply: FastifyReply): ClientView {
  return withEntityTag(reply, client.revision, viewOf(client));
}
