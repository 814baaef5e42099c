import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { type Page, PageQuery, pageOf, readPage } from '../../http/page';
import { Administration, ADMIN_READ, ADMIN_WRITE, Administrator } from '../administration.decorator';
import { AdministeredSubjectLinks } from './administered-subject-links';
import { NewSubjectLinkDto } from './subject-link.dto';
import { linkViewOf, SubjectLinkView } from './subject-link.view';

/** Whom a trusted issuer means by its subjects. Names that are URLs stand percent-encoded in the path. */
@Administration()
@Controller('admin/trusted-issuers/:id/links')
export class AdminSubjectLinksController {
  constructor(private readonly links: AdministeredSubjectLinks) {}

  /** All links of an issuer, newest first. */
  @Get()
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({
    summary: 'List whom an issuer means',
    description: 'Newest first.',
    answerPageOf: SubjectLinkView,
  })
  async list(@Param('id') issuer: string, @Query() query: PageQuery): Promise<Page<SubjectLinkView>> {
    const page = readPage(query);
    const position = ({ created_at: at, lineage: id }: { created_at: number; lineage: string }) => ({ at, id });
    return pageOf(await this.links.list(issuer, page), page.limit, linkViewOf, position);
  }

  /** Says who a subject is. */
  @Post()
  @RequireScopes(ADMIN_WRITE)
  @DescribeOperation({
    summary: 'Link a subject to a person',
    description:
      'Somebody who is an administrator can be linked, and is given no tokens in this way as long as they are one.',
    answer: SubjectLinkView,
    bodyExample: { subject: 'a-17', user_id: 'uR1dY0m3XvKq7cTzB2hWgA' },
    problems: ['conflict'],
  })
  async add(
    @Param('id') issuer: string,
    @Body() body: NewSubjectLinkDto,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubjectLinkView> {
    const link = await this.links.add(issuer, body, by);
    const place = [issuer, 'links', link.subject].map(encodeURIComponent).join('/');
    void reply.header('Location', `/admin/trusted-issuers/${place}`);
    return linkViewOf(link);
  }

  /** Who one subject is. */
  @Get(':subject')
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({ summary: 'Read who a subject is', answer: SubjectLinkView })
  async read(@Param('id') issuer: string, @Param('subject') subject: string): Promise<SubjectLinkView> {
    return linkViewOf(await this.links.read(issuer, subject));
  }

  /** Takes back who a subject is. */
  @Delete(':subject')
  @HttpCode(204)
  @RequireScopes(ADMIN_WRITE)
  @DescribeOperation({
    summary: 'Unlink a subject',
    description:
      'The tokens that were given on it are taken back. Nothing of a link changes, so that no `If-Match` is needed.',
  })
  async remove(
    @Param('id') issuer: string,
    @Param('subject') subject: string,
    @Administrator() by: RequestOrigin,
  ): Promise<void> {
    await this.links.remove(issuer, subject, by);
  }
}
