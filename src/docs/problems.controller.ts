import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../auth/public.decorator';
import { Undocumented } from '../http/describe-operation.decorator';
import { PROBLEMS_PAGE, PROBLEMS_PAGE_POLICY } from './problems-page';

/** The page to which the `type` of every problem points. */
@Public()
@Undocumented('a page for people')
@Controller('problems')
export class ProblemsController {
  /** All problems, each under the anchor of its code. */
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PROBLEMS_PAGE_POLICY)
  @Header('Cache-Control', 'public, max-age=3600')
  read(): string {
    return PROBLEMS_PAGE;
  }
}
