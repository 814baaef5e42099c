/** The argument of commands about one person, in commander's notation. */
export const WHO = '<username-or-email>';

/** What the help says of {@link WHO}. */
export const WHO_DESCRIPTION = { 'username-or-email': 'whose account' };
