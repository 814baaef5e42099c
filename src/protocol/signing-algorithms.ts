/** The algorithms with which this server signs, each with keys of its own (RFC 8725 §3.1); the first signs access tokens. */
export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

/** The name of one. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
