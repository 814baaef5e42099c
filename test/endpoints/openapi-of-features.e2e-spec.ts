import { All, Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty as PackagedApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { DescribeScopes } from '../../src/auth/describe-scopes.decorator';
import { OptionalAuth } from '../../src/auth/optional-auth.decorator';
import { Public } from '../../src/auth/public.decorator';
import { RequireAcr, RequireFresh } from '../../src/auth/require-fresh.decorator';
import { RequireRefreshToken } from '../../src/auth/require-refresh-token.decorator';
import { RequireRoles } from '../../src/auth/require-roles.decorator';
import { RequireScopes } from '../../src/auth/require-scopes.decorator';
import { ApiProperty } from '../../src/http/api-property.decorator';
import { DescribeOperation, Undocumented } from '../../src/http/describe-operation.decorator';
import { PartialType } from '../../src/http/partial-type';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { ApiDescription } from '../support/openapi';

class ShelfDto {
  @ApiProperty({ example: 'attic' })
  @IsString()
  @MaxLength(20)
  room!: string;
}

class BookDto {
  @ApiProperty({ example: 'Emma' })
  @IsString()
  title!: string;

  @IsInt()
  @Min(1)
  @Max(5)
  @IsOptional()
  stars?: number | null;

  @IsIn(['paper', 'file'])
  form!: string;

  @ValidateNested()
  shelf!: ShelfDto;
}

class BookChangeDto extends PartialType(BookDto) {}

class BookView {
  @ApiProperty({ example: 'Emma' })
  title!: string;
}

class PackagedView {
  @PackagedApiProperty({ example: 7 })
  pages!: number;
}

class SearchQuery {
  @IsOptional()
  @IsString()
  word?: string;
}

@DescribeScopes({ 'books:read': 'Read the books', 'books:lend': { description: 'Lend books', roles: ['librarian'] } })
@RequireScopes('books:read')
@Controller('books')
class BooksController {
  @Get()
  @DescribeOperation({ summary: 'List the books', answer: [BookView] })
  list(@Query() _query: SearchQuery): BookView[] {
    return [];
  }

  @Post()
  @RequireScopes('books:lend')
  @RequireRoles('librarian')
  @RequireFresh(300)
  @RequireAcr('urn:gold', 'urn:silver')
  @DescribeOperation({ summary: 'Add a book', description: 'It is *new*.', answer: BookView, problems: ['conflict'] })
  add(@Body() _book: BookDto): BookView {
    return { title: '' };
  }

  @Post('changes')
  change(@Body() _change: BookChangeDto): void {}

  @Public()
  @Get('open')
  open(): void {}

  @OptionalAuth()
  @Get(['both', 'ways'])
  bothWays(): void {}

  @Get('packaged/:id')
  @ApiOperation({ summary: 'In the words of the package', description: 'Said by hand.' })
  @ApiOkResponse({ type: PackagedView, description: 'What there is' })
  packaged(@Param('id') _id: string): PackagedView {
    return { pages: 1 };
  }

  @All('anything')
  anything(): void {}

  @Undocumented('a secret of the house')
  @Get('hidden')
  hidden(): void {}
}

@Controller('sessions')
class SessionsController {
  @RequireRefreshToken()
  @Get()
  read(): void {}
}

@Module({ controllers: [BooksController, SessionsController] })
class BooksModule {}

describe('the OpenAPI document of feature modules', () => {
  let app: TestApp;
  let api: ApiDescription;
  const operation = (id: string) => api.operation(id).operation;
  const codes = (id: string, status: number) =>
    Object.keys(operation(id).responses[status].content['application/problem+json'].examples as object);

  beforeAll(async () => {
    app = await createTestApp({ features: [BooksModule], env: { TOKEN_COOKIES: 'on' } });
    api = new ApiDescription((await app.get('/docs-json')).body);
  });

  afterAll(() => app.close());

  it('is valid', async () => {
    expect(await api.faults()).toEqual([]);
  });

  it('takes security and scopes from the decorators of the guard, those of the controller included', () => {
    expect(operation('books_list').security).toEqual([{ oauth2: ['books:read'] }, { bearer: ['books:read'] }]);
    expect(operation('books_add').security).toEqual([
      { oauth2: ['books:read', 'books:lend'] },
      { bearer: ['books:read', 'books:lend'] },
    ]);
    expect(operation('books_open').security).toEqual([]);
    expect(operation('books_bothWays_0').security).toEqual([
      {},
      { oauth2: ['books:read'] },
      { bearer: ['books:read'] },
    ]);
    expect(operation('sessions_read').security).toEqual([{ refresh_token: [] }]);
    expect(api.document.components.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      refresh_token: { type: 'http', scheme: 'bearer' },
    });
    expect(api.document.components.securitySchemes.bearer.description).toContain(
      '- `books:lend`: Lend books (for people with the role `librarian`)',
    );
  });

  it('names roles, freshness and classes of sign-in, for which OpenAPI has no words', () => {
    expect(operation('books_add')).toMatchObject({
      'x-required-roles': ['librarian'],
      'x-max-age': 300,
      'x-acr-values': ['urn:gold', 'urn:silver'],
      summary: 'Add a book',
      description:
        'It is *new*.\n\nNeeds an access token. It must carry the scopes `books:read`, `books:lend`. The person must have the role ' +
        '`librarian`. The sign-in may be at most 300 s old (RFC 9470). The sign-in must be one of `urn:gold`, `urn:silver` (RFC 9470).',
    });
    expect(operation('books_list')).not.toHaveProperty('x-required-roles');
  });

  it('lists the problems that follow from guard, parameters and body, and those that the handler adds', () => {
    expect(codes('books_add', 400)).toEqual(['invalid_request', 'validation_failed', 'malformed_json']);
    expect(codes('books_add', 401)).toEqual([
      'missing_token',
      'invalid_token',
      'token_expired',
      'token_revoked',
      'insufficient_user_authentication',
    ]);
    expect(codes('books_add', 403)).toEqual(['insufficient_scope', 'insufficient_role', 'csrf_failed']);
    expect(codes('books_add', 409)).toEqual(['conflict']);
    expect(codes('books_list', 403)).toEqual(['insufficient_scope']);
    expect(codes('books_packaged', 404)).toEqual(['not_found']);
    expect(codes('sessions_read', 401)).toEqual(['missing_token', 'invalid_token']);
    expect(Object.keys(operation('books_open').responses as object)).toEqual(['200', 'default']);
    expect(operation('books_add').responses[401].headers).toHaveProperty('WWW-Authenticate');
  });

  it('takes the shape of requests from their validation rules', () => {
    expect(api.document.components.schemas.BookDto).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['title', 'form', 'shelf'],
      properties: {
        title: { type: 'string', example: 'Emma' },
        stars: { type: ['integer', 'null'], minimum: 1, maximum: 5 },
        form: { type: 'string', enum: ['paper', 'file'] },
        shelf: { $ref: '#/components/schemas/Shelf' },
      },
    });
    const change = api.document.components.schemas.BookChange;
    expect(change).not.toHaveProperty('required');
    expect(change.properties.title).toEqual({ type: 'string', example: 'Emma' });
    expect(operation('books_list').parameters).toEqual([
      { name: 'word', in: 'query', required: false, schema: { type: 'string' } },
    ]);
  });

  it('puts examples together from those of the fields', () => {
    const json = (id: string, status: number) => operation(id).responses[status].content['application/json'];
    expect(operation('books_add').requestBody.content['application/json'].example).toEqual({
      title: 'Emma',
      form: 'paper',
      shelf: { room: 'attic' },
    });
    expect(json('books_list', 200)).toEqual({
      schema: { type: 'array', items: { $ref: '#/components/schemas/BookView' } },
      example: [{ title: 'Emma' }],
    });
    expect(json('books_packaged', 200).example).toEqual({ pages: 7 });
  });

  it('keeps what authors say with the decorators of @nestjs/swagger', () => {
    expect(operation('books_packaged')).toMatchObject({
      summary: 'In the words of the package',
      description: 'Said by hand.\n\nNeeds an access token. It must carry the scope `books:read`.',
      responses: { 200: { description: 'What there is' } },
    });
  });

  it('knows a handler by each of its paths and methods, and leaves out what asks for it', () => {
    const ids = api.operations().map(({ operation: { operationId } }) => operationId as string);
    expect(ids).toEqual(expect.arrayContaining(['books_bothWays_0', 'books_bothWays_1', 'books_anything_get']));
    expect(operation('books_anything_post').summary).toBe('Anything');
    expect(ids.filter((id) => id.includes('hidden'))).toEqual([]);
  });
});

describe('two controllers of one name', () => {
  it('are refused with a sentence in the log, since operationIds are made of their names', async () => {
    const twins = ['one', 'two'].map((path) => {
      @Controller(path)
      class TwinController {
        @Get()
        read(): void {}
      }
      @Module({ controllers: [TwinController] })
      class TwinModule {}
      return TwinModule;
    });
    const lines: string[] = [];
    const app = await createTestApp({ features: twins, log: (line) => void lines.push(line) });
    expect((await app.get('/docs-json')).status).toBe(500);
    expect(lines.join('')).toContain('Two controllers are called TwinController: rename one.');
    await app.close();
  });
});
