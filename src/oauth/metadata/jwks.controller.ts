import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { sendRepresentation } from '../../http/representation';
import { KeyRing } from '../../keys/key-ring';
import { KEY_SET_MAX_AGE } from '../../keys/key-rotation';

/** How long clients may keep the keys. */
export const KEY_SET_CACHING = `public, max-age=${KEY_SET_MAX_AGE}`;

const EXAMPLE = {
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      kid: 'x3N7zQ2vT0mKf8bWc1pYdA',
      alg: 'ES256',
      use: 'sig',
    },
    {
      kty: 'RSA',
      n: 'wIa-nK11JTPFrh4ndUvnoG3T_aF1IkDYILMhZYPpcTl1YF0uApUVUULJqZqbFmOL5fu4rRmaDpdD0616bY',
      e: 'AQAB',
      kid: 'q0Vt8nM3yGk5cRzXbE2wLA',
      alg: 'RS256',
      use: 'sig',
    },
    {
      kty: 'EC',
      crv: 'P-256',
      x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
      y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
      kid: 'Zt3uV0pLr9yWqK1sXc7HfA',
      use: 'enc',
    },
    {
      kty: 'RSA',
      n: '0iTOTEWVTvExm6rkyOJrbYeebnSJIEFoBSvFx1Ecgy19m-BaemX49lpOcfR1JcnNHlHtoLl0Re9qAp3vAheAz',
      e: 'AQAB',
      kid: 'b6QdN2mYx8TgJ4hRk0wEoA',
      use: 'enc',
    },
  ],
};

/** The public keys with which anybody can check our tokens (RFC 7517 §5), as bytes made once for each change of the keys. */
@Controller()
export class JwksController {
  constructor(private readonly keyRing: KeyRing) {}

  /** Serves the key set; a client that has it already is told so (RFC 9110 §13.1.2). */
  @Public()
  @Get('jwks.json')
  @DescribeOperation({
    summary: 'Read the public keys',
    description: 'With these anybody can check the access tokens of this server (RFC 7517).',
    answer: EXAMPLE,
    answerType: 'application/jwk-set+json',
  })
  async keySet(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendRepresentation(await this.keyRing.completeKeySet(), KEY_SET_CACHING, request, reply);
  }
}
