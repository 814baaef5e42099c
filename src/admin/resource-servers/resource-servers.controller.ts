import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { withEntityTag } from '../../http/entity-tag';
import { type Page, pageInMemory, PageQuery } from '../../http/page';
import type { ResourceServer } from '../../resource-servers/resource-server';
import { Administration, Administrator } from '../administration.decorator';
import {
  ChangeOperation,
  ListOperation,
  ReadOperation,
  RegisterOperation,
  RemoveOperation,
} from '../registration-operations';
import { AdministeredResourceServers } from './administered-resource-servers';
import { A_REGISTRATION, A_RESOURCE_SERVER, A_RESOURCE_SERVER_PAGE } from './resource-server-documentation';
import { NewResourceServerDto, ResourceServerChangeDto } from './resource-server.dto';
import { ResourceServerView, viewOf } from './resource-server.view';

/** The APIs beside this server's own whose tokens it issues. Their identifiers are URLs, and stand percent-encoded in the path. */
@Administration()
@Controller('admin/resource-servers')
export class AdminResourceServersController {
  constructor(private readonly servers: AdministeredResourceServers) {}

  /** All resource servers. */
  @ListOperation({
    summary: 'List resource servers',
    description: 'In the order of their identifiers; the API of this server itself is not among them.',
    answerPageOf: ResourceServerView,
    answerExample: A_RESOURCE_SERVER_PAGE,
  })
  async list(@Query() query: PageQuery): Promise<Page<ResourceServerView>> {
    return pageInMemory(await this.servers.list(), query, ({ id }) => id, viewOf);
  }

  /** Registers a resource server. */
  @RegisterOperation({
    summary: 'Register a resource server',
    description: 'Its scopes can be given to clients within a second.',
    answer: ResourceServerView,
    answerExample: A_RESOURCE_SERVER,
    bodyExample: A_REGISTRATION,
  })
  async register(
    @Body() body: NewResourceServerDto,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResourceServerView> {
    const server = await this.servers.register(body, by);
    void reply.header('Location', `/admin/resource-servers/${encodeURIComponent(server.id)}`);
    return tagged(server, reply);
  }

  /** One resource server. */
  @ReadOperation({
    summary: 'Read a resource server',
    answer: ResourceServerView,
    answerExample: A_RESOURCE_SERVER,
  })
  async read(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ResourceServerView> {
    return tagged(await this.servers.read(id), reply);
  }

  /** Changes a resource server. */
  @ChangeOperation({
    summary: 'Change a resource server',
    answer: ResourceServerView,
    answerExample: A_RESOURCE_SERVER,
    bodyExample: { token_format: 'opaque' },
  })
  async change(
    @Param('id') id: string,
    @Body() body: ResourceServerChangeDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResourceServerView> {
    return tagged(await this.servers.change(id, body, ifMatch, by), reply);
  }

  /** Removes a resource server. */
  @RemoveOperation({
    summary: 'Delete a resource server',
    description: 'No token is issued for it any more; it goes on taking those that it was given, until they expire.',
  })
  async remove(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
  ): Promise<void> {
    await this.servers.remove(id, ifMatch, by);
  }
}

function tagged(server: ResourceServer, reply: FastifyReply): ResourceServerView {
  return withEntityTag(reply, server.revision, viewOf(server));
}
