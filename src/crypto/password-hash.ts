import { hash, type ParsedHashOptions, parseOptions, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { BoundedQueue } from './bounded-queue';

/** Longer passwords (UTF-8 bytes, as typed) are never hashed; the password policy's limit of 256 characters lies well below. */
export const MAX_PASSWORD_BYTES = 4_096;

const SALT_BYTES = 16;
const OUTPUT_BYTES = 32;

/** A PHC string with the longest salt and output that anybody uses is much shorter. */
const MAX_HASH_LENGTH = 512;

/** A stored hash beyond these bounds is not computed: it would cost more than a sign-in may, or prove too little. */
const ACCEPTED = { memoryKiB: 262_144, iterations: 16, parallelism: 16, leastOutputBytes: 16 };

/**
 * Cost of a hash, and how many are computed at once.
 * @see RFC 9106 §3.1 for the parameters
 */
export interface PasswordHasherOptions {
  readonly memoryKiB?: number;
  readonly iterations?: number;
  readonly parallelism?: number;
  readonly concurrency?: number;
  /** Computations that may wait; one more is told {@link QueueFull}. */
  readonly capacity?: number;
}

/** Whether the password is the right one, and whether its hash should be made anew with the present parameters. */
export interface PasswordVerification {
  readonly valid: boolean;
  readonly needsRehash: boolean;
}

/**
 * The form in which a password is judged, hashed and compared: Unicode NFC, nothing trimmed, folded or cut.
 *
 * Deviation: NIST SP 800-63B §5.1.1.2 recommends NFKC or NFKD. NFC, as RFC 8265 §4.2.2 has it, makes the same text from different
 * keyboards one password too, without making different characters equal (², 2), and leaves imported hashes of what was typed valid.
 */
export function normalizedPassword(password: string): string {
  return password.normalize('NFC');
}

/**
 * How many hashes to compute at once: no more than there are processors, and always two threads of libuv's pool left to the
 * database and the file system, which would otherwise wait behind a storm of sign-ins.
 */
export function hashingConcurrency(processors: number, threadPoolSize: number): number {
  return Math.max(1, Math.min(processors, threadPoolSize - 2));
}

/** The size of libuv's thread pool: `UV_THREADPOOL_SIZE`, which libuv itself reads, or 4. */
export function libuvThreadPoolSize(variable: string | undefined): number {
  if (variable === undefined) return 4;
  const size = Number.parseInt(variable, 10);
  return Math.min(1_024, Math.max(1, Number.isNaN(size) ? 1 : size));
}

/**
 * Makes and checks password hashes: argon2id (RFC 9106) on the thread pool, behind a bounded queue, as a PHC string that carries
 * its parameters. The defaults are those that OWASP's Password Storage Cheat Sheet recommends.
 */
export class PasswordHasher {
  private readonly cost: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };
  private readonly queue: BoundedQueue;
  private readonly dummy: string;

  /** @throws {RangeError} when a parameter is beyond what {@link verify} accepts */
  constructor(options: PasswordHasherOptions = {}) {
    const { memoryKiB = 19_456, iterations = 2, parallelism = 1, capacity = 512 } = options;
    const { concurrency = hashingConcurrency(availableParallelism(), libuvThreadPoolSize(undefined)) } = options;
    this.cost = { memoryCost: memoryKiB, timeCost: iterations, parallelism };
    this.queue = new BoundedQueue({ concurrency, capacity });
    this.dummy = dummyHash(memoryKiB, iterations, parallelism);
    if (acceptedParameters(this.dummy) === null) throw new RangeError('These are no usable argon2id parameters.');
  }

  /** Computations that wait for a thread; an indicator of load. */
  get waiting(): number {
    return this.queue.waiting;
  }

  /**
   * Hashes a password with a new salt.
   * @throws {RangeError} when the password is longer than {@link MAX_PASSWORD_BYTES} or not well-formed Unicode
   * @throws {QueueFull} when too many computations wait
   */
  async hash(password: string): Promise<string> {
    const bytes = passwordBytes(password);
    if (bytes === null) {
      throw new RangeError(`A password must be valid Unicode of at most ${MAX_PASSWORD_BYTES} bytes.`);
    }
    return this.queue.run(() => hash(bytes, { ...this.cost, outputLen: OUTPUT_BYTES }));
  }

  /**
   * Compares a password with a stored hash. An unknown person (`null`), an unreadable hash and an impossible password cost one
   * computation with the present parameters as well, so that the duration tells nothing (CWE-208, user enumeration).
   * @param stored an argon2id PHC string, of any parameters within reason; all else counts as a wrong password
   * @throws {QueueFull} when too many computations wait
   */
  async verify(stored: string | null, password: string): Promise<PasswordVerification> {
    const parameters = stored === null ? null : acceptedParameters(stored);
    const bytes = passwordBytes(password);
    if (stored === null || parameters === null || bytes === null) {
      await this.queue.run(() => verify(this.dummy, bytes ?? Buffer.alloc(0)));
      return { valid: false, needsRehash: false };
    }
    const valid = await this.queue.run(() => verify(stored, bytes));
    return { valid, needsRehash: valid && this.isOutdated(stored, parameters) };
  }

  private isOutdated(stored: string, parameters: ParsedHashOptions): boolean {
    const { memoryCost, timeCost, parallelism } = this.cost;
    return (
      !stored.startsWith(prefix(memoryCost, timeCost, parallelism)) ||
      parameters.saltLen < SALT_BYTES ||
      parameters.outputLen !== OUTPUT_BYTES
    );
  }
}

/** Whether a hash that comes from elsewhere can be kept: an argon2id PHC string whose parameters cost neither too much nor too little. */
export function isAcceptableHash(hash: string): boolean {
  return hash.length <= MAX_HASH_LENGTH && acceptedParameters(hash) !== null;
}

/** `null` for what can never have been set as a password; checked before any work that grows with the length. */
function passwordBytes(password: string): Buffer | null {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES || /\p{Surrogate}/u.test(password)) return null;
  return Buffer.from(normalizedPassword(password));
}

function acceptedParameters(stored: string): ParsedHashOptions | null {
  if (!stored.startsWith('$argon2id$')) return null;
  try {
    const parameters = parseOptions(stored);
    const accepted =
      parameters.memoryCost <= ACCEPTED.memoryKiB &&
      parameters.timeCost <= ACCEPTED.iterations &&
      parameters.parallelism <= ACCEPTED.parallelism &&
      parameters.outputLen >= ACCEPTED.leastOutputBytes;
    return accepted ? parameters : null;
  } catch {
    return null;
  }
}

function prefix(memoryKiB: number, iterations: number, parallelism: number): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${iterations},p=${parallelism}$`;
}

/**
 * A hash that no password has: random bytes in the place of the output. It is written, not computed, so it is there from the
 * start at no cost, and the first attempt with an unknown name takes no longer than the others.
 */
function dummyHash(memoryKiB: number, iterations: number, parallelism: number): string {
  const unpadded = (length: number) => randomBytes(length).toString('base64').replace(/=+$/, '');
  return `${prefix(memoryKiB, iterations, parallelism)}${unpadded(SALT_BYTES)}$${unpadded(OUTPUT_BYTES)}`;
}
