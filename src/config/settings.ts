import type { OAuthFeatureSwitches } from './oauth-features';

/** Injection token of the {@link Settings}: `constructor(@Inject(SETTINGS) settings: Settings)`. */
export const SETTINGS = Symbol('Settings');

/** The PEM files by which the service speaks TLS. */
export interface TlsFiles {
  /** The path of the certificate, with those that vouch for it behind it. */
  readonly certificate: string;
  /** The path of its private key. */
  readonly key: string;
}

/** Where the service listens; port 0 lets the system choose a free one. */
export interface ListenSettings {
  readonly host: string;
  readonly port: number;
  /** Null where the service speaks plain HTTP. */
  readonly tls: TlsFiles | null;
}

/** The database: one SQLite file (its path) or a PostgreSQL server with at most `poolSize` connections. */
export type DatabaseSettings =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly poolSize: number };

/**
 * Life of the tokens, all in seconds, and the audience that access tokens are issued for.
 * @see RFC 9068 §2.2, RFC 9700 §4.14
 */
export interface TokenSettings {
  readonly accessTokenLifetime: number;
  readonly idTokenLifetime: number;
  /** How long a refresh token that nobody uses stays good. */
  readonly refreshTokenLifetime: number;
  /** How long a family of refresh tokens lives, however often it is refreshed. */
  readonly refreshTokenAbsoluteLifetime: number;
  /** How long a rotated refresh token is still answered with its successor; 0 is never. */
  readonly refreshReuseLeeway: number;
  readonly clockTolerance: number;
  readonly audience: string;
}

/** How long the sessions of browsers live, in seconds: while nobody uses them, and at the most. */
export interface SessionSettings {
  readonly idle: number;
  readonly absolute: number;
}

/** Signing keys: how they are encrypted at rest and how often they change (seconds). */
export interface KeySettings {
  /** Each 32 bytes in base64 or base64url; the first encrypts, all decrypt; empty: the keys module keeps one beside the database. */
  readonly encryptionKeys: readonly string[];
  readonly rotationInterval: number;
}

/** What the HTTP layer trusts: origins that may read answers, and addresses whose forwarding headers count. */
export interface HttpSettings {
  /** Exact origins, or `*` alone. */
  readonly corsOrigins: readonly string[];
  /** IP addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
}

/** Whose documents may describe clients: hosts, with `*.` before one for all names below it. */
export interface ClientDocumentSettings {
  /** Empty where all may. */
  readonly hosts: readonly string[];
  readonly deniedHosts: readonly string[];
}

/** What this server may fetch from others. */
export interface OutboundSettings {
  /** Whether from its own machine, also without https. */
  readonly loopback: boolean;
}

/** The administrator made at start where there is none. */
export interface FirstAdministrator {
  readonly email: string;
  readonly password: string;
}

/** Requests allowed per window: login and refresh per 5 minutes, sessions and registration per hour. */
export interface RateLimitSettings {
  readonly loginPerAccount: number;
  readonly loginPerAddress: number;
  readonly loginTotal: number;
  readonly sessionsPerAccount: number;
  readonly registrationPerAddress: number;
  readonly registrationTotal: number;
  readonly refreshPerAccount: number;
  readonly refreshPerAddress: number;
  readonly refreshTotal: number;
}

/** How much is logged, from least talkative to most; `silent` is nothing. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Where the service runs: production refuses what is fit for a developer's machine only. */
export type Mode = 'development' | 'production' | 'test';

/** All that an operator can set, checked and deep-frozen at start; see the table of settings in the README. */
export interface Settings {
  readonly mode: Mode;
  /** The issuer identifier, byte for byte as clients know it, without a trailing slash. @see RFC 8414 §2 */
  readonly issuer: string;
  /** What people are shown as the name of the service. */
  readonly serviceName: string;
  readonly listen: ListenSettings;
  /** Seconds between the signal to stop and the end of listening. */
  readonly shutdownDelay: number;
  readonly database: DatabaseSettings;
  readonly tokens: TokenSettings;
  readonly sessions: SessionSettings;
  readonly keys: KeySettings;
  /** Which features of the authorization server are on. */
  readonly oauthFeatures: OAuthFeatureSwitches;
  /** Whether DPoP proofs need a nonce of this server (RFC 9449 §8). */
  readonly dpopNonce: 'optional' | 'required';
  /** Whether clients that have registered themselves are shown with their logo (RFC 7591 §5). */
  readonly selfRegisteredLogos: boolean;
  readonly clientDocuments: ClientDocumentSettings;
  readonly outbound: OutboundSettings;
  readonly http: HttpSettings;
  /** Whether the API documentation is served. */
  readonly apiDocs: boolean;
  /** Whether tokens may also travel in cookies. */
  readonly tokenCookies: boolean;
  readonly registration: 'open' | 'closed';
  readonly logLevel: LogLevel;
  /** How long security events are kept, in seconds. */
  readonly auditRetention: number;
  readonly firstAdministrator: FirstAdministrator | null;
  readonly rateLimits: RateLimitSettings;
}
