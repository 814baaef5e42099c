import { Controller, Get, Query } from '@nestjs/common';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { type Page, pageInMemory, PageQuery } from '../../http/page';
import { Administration, ADMIN_READ } from '../administration.decorator';
import { ScopeOverview } from './scope-overview';
import { ScopeView } from './scope.view';

/** All scopes: those of the features, of the resource servers, and of the protocol. */
@Administration()
@Controller('admin/scopes')
export class AdminScopesController {
  constructor(private readonly scopes: ScopeOverview) {}

  /** All scopes by name. */
  @Get()
  @RequireScopes(ADMIN_READ)
  @DescribeOperation({
    summary: 'List scopes',
    description:
      'By name. Scopes of features are declared in their code, those of resource servers with the resource server.',
    answerPageOf: ScopeView,
  })
  async list(@Query() query: PageQuery): Promise<Page<ScopeView>> {
    return pageInMemory(
      await this.scopes.list(),
      query,
      ({ name, resource }) => `${name} ${resource ?? ''}`,
      (scope) => scope,
    );
  }
}
