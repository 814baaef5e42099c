/** The ways in which an authorization response travels (OAuth Multiple Response Types §2.1, OAuth Form Post §2). */
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;

/** The name of one. */
export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** @returns the mode of that name, or null */
export function responseModeOf(name: string): ResponseMode | null {
  return RESPONSE_MODES.find((mode) => mode === name) ?? null;
}
