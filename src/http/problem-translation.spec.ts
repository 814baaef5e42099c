import {
  BadRequestException,
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import { errorCodes } from 'fastify';
import { QueryFailedError } from 'typeorm';
import { DatabaseUnavailable } from '../database/database-unavailable';
import { Problem } from './problem';
import { problemOf } from './problem-translation';

describe('an error as a problem', () => {
  it('is itself where it is one', () => {
    const problem = new Problem('conflict');
    expect(problemOf(problem)).toBe(problem);
  });

  it.each([
    [new NotFoundException('No such note.'), 'not_found', 404, 'No such note.'],
    [new ConflictException('Taken.'), 'conflict', 409, 'Taken.'],
    [new UnauthorizedException(), 'unauthorized', 401, 'Unauthorized'],
    [new BadRequestException(['a must be b.', 'c must be d.']), 'bad_request', 400, 'a must be b. c must be d.'],
    [new HttpException({ any: 'thing' }, 418), 'refused', 418, 'Http Exception'],
  ])('of a feature keeps its status and its message: %s', (exception, code, status, detail) => {
    expect(problemOf(exception)).toMatchObject({ code, status, detail });
  });

  it.each([
    new InternalServerErrorException('select * from users'),
    new HttpException('upstream said hunter2', 502),
    new Error('hunter2'),
    new QueryFailedError('SELECT hunter2', ['hunter2'], new Error('hunter2')),
    'hunter2',
    null,
    undefined,
    { status: 200, message: 'hunter2' },
  ])('of the server tells nothing (FRW-06): %#', (error) => {
    const problem = problemOf(error);
    expect(problem.code).toBe('internal_error');
    expect(problem.status).toBeGreaterThanOrEqual(500);
    expect(problem.detail).toBeUndefined();
  });

  it.each([
    new DatabaseUnavailable(new Error('connect ECONNREFUSED 10.0.0.5:5432')),
    new QueryFailedError('SELECT 1', [], Object.assign(new Error('terminating connection'), { code: '57P01' })),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  ])('of a database that is away asks to come back (OPS-07): %s', (error) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ code: 'temporarily_unavailable', status: 503, detail: undefined });
    expect(problem.headers).toHaveProperty('Retry-After');
  });

  it.each([
    [new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), 'payload_too_large', 413],
    [new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('text/hunter2'), 'unsupported_media_type', 415],
    [new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY(), 'malformed_json', 400],
    [new errorCodes.FST_ERR_BAD_URL('/hunter2'), 'bad_request', 400],
    [new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH(), 'bad_request', 400],
  ])('of Fastify is said in our words: %s', (error, code, status) => {
    for (const raised of [error, new HttpException(error.message, status, { cause: error })]) {
      const problem = problemOf(raised);
      expect(problem).toMatchObject({ code, status });
      expect(problem.detail ?? '').not.toContain('hunter2');
    }
  });
});
