import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { sha256 } from '../../crypto/digest';
import { Undocumented } from '../../http/describe-operation.decorator';
import { type Representation, representationOf, sendRepresentation } from '../../http/representation';
import { ICON, STYLESHEET } from './stylesheet';

/** Browsers may keep a file for a year: its address changes with it. */
const CACHING = 'public, max-age=31536000, immutable';

/** The query by which pages ask for the files that belong to them. */
export const ASSETS_VERSION = sha256(STYLESHEET + ICON).slice(0, 12);

/** What the pages are made of beside their texts. */
@Public()
@Undocumented('for the pages')
@Controller('assets')
export class AssetsController {
  private readonly stylesheet: Representation = representationOf(STYLESHEET, 'text/css; charset=utf-8');
  private readonly icon: Representation = representationOf(ICON, 'image/svg+xml');

  /** How the pages look. */
  @Get('pages.css')
  readStylesheet(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendRepresentation(this.stylesheet, CACHING, request, reply);
  }

  /** What browsers show beside the title. */
  @Get('icon.svg')
  readIcon(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendRepresentation(this.icon, CACHING, request, reply);
  }
}
