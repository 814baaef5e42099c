import { setImmediate as nextTurn } from 'node:timers/promises';
import { normalizedPassword } from '../crypto/password-hash';

/** Fewest and most characters (code points) of a password. */
const PASSWORD_LENGTH = { least: 8, most: 256 } as const;

/** The estimate is CPU-bound on the main thread: it sees this beginning (UTF-16 units); a longer password is at least as strong. */
const JUDGED_LENGTH = 64;
/** Spellings (p4ssw0rd) tried per password; the library's default of 100 takes up to 120 ms and refuses hardly more. */
const SPELLINGS_TRIED = 8;
/** zxcvbn's score from 0 to 4; 2 is more than a million guesses. */
const LEAST_SCORE = 2;
/** What must be left of a password when the names of its owner and of the product are taken out of it. */
const LEAST_REMAINDER = 4;
/** Names beyond this are cut (UTF-16 units), and shorter words in them are not looked for. */
const NAME_LENGTH = { least: 3, most: 254 };

const PRODUCT_NAME = 'gatehouse';

const SHORT = `The password has fewer than ${PASSWORD_LENGTH.least} characters: make it longer.`;
const LONG = `The password has more than ${PASSWORD_LENGTH.most} characters: make it shorter.`;
const MALFORMED = 'The password contains half a character (an unpaired surrogate): type it again.';
const PERSONAL = 'The password is little more than a name, your own or that of this service: choose something else.';
const COMMON = 'The password is one of those that attackers try first: choose something else.';
const GUESSABLE =
  'The password is easy to guess: make it longer, for example with a few words that have nothing in common.';

/** What is known of the person whose password it is, so that it is not made of that. */
export interface PasswordContext {
  readonly username?: string;
  readonly email?: string;
  readonly displayName?: string;
}

/** Whether a password may be set; if not, why, in sentences for the person that never repeat the password. */
export type PasswordVerdict = { readonly ok: true } | { readonly ok: false; readonly problems: string[] };

interface Judge {
  readonly isListed: (candidate: string) => boolean;
  readonly score: (password: string, names: readonly string[]) => number;
}

let judge: Promise<Judge> | undefined;

/**
 * Decides whether a password may be set: 8 to 256 characters of any kind, not a common one, not the person's name, not easily
 * guessed; no rules of composition, nothing trimmed or cut.
 *
 * The word list and the estimator load at the first password of the right length: 25 MB and 0.1 s, in steps of at most 46 ms. After
 * that a password costs 1 to 12 ms of the main thread; the worst that a search found (64 digits and signs that each stand for several
 * letters) costs 15 ms, and up to 52 ms before the engine has optimised the code; longer passwords and longer names cost no more.
 * @see NIST SP 800-63B §5.1.1.2
 */
export async function checkPassword(password: string, context: PasswordContext): Promise<PasswordVerdict> {
  const objection = objectionToForm(password);
  if (objection !== null) return { ok: false, problems: [objection] };

  const text = normalizedPassword(password);
  const names = namesIn(context);
  const { isListed, score } = await loadedJudge();
  const problems: string[] = [];
  // NIST SP 800-63B §5.1.1.2: context-specific words, such as the name of the service, the user name, and derivatives thereof.
  if (isLittleMoreThan(names, text)) problems.push(PERSONAL);
  // NIST SP 800-63B §5.1.1.2: commonly used, expected or compromised values.
  if (spellings(text).some(isListed)) problems.push(COMMON);
  if (problems.length === 0 && score(text, names) < LEAST_SCORE) problems.push(GUESSABLE);
  return problems.length === 0 ? { ok: true } : { ok: false, problems };
}

function objectionToForm(password: string): string | null {
  if (password.length > 4 * PASSWORD_LENGTH.most) return LONG;
  // It could not be told from other malformed ones, since UTF-8 has no form for it.
  if (/\p{Surrogate}/u.test(password)) return MALFORMED;
  // NIST SP 800-63B §5.1.1.2: at least 8 characters, each code point counted as one.
  const length = [...normalizedPassword(password)].length;
  if (length < PASSWORD_LENGTH.least) return SHORT;
  return length > PASSWORD_LENGTH.most ? LONG : null;
}

/** The names whole and word by word, longest first. */
function namesIn({ username = '', email = '', displayName = '' }: PasswordContext): string[] {
  const whole = [PRODUCT_NAME, username, email, displayName].map((name) => comparable(name.slice(0, NAME_LENGTH.most)));
  const words = whole.flatMap((name) => name.split(/[^\p{L}\p{M}\p{N}]+/u));
  const names = new Set([...whole, ...words].filter((name) => name.length >= NAME_LENGTH.least));
  return [...names].sort((one, other) => other.length - one.length);
}

function isLittleMoreThan(names: readonly string[], password: string): boolean {
  const rest = names.reduce((text, name) => text.replaceAll(name, ''), comparable(password));
  return [...rest].length < LEAST_REMAINDER;
}

function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const LETTERS_MEANT = { '0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '+': 't' } as const;

/** The password in small letters, backwards, and with digits and signs read as the letters they stand for (1 and ! as i or l). */
function spellings(password: string): string[] {
  const plain = comparable(password);
  const read = plain.replace(/[03457@$+]/g, (sign) => LETTERS_MEANT[sign as keyof typeof LETTERS_MEANT]);
  const forwards = [plain, read.replace(/[1!|]/g, 'i'), read.replace(/[1!|]/g, 'l')];
  return [...forwards, ...forwards.map((text) => [...text].reverse().join(''))];
}

function loadedJudge(): Promise<Judge> {
  judge ??= loadJudge().catch((error: unknown) => {
    judge = undefined;
    throw error;
  });
  return judge;
}

/** Loaded at first use, since most processes never set a password; other requests get their turn between the steps. */
async function loadJudge(): Promise<Judge> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  await nextTurn();
  const { adjacencyGraphs, dictionary } = await import('@zxcvbn-ts/language-common');
  await nextTurn();
  const estimator = new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    maxLength: JUDGED_LENGTH,
    l33tMaxSubstitutions: SPELLINGS_TRIED,
  });
  await nextTurn();
  const common = new Set(dictionary['passwords-common']);
  return {
    isListed: (candidate) => common.has(candidate),
    score: (password, names) =>
      estimator.check(
        password,
        names.filter((name) => name.length <= JUDGED_LENGTH),
      ).score,
  };
}
