import type { ResponseMode } from './response-mode';

/** What an authorization response can bring (OAuth Multiple Response Types §3, §5), in the order in which it is made and named here. */
const RESPONSE_WORDS = ['code', 'id_token', 'token'] as const;

/** One word of a response type. */
export type ResponseWord = (typeof RESPONSE_WORDS)[number];

/**
 * The response types of OpenID Connect Core §3, in one spelling each. `token` alone is none of them: nobody could tell for whom such a token was made
 * (RFC 9700 §2.1.2).
 */
export const RESPONSE_TYPES = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
] as const;

/** The name of one. */
export type ResponseType = (typeof RESPONSE_TYPES)[number];

/** @returns the response type of these words, whose order says nothing (OAuth Multiple Response Types §3), or null */
export function responseTypeOf(text: string): ResponseType | null {
  const words = text.split(' ');
  const spelling = [...words].sort().join(' ');
  return RESPONSE_TYPES.find((type) => type === spelling) ?? null;
}

/** The words of a response type. */
export function wordsOf(type: ResponseType): readonly ResponseWord[] {
  return RESPONSE_WORDS.filter((word) => type.split(' ').includes(word));
}

/** Whether a response type, known or not, asks for tokens from the authorization endpoint: they never travel in a query (OAuth Multiple Response Types §5). */
export function asksForTokens(text: string): boolean {
  return text.split(' ').some((word) => word === 'token' || word === 'id_token');
}

/** How an answer travels where the request does not say (OAuth Multiple Response Types §2.1, §5). */
export function defaultModeOf(responseType: string): ResponseMode {
  return asksForTokens(responseType) ? 'fragment' : 'query';
}
