/**
 * Peer: Fastify with @fastify/jwt, set up as its README shows: keys as PEM, ES256, an `authenticate` decorator as the
 * route's `onRequest`. Its cache of verified tokens is off by default and stays off; with a new token in each request
 * it could not help.
 */
import fastifyJwt from '@fastify/jwt';
import Fastify from 'fastify';

const { PORT, PRIVATE_KEY, PUBLIC_KEY } = process.env;

const app = Fastify();
await app.register(fastifyJwt, {
  secret: { private: PRIVATE_KEY, public: PUBLIC_KEY },
  sign: { algorithm: 'ES256' },
});
app.decorate('authenticate', async (request, reply) => {
  try {
    await request.jwtVerify();
  } catch (error) {
    reply.send(error);
  }
});
app.get('/bench/open', async () => ({ msg: 'This is a protected route' }));
app.get('/bench/guarded', { onRequest: [app.authenticate] }, async () => ({ msg: 'This is a protected route' }));
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
process.once('SIGTERM', () => app.close());
