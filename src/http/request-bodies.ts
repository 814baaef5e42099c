import { RouteConfig } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { Problem } from './problem';

/** The largest body, in bytes. */
export const BODY_LIMIT = 65_536;

/** Whether a route takes forms beside JSON, forms only, or none. */
export type FormAcceptance = 'no' | 'too' | 'only';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The spellings that are taken, and no other: a type that this server and something before it could read differently (tabs, empty
 * or unknown parameters, other charsets) is refused.
 */
const JSON_SPELLING = /^application\/json(?:; ?charset="?utf-8"?)?$/i;
const FORM_SPELLING = /^application\/x-www-form-urlencoded(?:; ?charset="?utf-8"?)?$/i;

/**
 * Lets a route take form bodies; where they are not expected they would let any page post without a preflight.
 * @param which `only` where JSON is refused: the endpoints of OAuth know nothing else than forms (RFC 6749 §3.2)
 */
export const AcceptForms = (which: 'too' | 'only' = 'too'): MethodDecorator & ClassDecorator =>
  RouteConfig({ acceptForms: which });

/**
 * Refuses what this server does not read, before any of it is read.
 * @throws {Problem} unsupported_media_type
 */
export function assertReadable(request: FastifyRequest, acceptForms: FormAcceptance): void {
  const { 'content-type': type, 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem('unsupported_media_type', {
      detail: 'Send the body without Content-Encoding.',
      // RFC 9110 §12.5.3
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  if (type === undefined) return;
  if (acceptForms !== 'only' && (type === JSON_TYPE || JSON_SPELLING.test(type))) return;
  if (acceptForms !== 'no' && FORM_SPELLING.test(type)) return;
  const accepted = { no: JSON_TYPE, too: `${JSON_TYPE}, ${FORM_TYPE}`, only: FORM_TYPE }[acceptForms];
  throw new Problem('unsupported_media_type', {
    detail: `Send Content-Type: ${accepted.replace(', ', ' or ')}.`,
    // RFC 9110 §12.5.1
    headers: { Accept: accepted },
  });
}

/** Installs the parsers of bodies: strict JSON and, for routes that accept them, forms. */
export function registerBodyParsers(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<string>(JSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    // Clients that always name the type send it with empty bodies too.
    if (body === '') done(null, undefined);
    // RFC 8259 §8.1: nobody may put it there, and whoever reads the body before this server may take it for a part of it.
    else if (body.startsWith(BYTE_ORDER_MARK)) done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY());
    else void parseJson(request, body, done);
  });
  fastify.addContentTypeParser<string>(FORM_TYPE, { parseAs: 'string' }, (_request, body, done) => {
    done(null, parseForm(body));
  });
}

/** A name that stands twice keeps all its values, so that validation can refuse it. */
function parseForm(body: string): Record<string, string | string[]> {
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(body)) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}
