import Fastify from 'fastify';
import { representationOf, sendRepresentation } from './representation';

const representation = representationOf('hello', 'text/plain; charset=utf-8');

async function get(header?: string) {
  const fastify = Fastify();
  fastify.get('/', (request, reply) => sendRepresentation(representation, 'no-cache', request, reply));
  return fastify.inject({ url: '/', headers: header === undefined ? {} : { 'if-none-match': header } });
}

describe('a representation', () => {
  it('is sent with its type, its entity tag and how long it may be kept', async () => {
    const answer = await get();
    expect([answer.statusCode, answer.body]).toEqual([200, 'hello']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
      etag: representation.etag,
    });
  });

  it('has another tag as soon as one byte differs', () => {
    expect(representationOf('hello', 'a/b').etag).toBe(representation.etag);
    expect(representationOf('hellp', 'a/b').etag).not.toBe(representation.etag);
  });

  it.each([
    ['its tag', representation.etag],
    ['its tag, weak (RFC 9110 §8.8.3.2)', `W/${representation.etag}`],
    ['its tag among others', `"a", ${representation.etag},"b"`],
    ['anything', '*'],
  ])('is not sent again to whoever has %s', async (_name, header) => {
    const answer = await get(header);
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', representation.etag]);
  });

  it.each(['"other"', 'W/"other"', '', representation.etag.slice(1, -1)])(
    'is sent to whoever has %s',
    async (header) => {
      expect((await get(header)).statusCode).toBe(200);
    },
  );
});
