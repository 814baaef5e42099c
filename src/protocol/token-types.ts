/** The types of tokens that this server exchanges, by their names in requests (RFC 8693 §3). */
export const TokenType = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  /** An access token whose form is that of a JWT. */
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const;
