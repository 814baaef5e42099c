import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Envelope } from '../crypto/envelope';
import { Follower } from '../database/follower';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import { asStartupError } from '../encryption/key-encryption';
import { type Representation, representationOf } from '../http/representation';
import { LOG, type Log } from '../logging/log';
import type { SigningAlgorithm } from '../protocol/signing-algorithms';
import { KeyRotation } from './key-rotation';
import type { SigningKey } from './signing-key.entity';
import type { EncryptionKey } from '../protocol/encryption-algorithms';
import {
  DEFAULT_ALGORITHM,
  isEncryptionKey,
  isSlowToMake,
  KEY_NAMES,
  type KeyName,
  openKey,
  type UsableKey,
} from './signing-key-material';
import type { VerificationKeys } from './verification-keys';

/** Milliseconds between two looks for changed keys: a key that was revoked is refused everywhere within a second. */
const FOLLOW_INTERVAL = 500;

/** How often a node looks whether a rotation is due, in milliseconds. */
const ROTATION_INTERVAL = 60_000;

/** The media type of a key set (RFC 7517 §8.5.2). */
const KEY_SET_TYPE = 'application/jwk-set+json';

/** The keys that this node knows: of each algorithm one that signs, and all that verify; and those to which others encrypt. */
@Injectable()
export class KeyRing implements OnApplicationBootstrap, BeforeApplicationShutdown, VerificationKeys {
  private keys: ReadonlyMap<string, UsableKey> = new Map();
  private opening: readonly UsableKey[] = [];
  private active: ReadonlyMap<KeyName, UsableKey> = new Map();
  private readonly needed = new Set<KeyName>([DEFAULT_ALGORITHM]);
  private published: Representation | undefined;
  private version = '';
  private completing: Promise<void> | undefined;
  private isComplete = false;

  constructor(
    private readonly reader: Reader,
    private readonly envelope: Envelope,
    private readonly follower: Follower,
    private readonly rotation: KeyRotation,
    @Inject(LOG) private readonly log: Log,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'signing_keys', primaryKey: 'kid' });
  }

  /**
   * Makes the first keys where there are none; from now on keeps this ring equal to the database, and rotates the keys when it is time. Keys that take
   * longer to make than all the rest of a first start are made behind it: {@link complete} waits for them.
   * @throws {StartupError} when the keys were encrypted with a KEY_ENCRYPTION_KEY that is not given
   */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.rotation.ensureKeys([...this.needed].filter((name) => !isSlowToMake(name)));
      await this.follower.start({
        name: 'signing keys',
        every: FOLLOW_INTERVAL,
        read: () => this.read(),
        apply: (rows) => this.apply(rows),
      });
      await this.follower.start({
        name: 'key rotation',
        every: ROTATION_INTERVAL,
        read: () => this.rotation.rotateWhenDue(),
        apply: () => undefined,
      });
    } catch (error) {
      throw asStartupError(error);
    }
    this.completing = this.makeTheRest();
  }

  /** Keys in the making are kept before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.completing;
  }

  /** Waits for the keys that the first start of all leaves for later. Where they could not be made, each is made when it is needed. */
  async complete(): Promise<void> {
    await this.completing;
  }

  /** Says before the start that there are to be such keys: clients can find them published before they sign, or encrypt to them. */
  need(algorithm: KeyName): void {
    this.needed.add(algorithm);
  }

  /** Sees to it that there is a key that signs with this algorithm; outside of any unit of work. */
  async ensure(algorithm: SigningAlgorithm): Promise<void> {
    if (this.active.has(algorithm)) return;
    await this.completing;
    if (this.active.has(algorithm)) return;
    await this.rotation.ensureKeys([algorithm]);
    await this.refresh();
  }

  /** The key that signs access tokens. */
  get signingKey(): UsableKey {
    return this.signingKeyFor(DEFAULT_ALGORITHM);
  }

  /** The key that signs with an algorithm; where it may be the first time, {@link ensure} comes before. */
  signingKeyFor(algorithm: SigningAlgorithm): UsableKey {
    const key = this.active.get(algorithm);
    if (key === undefined) throw new Error(`There is no key yet that signs with ${algorithm}.`);
    return key;
  }

  /** The key of that id if it is one of ours that has not retired; any other `kid` is none (no network, no file, no database). */
  verificationKey(kid: string): UsableKey | undefined {
    return this.keys.get(kid);
  }

  /** The same: nobody else knows more of our keys. */
  seek(kid: string): UsableKey | undefined {
    return this.keys.get(kid);
  }

  /** The keys that open what was encrypted to a key pair of ours, newest first; none where nobody has said that they are needed. */
  decryptionKeys(name: EncryptionKey): readonly UsableKey[] {
    return this.opening.filter(({ alg }) => alg === name);
  }

  /** What `/jwks.json` answers, as soon as nothing is missing. */
  async completeKeySet(): Promise<Representation> {
    await this.completing;
    if (this.published === undefined) throw new Error('The signing keys are not loaded yet.');
    return this.published;
  }

  /** The same at once; undefined before it is complete: clients keep it, and would miss the rest for minutes. */
  get keySet(): Representation | undefined {
    return this.isComplete ? this.published : undefined;
  }

  /** Reads the keys now. */
  async refresh(): Promise<void> {
    this.apply(await this.read());
  }

  private async makeTheRest(): Promise<void> {
    try {
      await this.rotation.ensureKeys([...this.needed]);
      await this.refresh();
    } catch (error) {
      this.log.error({ err: error }, 'Not all keys could be made; they are tried again when they are needed.');
    }
    this.isComplete = true;
  }

  private read(): Promise<SigningKey[]> {
    return this.reader.query<SigningKey>('SELECT * FROM signing_keys ORDER BY created_at, kid');
  }

  private apply(all: readonly SigningKey[]): void {
    // What is switched off is neither published nor used, although its keys are kept.
    const rows = all.filter(({ alg }) => !isEncryptionKey(alg) || this.needed.has(alg));
    const version = rows.map(({ kid, state }) => `${kid}:${state}`).join();
    if (version === this.version) return;
    const keys = rows.map((row) => openKey(row, this.envelope));
    // Nobody is to encrypt any more to a key that is about to go.
    const published = keys.filter(({ alg, state }) => !isEncryptionKey(alg) || state === 'active').sort(byName);
    this.keys = new Map(keys.filter(({ alg }) => !isEncryptionKey(alg)).map((key) => [key.kid, key]));
    this.opening = keys.filter(({ alg }) => isEncryptionKey(alg)).reverse();
    const active = keys.filter(({ state }) => state === 'active').map((key) => [key.alg, key] as const);
    this.active = new Map([...this.active, ...active]);
    // RFC 7517 §5, made once for each change of the keys.
    const keySet = Buffer.from(JSON.stringify({ keys: published.map(({ publicJwk }) => publicJwk) }));
    this.published = representationOf(keySet, KEY_SET_TYPE);
    this.version = version;
  }
}

/** Those of access tokens first: some clients look at no other than the first. */
function byName(one: UsableKey, other: UsableKey): number {
  return KEY_NAMES.indexOf(one.alg) - KEY_NAMES.indexOf(other.alg);
}
