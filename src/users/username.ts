import { foldCase } from './case-folding';
import { hasDeceptiveCharacters, isOneScript, skeletonOf } from './confusables';

/** Longest user name, in code points after normalisation. */
const MAX_USERNAME_LENGTH = 64;

/** Typed text beyond this (UTF-16 units) is refused unread; it leaves room for letters typed as several code points. */
const MAX_TYPED_LENGTH = 4 * MAX_USERNAME_LENGTH;

const LENGTH = `A user name has 1 to ${MAX_USERNAME_LENGTH} characters.`;
const AT_SIGN = 'A user name has no @: an e-mail address belongs into its own field.';
const CHARACTERS = 'A user name consists of letters, digits and . _ - + only, without spaces or invisible characters.';
const START = 'A user name starts with a letter or a digit.';
const SCRIPT = 'A user name uses letters of one script only, and of one in everyday use.';

/**
 * A user name in its three forms, or the reason (a sentence for the person) why it cannot be one.
 * `display` is what was typed in NFKC, its case kept, and the only form to show; `canonical` is the same whatever the case, and
 * identifies the account; `skeleton` is the same for all names whose `display` looks alike.
 */
export type UsernameOutcome =
  | { readonly ok: true; readonly display: string; readonly canonical: string; readonly skeleton: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks a user name as typed and gives the forms to store and to look up. Everything is judged after normalisation, on what is
 * stored, and unassigned characters are refused, so that a later Unicode version cannot make two names one.
 * @see RFC 8265 §3 (case-mapped user names), UTS #39 §5.2
 */
export function canonicalUsername(input: string): UsernameOutcome {
  if (input.length > MAX_TYPED_LENGTH) return refuse(LENGTH);
  const display = input.normalize('NFKC');
  const canonical = foldCase(display);
  const reason = objectionTo(display, canonical);
  return reason === null ? { ok: true, display, canonical, skeleton: skeletonOf(display) } : refuse(reason);
}

function objectionTo(display: string, canonical: string): string | null {
  if (display === '' || isTooLong(display) || isTooLong(canonical)) return LENGTH;
  // The sign-in field takes a user name or an e-mail address; what has an @ is always the latter.
  if (display.includes('@')) return AT_SIGN;
  if (/[^\p{L}\p{M}\p{Nd}._+-]/u.test(display) || hasDeceptiveCharacters(display)) return CHARACTERS;
  if (!/^[\p{L}\p{Nd}]/u.test(display)) return START;
  if (!isOneScript(display)) return SCRIPT;
  return null;
}

function isTooLong(name: string): boolean {
  return [...name].length > MAX_USERNAME_LENGTH;
}

function refuse(reason: string): UsernameOutcome {
  return { ok: false, reason };
}

/** Names that speak for the service or stand for nobody, and the mailbox names of RFC 2142; without the signs between words. */
const RESERVED = new Set(
  [
    'admin administrator administrators admins gatehouse moderator official operator owner root staff su sudo superuser sysadmin sysop',
    'system team account accounts api auth login logout oauth oidc register security signin signout signup sso',
    'abuse billing contact daemon ftp help helpdesk hostmaster info mailerdaemon marketing news noc noreply postmaster sales support',
    'usenet uucp webmaster www all anonymous everybody everyone false guest me myself nan nil nobody none null self true undefined',
    'unknown user users you',
  ]
    .join(' ')
    .split(' '),
);

/** Whether nobody may register under a name with this skeleton; signs between words make no difference (no-reply, no.reply). */
export function isReservedUsername(skeleton: string): boolean {
  return RESERVED.has(skeleton.replace(/[._+-]/g, ''));
}
