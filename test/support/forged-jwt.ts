import { createHmac, type KeyObject, sign as signBytes } from 'node:crypto';

/** Makes the signature of `header.payload`, both encoded. */
export type Signer = (input: string) => Buffer | string;

/** What a token is put together from; texts are taken for JSON as it stands. */
export interface Forgery {
  readonly header: unknown;
  readonly payload: unknown;
  readonly signer: Signer;
}

/** A token taken apart. */
export interface TakenApart {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly signature: Buffer;
  readonly segments: readonly [header: string, payload: string, signature: string];
}

/** base64url of a text, of bytes, or of a value as JSON. */
export function encode(part: unknown): string {
  if (Buffer.isBuffer(part)) return part.toString('base64url');
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Puts a token together by hand. */
export function forge({ header, payload, signer }: Forgery): string {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = signer(input);
  return `${input}.${typeof signature === 'string' ? signature : encode(signature)}`;
}

/** Takes a token apart without checking anything. */
export function takeApart(token: string): TakenApart {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (segment: string) => JSON.parse(Buffer.from(segment, 'base64url').toString()) as Record<string, unknown>;
  return {
    header: read(header),
    payload: read(payload),
    signature: Buffer.from(signature, 'base64url'),
    segments: [header, payload, signature],
  };
}

/** A signature of this text whatever is signed. */
export const fixed =
  (signature: Buffer | string): Signer =>
  () =>
    signature;

/** HMAC with SHA-2. */
export const hs =
  (bits: 256 | 384 | 512, secret: Buffer | string): Signer =>
  (input) =>
    createHmac(`sha${bits}`, secret).update(input).digest();

/** ECDSA with SHA-256, in the form of JOSE (r and s, 32 bytes each) or in DER. */
export const es256 =
  (key: KeyObject, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Signer =>
  (input) =>
    signBytes('sha256', Buffer.from(input), { key, dsaEncoding });

/** RSASSA-PKCS1-v1_5 with SHA-256. */
export const rs256 =
  (key: KeyObject): Signer =>
  (input) =>
    signBytes('sha256', Buffer.from(input), key);
