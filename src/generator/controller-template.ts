import type { FeatureNames } from './feature-names';

/** The controller. */
export const controllerFile = (names: FeatureNames): string => `\
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AccessToken, type Claims } from '../../auth/access-token.decorator';
import { DescribeScopes } from '../../auth/describe-scopes.decorator';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { type Page, PageQuery, pageOf, readPage } from '../../http/page';
import { Problem } from '../../http/problem';
import { New${names.One}Dto, ${names.One}ChangeDto } from './dto/${names.one}.dto';
import type { ${names.One} } from './${names.one}.entity';
import { ${names.One}Store } from './${names.one}.store';
import { ${names.One}View, viewOf } from './${names.one}.view';

/** A person's ${names.words.many}. What belongs to somebody else is not found. */
@DescribeScopes({
  '${names.many}:read': 'Read your ${names.words.many}',
  '${names.many}:write': 'Write, change and delete your ${names.words.many}',
})
@Controller('${names.many}')
export class ${names.Many}Controller {
  constructor(private readonly store: ${names.One}Store) {}
${reading(names)}${writing(names)}}

function found(row: ${names.One} | null): ${names.One} {
  if (row === null) throw new Problem('not_found');
  return row;
}
`;

const reading = ({ many, One, words }: FeatureNames): string => `
  /** The person's ${words.many}, newest first. */
  @Get()
  @DescribeOperation({ summary: 'List your ${words.many}', description: 'Newest first.', answerPageOf: ${One}View })
  @RequireScopes('${many}:read')
  async list(@Query() query: PageQuery, @AccessToken() { sub }: Claims): Promise<Page<${One}View>> {
    const page = readPage(query);
    const rows = await this.store.list(sub, page);
    return pageOf(rows, page.limit, viewOf, ({ created_at, id }) => ({ at: created_at, id }));
  }

  /** One of them. */
  @Get(':id')
  @DescribeOperation({ summary: 'Read one of your ${words.many}', answer: ${One}View })
  @RequireScopes('${many}:read')
  async read(@Param('id') id: string, @AccessToken() { sub }: Claims): Promise<${One}View> {
    return viewOf(found(await this.store.find(sub, id)));
  }
`;

const writing = ({ many, One, words }: FeatureNames): string => `
  /** Adds one. */
  @Post()
  @DescribeOperation({ summary: 'Add to your ${words.many}', answer: ${One}View })
  @RequireScopes('${many}:write')
  async add(
    @Body() body: New${One}Dto,
    @AccessToken() { sub }: Claims,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<${One}View> {
    const row = await this.store.add(sub, body);
    void reply.header('Location', \`/${many}/\${row.id}\`);
    return viewOf(row);
  }

  /** Changes one; what is left out stays. */
  @Patch(':id')
  @DescribeOperation({ summary: 'Change one of your ${words.many}', answer: ${One}View })
  @RequireScopes('${many}:write')
  async change(
    @Param('id') id: string,
    @Body() body: ${One}ChangeDto,
    @AccessToken() { sub }: Claims,
  ): Promise<${One}View> {
    return viewOf(found(await this.store.change(sub, id, body)));
  }

  /** Deletes one. */
  @Delete(':id')
  @HttpCode(204)
  @DescribeOperation({ summary: 'Delete one of your ${words.many}' })
  @RequireScopes('${many}:write')
  async remove(@Param('id') id: string, @AccessToken() { sub }: Claims): Promise<void> {
    if (!(await this.store.remove(sub, id))) throw new Problem('not_found');
  }
`;
