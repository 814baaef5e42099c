import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { type Page, pageOf, readPage } from '../../http/page';
import { Problem } from '../../http/problem';
import { UserStore } from '../../users/user.store';
import { Administration, ADMIN_READ } from '../administration.decorator';
import { UsersQuery } from './user.dto';
import { UserView, userViewOf } from './user.view';

/** How ids of people look, chosen ones among them. */
const USER_ID = /^[\x21-\x7e]{1,255}$/;

/** The people, to look at: whoever links one to an issuer needs their id. */
@Administration()
@Controller('admin/users')
export class AdminUsersController {
  constructor(private readonly users: UserStore) {}

  /** People, newest first. */
  @Get()
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({
    summary: 'List people',
    description: 'Newest first: all of them, or those whose user name or e-mail address begins with a text.',
    answerPageOf: UserView,
  })
  async list(@Query() query: UsersQuery): Promise<Page<UserView>> {
    const { limit, after } = readPage(query, USER_ID);
    const people = await this.users.list(limit, after, query.search);
    return pageOf(people, limit, userViewOf, ({ created_at: at, id }) => ({ at, id }));
  }

  /** One person. */
  @Get(':id')
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({ summary: 'Read a person', description: 'By their id.', answer: UserView })
  async read(@Param('id') id: string): Promise<UserView> {
    const user = await this.users.find(id);
    if (user === null) throw new Problem('not_found');
    return userViewOf(user);
  }
}
