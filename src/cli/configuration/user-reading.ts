import { MetadataFault, textOf } from '../../clients/metadata-field';
import { isAcceptableHash } from '../../crypto/password-hash';
import { readSaidClaims, SAID_CLAIMS, type SaidClaimsChange } from '../../users/standard-claims';
import { canonicalEmail } from '../../users/email-address';
import { checkPassword } from '../../users/password-policy';
import { isRoleName, ROLE_NAME_RULE } from '../../users/role-name';
import type { NewUser } from '../../users/user.store';
import { canonicalUsername } from '../../users/username';
import type { Entry } from './entries';

/** A person as the file has them. */
export interface WantedUser {
  readonly entry: Entry;
  readonly id: string | undefined;
  readonly username: NewUser['username'];
  readonly email: NewUser['email'];
  readonly displayName: string | null;
  /** Every claim that people can say themselves: its value, or null where the file has none. */
  readonly claims: SaidClaimsChange;
  readonly roles: readonly string[];
  readonly password: string | undefined;
  readonly passwordHash: string | undefined;
  /** Left as they are where the file does not say, as with clients. */
  readonly disabled: boolean | undefined;
  readonly locked: boolean | undefined;
  /** Left as they are likewise: for an address or a number that is another than before, that is false. */
  readonly emailVerified: boolean | undefined;
  readonly phoneVerified: boolean | undefined;
}

/** OpenID Connect Core §2: at most 255 ASCII characters. */
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

const readName = textOf(100);

const FIELDS = [
  ...['sub', 'preferred_username', 'email', 'email_verified', 'name', ...SAID_CLAIMS, 'phone_number_verified'],
  ...['roles', 'password', 'password_hash', 'disabled', 'locked'],
];

/** Reads a person in the claims of OpenID Connect Core §5.1; what is wrong is noted at the entry. @param roles those that there are */
export async function readUser(entry: Entry, roles: ReadonlySet<string>): Promise<WantedUser | null> {
  entry.only(...FIELDS);
  const id = subjectOf(entry);
  const username = usernameOf(entry);
  const email = emailOf(entry);
  const displayName = displayNameOf(entry);
  const claims = claimsOf(entry);
  const held = rolesOf(entry, roles);
  const password = await passwordOf(entry, username, email, displayName);
  const passwordHash = hashOf(entry, password);
  const marks = {
    ...{ disabled: entry.flag('disabled'), locked: entry.flag('locked') },
    ...{ emailVerified: entry.flag('email_verified'), phoneVerified: phoneVerifiedOf(entry) },
  };
  if (username === null || email === null) return null;
  return { entry, id, username, email, displayName, claims, roles: held, password, passwordHash, ...marks };
}

/** What somebody says of themselves; what the file leaves out is not said (any more). */
function claimsOf(entry: Entry): SaidClaimsChange {
  const given = SAID_CLAIMS.map((name) => [name, entry.get(name) ?? null] as const);
  const { claims, faults } = readSaidClaims(Object.fromEntries(given));
  for (const { path, reason } of faults) entry.fault(`${path.join('.')} ${reason}.`, ...path);
  return claims;
}

function phoneVerifiedOf(entry: Entry): boolean | undefined {
  const isVerified = entry.flag('phone_number_verified');
  if (isVerified === true && entry.get('phone_number') === undefined) {
    entry.fault('phone_number_verified is for somebody with a phone_number.', 'phone_number_verified');
  }
  return isVerified;
}

function subjectOf(entry: Entry): string | undefined {
  const id = entry.text('sub');
  if (id !== undefined && !SUBJECT.test(id)) {
    entry.fault('sub must be 1 to 255 visible ASCII characters (OpenID Connect Core §2).', 'sub');
  }
  return id;
}

function usernameOf(entry: Entry): NewUser['username'] | null {
  const text = entry.text('preferred_username');
  if (text === undefined) {
    if (entry.get('preferred_username') === undefined) {
      entry.fault('preferred_username is needed: the name to sign in with.', 'preferred_username');
    }
    return null;
  }
  const username = canonicalUsername(text);
  if (!username.ok) entry.fault(username.reason, 'preferred_username');
  return username.ok ? username : null;
}

function emailOf(entry: Entry): NewUser['email'] | null {
  const text = entry.text('email');
  if (text === undefined) {
    if (entry.get('email') === undefined) entry.fault('email is needed.', 'email');
    return null;
  }
  const email = canonicalEmail(text);
  if (!email.ok) entry.fault(email.reason, 'email');
  return email.ok ? email : null;
}

function displayNameOf(entry: Entry): string | null {
  const text = entry.text('name');
  if (text === undefined) return null;
  try {
    return readName(text);
  } catch (error) {
    if (!(error instanceof MetadataFault)) throw error;
    entry.fault(`name ${error.message}.`, 'name');
    return null;
  }
}

function rolesOf(entry: Entry, known: ReadonlySet<string>): string[] {
  const list = entry.get('roles') ?? [];
  if (!Array.isArray(list)) {
    entry.fault('roles must be a list.', 'roles');
    return [];
  }
  const roles: string[] = [];
  for (const [index, role] of (list as unknown[]).entries()) {
    if (typeof role !== 'string' || !isRoleName(role)) entry.fault(ROLE_NAME_RULE, 'roles', index);
    else if (!known.has(role)) entry.fault('Nobody knows this role: describe it in the section roles.', 'roles', index);
    else if (!roles.includes(role)) roles.push(role);
  }
  return roles;
}

async function passwordOf(
  entry: Entry,
  username: NewUser['username'] | null,
  email: NewUser['email'] | null,
  displayName: string | null,
): Promise<string | undefined> {
  const password = entry.text('password');
  if (password === undefined) return undefined;
  const names = { username: username?.display ?? '', email: email?.display ?? '', displayName: displayName ?? '' };
  const verdict = await checkPassword(password, names);
  if (!verdict.ok) for (const problem of verdict.problems) entry.fault(problem, 'password');
  return password;
}

function hashOf(entry: Entry, password: string | undefined): string | undefined {
  const hash = entry.text('password_hash');
  if (hash === undefined) return undefined;
  if (password !== undefined) entry.fault('password says it already: leave one of them out.', 'password_hash');
  if (!isAcceptableHash(hash)) {
    entry.fault(
      'password_hash must be an argon2id hash in PHC form ($argon2id$v=19$m=…) of a usual cost.',
      'password_hash',
    );
  }
  return hash;
}
