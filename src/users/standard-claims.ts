import { httpsUrlOf, readPart, type Step, textOf, ValueFault } from '../protocol/value-readers';
import { addressOf, addressSchema, dateOf, localeOf, phoneOf, type PostalAddress, zoneOf } from './claim-values';
import type { User } from './user.entity';

/** The scopes that ask for standard claims (OpenID Connect Core §5.4). */
export type ClaimScope = 'profile' | 'email' | 'address' | 'phone';

/** What somebody has said of themselves beside their account, by the names of the claims. */
export type SaidClaims = Readonly<Record<string, string | PostalAddress>>;

/** A person and what else is known of them. */
export interface UserWithProfile extends User {
  readonly said: SaidClaims;
  /** The address that was found to be theirs, in its canonical form; it may be an earlier one. */
  readonly verified_email: string | null;
  /** Likewise a telephone number, as they have written it. */
  readonly verified_phone: string | null;
}

/** One standard claim. */
export interface StandardClaim {
  readonly scope: ClaimScope;
  /** What it is, in words that complete "The application wants to know …". */
  readonly words: string;
  /** Where people may say it themselves: what is taken, and how it is read. */
  readonly said?: {
    /** A JSON Schema. */
    readonly schema: Readonly<Record<string, unknown>>;
    /** @throws {ValueFault} */
    readonly read: (value: unknown) => string | PostalAddress;
  };
  /** Its value; null or undefined where it is not known. */
  tell(person: UserWithProfile): unknown;
}

const NAME = { type: 'string', maxLength: 100 };
const PAGE = { type: 'string', format: 'uri', maxLength: 2_048 };

/** THE table of standard claims (OpenID Connect Core §5.1): which scope asks for each, what it is in words, who says it, and how it is told. */
const STANDARD_CLAIMS = {
  name: known('profile', 'your name', (user) => user.display_name),
  given_name: said('given_name', 'profile', 'your given name', NAME, textOf(100)),
  family_name: said('family_name', 'profile', 'your family name', NAME, textOf(100)),
  middle_name: said('middle_name', 'profile', 'your middle name', NAME, textOf(100)),
  nickname: said('nickname', 'profile', 'your nickname', NAME, textOf(100)),
  preferred_username: known('profile', 'your user name', (user) => user.username),
  profile: said('profile', 'profile', 'the address of your profile page', PAGE, httpsUrlOf),
  picture: said('picture', 'profile', 'your picture', PAGE, httpsUrlOf),
  website: said('website', 'profile', 'your web site', PAGE, httpsUrlOf),
  gender: said('gender', 'profile', 'your gender', { type: 'string', maxLength: 50 }, textOf(50)),
  birthdate: said('birthdate', 'profile', 'your date of birth', { type: 'string', examples: ['1998-05-04'] }, dateOf),
  zoneinfo: said('zoneinfo', 'profile', 'your time zone', { type: 'string', examples: ['Europe/Paris'] }, zoneOf),
  locale: said('locale', 'profile', 'your language', { type: 'string', examples: ['en-GB'] }, localeOf),
  updated_at: known('profile', 'when your profile was last changed', (user) => Math.floor(user.updated_at / 1_000)),
  email: known('email', 'your e-mail address', (user) => user.email),
  email_verified: known('email', 'whether your e-mail address is confirmed', isEmailVerified),
  address: said('address', 'address', 'your postal address', addressSchema(), addressOf),
  phone_number: said(
    'phone_number',
    'phone',
    'your telephone number',
    { type: 'string', examples: ['+44 20 7946 0018'] },
    phoneOf,
  ),
  phone_number_verified: known('phone', 'whether your telephone number is confirmed', (user) =>
    user.said.phone_number === undefined ? undefined : isPhoneVerified(user),
  ),
} satisfies Record<string, StandardClaim>;

/** The same, by name. */
export const STANDARD_CLAIM_TABLE: ReadonlyMap<string, StandardClaim> = new Map(Object.entries(STANDARD_CLAIMS));

/** The names of the claims that people say themselves. */
export const SAID_CLAIMS: readonly string[] = [...STANDARD_CLAIM_TABLE].flatMap(([name, claim]) =>
  claim.said === undefined ? [] : [name],
);

/** The names of the standard claims by the scope that asks for all of them (OpenID Connect Core §5.4). */
export const STANDARD_CLAIM_SCOPES: Readonly<Record<ClaimScope, readonly string[]>> = {
  profile: namesIn('profile'),
  email: namesIn('email'),
  address: namesIn('address'),
  phone: namesIn('phone'),
};

/** Whether the present e-mail address was found to be the person's: a new one never was. */
export function isEmailVerified(user: Pick<UserWithProfile, 'email_canonical' | 'verified_email'>): boolean {
  return user.verified_email === user.email_canonical;
}

/** Whether the present telephone number was found to be the person's. */
export function isPhoneVerified({ said, verified_phone }: Pick<UserWithProfile, 'said' | 'verified_phone'>): boolean {
  return verified_phone !== null && verified_phone === said.phone_number;
}

/** Something that is wrong with a claim. */
export interface ClaimFault {
  readonly path: readonly Step[];
  readonly reason: string;
}

/** New values of claims; null takes one away, and what is left out stays. */
export type SaidClaimsChange = Readonly<Record<string, string | PostalAddress | null>>;

/** Reads what somebody says of themselves, and finds all that is wrong with it. */
export function readSaidClaims(given: Readonly<Record<string, unknown>>): {
  readonly claims: SaidClaimsChange;
  readonly faults: readonly ClaimFault[];
} {
  const claims: [string, SaidClaimsChange[string]][] = [];
  const faults: ClaimFault[] = [];
  for (const [name, value] of Object.entries(given)) {
    const reader = STANDARD_CLAIM_TABLE.get(name)?.said;
    if (reader === undefined) {
      faults.push({ path: [name], reason: `is none of ${SAID_CLAIMS.join(', ')}` });
      continue;
    }
    try {
      claims.push([name, value === null ? null : readPart(name, value, reader.read)]);
    } catch (error) {
      if (!(error instanceof ValueFault)) throw error;
      faults.push({ path: error.path, reason: error.message });
    }
  }
  return { claims: Object.fromEntries(claims), faults };
}

function said(
  name: string,
  scope: ClaimScope,
  words: string,
  schema: Readonly<Record<string, unknown>>,
  read: (value: unknown) => string | PostalAddress,
): StandardClaim {
  return { scope, words, said: { schema, read }, tell: (user) => user.said[name] };
}

function known(scope: ClaimScope, words: string, tell: StandardClaim['tell']): StandardClaim {
  return { scope, words, tell };
}

function namesIn(scope: ClaimScope): readonly string[] {
  return [...STANDARD_CLAIM_TABLE].flatMap(([name, claim]) => (claim.scope === scope ? [name] : []));
}
