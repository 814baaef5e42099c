/**
 * The scope of the first-party API: a token that somebody let another application have does not open the account itself. Tokens of the house's own
 * sign-in carry it; any other client needs to be registered for it, and people are asked.
 */
export const ACCOUNT_SCOPE = 'account';
