import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { KeyRing } from '../../keys/key-ring';
import { KEY_SET_MAX_AGE } from '../../keys/key-rotation';

/** The public keys with which anybody can check our tokens (RFC 7517 §5), as bytes made once for each change of the keys. */
@Controller()
export class JwksController {
  constructor(private readonly keyRing: KeyRing) {}

  /** Serves the key set; a client that has it already is told so (RFC 9110 §13.1.2). */
  @Public()
  @Get('jwks.json')
  keySet(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { body, etag } = this.keyRing.keySet;
    void reply.header('Cache-Control', `public, max-age=${KEY_SET_MAX_AGE}`).header('ETag', etag);
    if (matches(request.headers['if-none-match'], etag)) {
      void reply.code(304).send();
      return;
    }
    // RFC 7517 §8.5.2
    void reply.type('application/jwk-set+json').send(body);
  }
}

/** RFC 9110 §8.8.3.2: weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((candidate) => [etag, `W/${etag}`, '*'].includes(candidate.trim()));
}
