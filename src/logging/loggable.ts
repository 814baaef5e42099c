/** Longest text in a log line, in characters (UTF-16 code units). */
const MOST_CHARACTERS = 1_000;

/** A stack is worth more than other texts. */
const MOST_STACK_CHARACTERS = 8_000;

const MOST_ITEMS = 50;
const MOST_DEPTH = 5;

/** Fields whose values are never logged, whatever they are called around these words. */
const SECRET_NAME =
  /passw|secret|token|authorization|cookie|credential|assertion|verifier|private|^(code|key|otp|pin|nonce|state|jwt|jwk|dpop|parameters)$|_code$|(api|encryption)_?key/i;

/** Names that look like secrets and are none. */
const HARMLESS_NAME = /^(token_?type|code_?challenge_?method|grant_?type)$/i;

/** A JWS or JWE, whole or cut, or an opaque token of ours, whoever wrote it into a text; ids are shorter. */
const TOKEN = /\b(?:eyJ[\w-]{5,}\.|(?:eyJ|gh[a-z]_)[\w-]{27,})[\w.-]*/g;

/** Credentials as the Authorization header carries them. */
const AUTHORIZATION = /\b(bearer|basic|dpop)\s+[\w.~+/=-]{8,}/gi;

/** The user information of a URL, such as the one of a database. */
const USER_INFORMATION = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,500}@/gi;

/**
 * What a terminal or a log viewer could take for something else than text (CWE-117, CWE-150): controls beyond those that JSON
 * escapes, line separators, and marks that turn the direction of writing.
 */
const MISLEADING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text fit for the log: capped, without credentials, and without characters that mislead. Newlines are left to the JSON encoder. */
export function loggableText(text: string, most = MOST_CHARACTERS): string {
  // Cut first, so that the expressions below never see more than that.
  const capped = text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
  return capped
    .replace(TOKEN, '[token]')
    .replace(AUTHORIZATION, '$1 [credentials]')
    .replace(USER_INFORMATION, '$1[credentials]@')
    .replace(MISLEADING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A copy of a value that is fit for the log: secrets are left out by the names of their fields, the rest is capped. */
export function loggable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return loggableText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return loggableError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MOST_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => loggable(item, depth + 1));
  if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_ITEMS)
      .map(([name, part]) => [loggableText(name), isSecret(name) ? '[redacted]' : loggable(part, depth + 1)]),
  );
}

function isSecret(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
}

/** An error without its own fields: drivers hang the statement's parameters on it. */
function loggableError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause, code } = error as Error & { code?: unknown };
  return {
    type: error.constructor.name === 'Error' ? name : error.constructor.name,
    message: loggableText(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack: loggableText(stack, MOST_STACK_CHARACTERS) }),
    ...(cause === undefined || depth >= MOST_DEPTH ? {} : { cause: loggable(cause, depth + 1) }),
  };
}
