/** Roles are kept and sent as words separated by spaces: a name that is none would become two, or another one. */
const ROLE_NAME = /^[a-z][a-z0-9:._-]{0,63}$/;

/** What a role's name is, for whoever has chosen another. */
export const ROLE_NAME_RULE = 'A role is a word of small letters, digits and - _ . : with at most 64 characters.';

/** Whether a text can be the name of a role. */
export function isRoleName(text: string): boolean {
  return ROLE_NAME.test(text);
}
