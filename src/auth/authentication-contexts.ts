import { PASSWORD_ACR } from './first-party-tokens';

/** The authentication context classes that people can reach by signing in here (OpenID Connect Core §2: `acr`). */
export const OFFERED_ACRS: readonly string[] = [PASSWORD_ACR];
