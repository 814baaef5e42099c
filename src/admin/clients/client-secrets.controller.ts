import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import type { KnownSecret } from '../../clients/client';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { type Page, pageInMemory, PageQuery } from '../../http/page';
import { Administration, ADMIN_READ, ADMIN_WRITE, Administrator } from '../administration.decorator';
import { AdministeredSecrets } from './administered-secrets';
import { SecretRotationDto } from './client.dto';
import { ClientSecretView, NewClientSecretView, secretViewOf } from './client.view';

/** The secrets of a client: there is more than one only while they are being changed. */
@Administration()
@Controller('admin/clients/:id/secrets')
export class AdminClientSecretsController {
  constructor(private readonly secrets: AdministeredSecrets) {}

  /** The secrets that are good, without what they are. */
  @Get()
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({ summary: 'List the secrets of a client', answerPageOf: ClientSecretView })
  async list(@Param('id') clientId: string, @Query() query: PageQuery): Promise<Page<ClientSecretView>> {
    return pageInMemory(await this.secrets.list(clientId), query, placeOf, secretViewOf);
  }

  /** One secret, without what it is. */
  @Get(':secretId')
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({ summary: 'Read when a secret was made', answer: ClientSecretView })
  async read(@Param('id') clientId: string, @Param('secretId') id: string): Promise<ClientSecretView> {
    return secretViewOf(await this.secrets.read(clientId, id));
  }

  /** Gives the client another secret. */
  @Post()
  @RequireScopes(ADMIN_WRITE)
  @DescribeOperation({
    summary: 'Give a client another secret',
    description: 'It is shown in this answer and never again. Those from before end when `overlap` has passed.',
    answer: NewClientSecretView,
  })
  async rotate(
    @Param('id') clientId: string,
    @Body() { overlap = 0 }: SecretRotationDto,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewClientSecretView> {
    const { value, known } = await this.secrets.rotate(clientId, overlap, by);
    void reply.header('Location', `/admin/clients/${encodeURIComponent(clientId)}/secrets/${known.id}`);
    return { ...secretViewOf(known), client_secret: value };
  }

  /** Takes a secret away. */
  @Delete(':secretId')
  @HttpCode(204)
  @RequireScopes(ADMIN_WRITE)
  @DescribeOperation({
    summary: 'Take a secret away',
    description: 'Not the last one that stays good: give the client another one first.',
    problems: ['conflict'],
  })
  async remove(
    @Param('id') clientId: string,
    @Param('secretId') id: string,
    @Administrator() by: RequestOrigin,
  ): Promise<void> {
    await this.secrets.remove(clientId, id, by);
  }
}

/** In the order in which they were made. */
function placeOf({ created_at, id }: KnownSecret): string {
  return `${String(created_at).padStart(16, '0')} ${id}`;
}
