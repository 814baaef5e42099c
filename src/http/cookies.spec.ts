import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { readCookie, removeCookie, setCookie } from './cookies';

const OPTIONS = { secure: true };

describe('the cookies of a browser', () => {
  async function during(work: (request: FastifyRequest, reply: FastifyReply) => unknown, cookie?: string) {
    const server = Fastify();
    server.get('/', (request, reply) => reply.send({ seen: work(request, reply) }));
    const answer = await server.inject({ url: '/', headers: cookie === undefined ? {} : { cookie } });
    return { seen: answer.json<{ seen: unknown }>().seen, set: [answer.headers['set-cookie'] ?? []].flat() };
  }

  it('are those that it brings', async () => {
    const { seen } = await during(
      (request) => ['a', 'b', 'c'].map((name) => readCookie(request, name)),
      'a=1; bb=2; c=',
    );
    expect(seen).toEqual(['1', null, '']);
  });

  it('are from then on those that the answer sets or removes', async () => {
    const { seen, set } = await during((request, reply) => {
      setCookie(reply, 'a', 'new', OPTIONS);
      removeCookie(reply, 'b', OPTIONS);
      setCookie(reply, 'd', 'first', OPTIONS);
      setCookie(reply, 'd', 'second', OPTIONS);
      return ['a', 'b', 'c', 'd'].map((name) => readCookie(request, name));
    }, 'a=1; b=2; c=3');
    expect(seen).toEqual(['new', null, '3', 'second']);
    expect(set.map((line) => line.split(';')[0])).toEqual(['a=new', 'b=', 'd=second']);
  });

  it('are forgotten with the request: another one is told what its browser brings', async () => {
    await during((_request, reply) => setCookie(reply, 'a', 'new', OPTIONS), 'a=1');
    expect((await during((request) => readCookie(request, 'a'), 'a=1')).seen).toBe('1');
  });
});
