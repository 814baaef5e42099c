import { Body, Controller, Get, HttpException, Module, NotFoundException, Param, Post, Res } from '@nestjs/common';
import { IsInt, IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Public } from '../../src/auth/public.decorator';
import { dialectOf } from '../../src/http/error-dialect';
import { RouteTable } from '../../src/http/route-table';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { rawExchange, rawRequest } from '../support/raw-http';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import { complaints, faultOf } from '../support/verdicts';

const SECRET = 'hunter2-in-an-error';

class Line {
  @IsInt()
  count!: number;
}

class Order {
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Line)
  extra?: Line;
}

/** What features do wrong, or on purpose. */
const FAULTS: Readonly<Record<string, () => unknown>> = {
  error: () => new Error(SECRET),
  text: () => SECRET,
  nothing: () => null,
  undefined: () => undefined,
  number: () => 200,
  'object with a status': () => ({ statusCode: 200, status: 200, message: SECRET, stack: SECRET }),
  'error with a status': () => Object.assign(new Error(SECRET), { status: 418, statusCode: 418, code: 'SECRET' }),
  'error with headers': () => Object.assign(new Error(SECRET), { headers: { 'set-cookie': SECRET }, expose: true }),
  'server exception': () => new HttpException(SECRET, 500),
  'server exception with an object': () => new HttpException({ message: SECRET, sql: SECRET }, 503),
  'error in an error': () => new Error('outer', { cause: new Error(SECRET) }),
  'error of a driver': () =>
    Object.assign(new Error(`SELECT '${SECRET}'`), { name: 'QueryFailedError', query: SECRET, parameters: [SECRET] }),
  'type error': () => new TypeError(`Cannot read properties of ${SECRET}`),
};

@Public()
@Controller('faulty')
class FaultyController {
  @Get('throw/:what')
  fail(@Param('what') what: string): never {
    throw FAULTS[what]!();
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException('There is no such order.');
  }

  @Get('answer/circular')
  circular(): object {
    const circle: Record<string, unknown> = { secret: SECRET };
    return Object.assign(circle, { circle });
  }

  @Get('answer/bigint')
  bigint(): object {
    return { secret: SECRET, big: 1n };
  }

  @Get('stream')
  stream(@Res() reply: FastifyReply): void {
    const stream = Readable.from(
      (function* () {
        yield 'begun';
        throw new Error(SECRET);
      })(),
    );
    void reply.send(stream);
  }

  @Post('orders')
  order(@Body() order: Order): Order {
    return order;
  }
}

@Module({ controllers: [FaultyController] })
class FaultyModule {}

describe('the framework, used against itself', () => {
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    app = await createTestApp({ features: [FaultyModule], env: { ...ROOMY_LIMITS, TOKEN_COOKIES: 'on' } });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
  });

  afterAll(() => app.close());

  describe('FRW-05', () => {
    it('FRW-05: validates the body of every route that takes one', async () => {
      const unread = new Set([
        'POST /auth/logout',
        'POST /auth/logout-all',
        'POST /admin/clients/:id/disable',
        'POST /admin/clients/:id/enable',
      ]);
      const routes = app
        .resolve(RouteTable)
        .all()
        .flatMap(({ pattern, methods }) => methods.map((method) => ({ method, pattern })))
        .filter(({ method, pattern }) => /^(POST|PUT|PATCH)$/.test(method) && !unread.has(`${method} ${pattern}`))
        // RFC 6749 §3.1, §3.2: parameters that an endpoint of OAuth does not know are passed over.
        .filter(({ pattern }) => dialectOf(pattern) === 'problem');
      expect(routes.length).toBeGreaterThan(6);
      const admin = await app.asUser({ roles: ['admin'] });
      const verdict = async ({ method, pattern }: (typeof routes)[number]) => {
        const answer = await admin.request(method, pattern.replace(/:\w+/g, 'x'), {
          'no route knows this field': 'canary',
        });
        if (answer.status !== 400) return `${answer.status} ${answer.text}`;
        return answer.text.includes('canary') ? 'repeats the value' : faultOf(answer);
      };
      expect(
        await complaints(
          routes.map((route) => [`${route.method} ${route.pattern}`, route] as const),
          verdict,
        ),
      ).toEqual([]);
    });

    it('FRW-05: converts nothing, and looks into lists and nested objects', async () => {
      const canary = 'canary-4711';
      const bodies: readonly object[] = [
        ...[canary, '1', true, null, 1.5, [1], {}, { $numberInt: '1' }, NaN].map((count) => ({
          lines: [{ count }],
        })),
        ...[canary, null, 1, true, [canary], [null], [1], { 0: { count: 1 }, length: 1 }].map((lines) => ({ lines })),
        { lines: [{ count: 1, [canary]: 1 }] },
        { lines: [{ count: 1 }, { count: 1, constructor: 1 }] },
        { lines: [{ count: 1 }], extra: { count: canary } },
        { lines: [{ count: 1 }], extra: { count: 1, __proto__x: canary, more: { count: 1 } } },
        { lines: [{ count: 1 }], [canary]: 1 },
      ];
      const verdict = async (body: object) => {
        const answer = await app.post('/faulty/orders', body);
        if (answer.status !== 400) return `${answer.status} ${answer.text}`;
        const details = (answer.body.errors as { detail: string }[]).map(({ detail }) => detail).join();
        return details.includes(canary) ? 'repeats the value' : faultOf(answer);
      };
      expect(
        await complaints(
          bodies.map((body) => [JSON.stringify(body), body] as const),
          verdict,
        ),
      ).toEqual([]);
      expect((await app.post('/faulty/orders', { lines: [{ count: 1 }, { count: 2 }] })).status).toBe(201);
    });

    it('FRW-05: takes no text or number for a truth value', async () => {
      for (const cookies of ['true', 'false', 1, 0, '1', 'on', [], [true], {}]) {
        const answer = await app.post('/auth/login', { username: 'alice', password: GOOD_PASSWORD, cookies });
        expect([cookies, answer.status]).toEqual([cookies, 400]);
      }
    });
  });

  describe('FRW-06', () => {
    it('FRW-06: tells the client of a fault its request id, and nothing else, whatever was thrown', async () => {
      const targets = [...Object.keys(FAULTS).map((name) => `throw/${name}`), 'answer/circular', 'answer/bigint'];
      for (const target of targets) {
        const answer = await app.get(`/faulty/${target}`);
        expect([target, answer.status >= 500]).toEqual([target, true]);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(Object.keys(answer.body as object).sort()).toEqual([
          'code',
          'instance',
          'requestId',
          'status',
          'title',
          'type',
        ]);
        expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(SECRET);
        expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
      }
    });

    it('FRW-06: tells what is meant for the client', async () => {
      expect((await app.get('/faulty/missing')).body).toMatchObject({
        status: 404,
        code: 'not_found',
        detail: 'There is no such order.',
      });
    });

    it('FRW-06: cuts an answer off that fails half-way, without a word about why', async () => {
      const { answers, rest, closed } = await rawExchange(app.url, 'GET /faulty/stream HTTP/1.1\r\nHost: x\r\n\r\n');
      expect(closed).toBe(true);
      expect(JSON.stringify(answers) + rest).not.toContain(SECRET);
      expect((await app.get('/health/live')).status).toBe(200);
    });

    it('FRW-06: never repeats what it could not read', async () => {
      const canary = 'canary-4711';
      const requests = [
        { target: '/auth/login', body: `{"password":"${canary}` },
        { target: '/auth/login', body: canary },
        { target: '/auth/login', body: `{"username":"${canary}","password":{"${canary}":1}}` },
        { target: '/auth/login', body: '{}', headers: [['Content-Type', `text/${canary}`]] as const },
        { target: '/auth/login', body: '{}', headers: [['Content-Encoding', canary]] as const },
        { target: `/notes?cursor=${canary}` },
        { target: `/notes?limit=${canary}` },
        { target: `/protected?access_token=${canary}` },
      ];
      for (const { headers = [['Content-Type', 'application/json']] as const, ...request } of requests) {
        const authorized = [...headers, ['Authorization', `Bearer ${token}`]] as const;
        const answer = await rawRequest(app.url, {
          method: request.body === undefined ? 'GET' : 'POST',
          headers: authorized,
          ...request,
        });
        expect([request.target, answer.status >= 400 && answer.status < 500]).toEqual([request.target, true]);
        expect([request, answer.text.replace(/"pointer":"[^"]*"/g, '')]).toEqual([
          request,
          expect.not.stringContaining(canary),
        ]);
      }
    });
  });

  it('FRW-07: answers every id that cannot be one with 404, 400 or 414, the same on both databases', async () => {
    const ids = [
      ...[
        `'`,
        `"`,
        '%27',
        'undefined',
        'null',
        'NaN',
        '0',
        '-1',
        '0x1',
        '1e9',
        'true',
        '[object%20Object]',
        '%7B%7D',
        '%5B%5D',
      ],
      ...[
        '%00',
        'a%00b',
        '%01',
        '%7f',
        '%ff',
        '%C0%AF',
        '%ED%A0%80',
        '%F4%90%80%80',
        '%',
        '%zz',
        '%u0000',
        '%E2%80%AE',
        '%F0%9F%99%82',
      ],
      ...[
        '.',
        '..',
        '%2e%2e',
        '*',
        ':id',
        '__proto__',
        'constructor',
        'toString',
        'everyone%20',
        '00000000-0000-0000-0000-000000000000',
      ],
      ...[
        '9'.repeat(30),
        '-'.repeat(22),
        'a'.repeat(256),
        'a'.repeat(257),
        'a'.repeat(5_000),
        '%61'.repeat(86),
        '%F0%9F%99%82'.repeat(64),
      ],
    ];
    const verdict = async (id: string) => {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const headers = [
          ['Authorization', `Bearer ${token}`],
          ['Content-Type', 'application/json'],
        ] as const;
        const body = method === 'PATCH' ? { body: '{"title":"x"}' } : {};
        const answer = await rawRequest(app.url, { method, target: `/notes/${id}`, headers, ...body });
        const fault =
          faultOf(answer) ?? ([400, 404, 405, 414].includes(answer.status) ? null : `${answer.status} ${answer.text}`);
        if (fault !== null) return `${method} ${fault}`;
      }
      return null;
    };
    expect(
      await complaints(
        ids.map((id) => [id.slice(0, 40), id] as const),
        verdict,
      ),
    ).toEqual([]);
  });

  it('FRW-07: keeps half characters out of the database, or stores them as what they are not, without a fault', async () => {
    const client = app.withToken(token);
    const texts = [
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"a\\u0000b"',
      '"\\uffff\\ufffe"',
      '"\\u0001\\u001f\\u007f\\u0085"',
    ];
    for (const text of texts) {
      const answer = await client.post('/notes', `{"title":${text},"body":""}`);
      expect([text, [201, 400].includes(answer.status)]).toEqual([text, true]);
      expect((await app.post('/auth/login', `{"username":${text},"password":${text}}`)).status).toBeLessThan(402);
      const registration = `{"username":${text},"email":"x@example.com","password":"${GOOD_PASSWORD}"}`;
      expect((await app.post('/auth/register', registration)).status).toBe(400);
    }
    expect((await client.get('/notes')).status).toBe(200);
  });
});
